"""What a digest says: its messages as their readers see them, whole or, where there are many, in short."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.digests.models import Carried, Digest
from owl.foundation.languages import Language, gettext, ngettext
from owl.households.choices import Kind, Rhythm
from owl.households.partner_models import Partner
from owl.messages.mail_weight import HEAVIEST_MAIL
from owl.messages.markdown import as_html, as_text
from owl.messages.models import Message
from owl.messages.translations import Translation, translations_of

FURNITURE = 7_000  # bytes of what stands around all messages of a mail, before they are encoded
AROUND_ONE = 900  # bytes of what stands around each of them
AROUND_TITLE = 160
FEWEST_BYTES = 500  # shown of a message, as text and as HTML together
MOST = 15  # messages; of any more only the titles
MOST_TITLES = 15
IN_BASE64 = 1.4  # times as heavy, with the line ends


@dataclass(frozen=True, slots=True)
class Item:
    """One message in a digest. `body` is Markdown; `excerpt`, where a mail has no room for all of it, plain text."""

    message_id: int
    code: str  # by which anybody can look it up
    kind: Kind
    title: str
    body: str
    sender: str
    went_at: datetime
    partner: str | None = None  # on whose behalf it was written
    excerpt: str | None = None
    written_in: Language = Language.ENGLISH
    translations: tuple[Translation, ...] = ()

    def read_in(self, language: Language) -> Item:
        """The same for somebody who reads this language, where it was written in it."""
        for words in self.translations:
            if words.language is language:
                return replace(self, title=words.title, body=words.body, written_in=language)
        return self

    @property
    def title_weight(self) -> int:
        """Bytes of the title and of all that stands around the message."""
        return AROUND_ONE + 4 * len(self.title.encode())

    @property
    def body_weight(self) -> int:
        """Bytes of the whole message, as text and as HTML."""
        return len(f"{as_text(self.body)}{as_html(self.body)}".encode())


@dataclass(frozen=True, slots=True)
class Contents:
    """What one mail shows: messages, and the titles of those for which there is no room."""

    rhythm: Rhythm
    count: int  # of messages that its reader finds behind the link
    items: tuple[Item, ...]
    others: tuple[Item, ...] = ()

    @property
    def heading(self) -> str:
        """Above the messages."""
        if self.rhythm is Rhythm.WEEKLY:
            return ngettext("Your message this week", "Your %(num)s messages this week", self.count)
        return ngettext("Your message today", "Your %(num)s messages today", self.count)

    @property
    def why(self) -> str:
        """Why its reader gets one mail for several messages."""
        if self.rhythm is Rhythm.WEEKLY:
            return gettext("You get this because you asked for one mail a week.")
        return gettext("You get this because you asked for one mail a day, or because you had many messages this week.")

    @property
    def title(self) -> str:
        """The subject: the first message's title, and how many more there are."""
        first, more = self.items[0].title, self.count - 1
        return (
            ngettext("%(first)s, and %(num)s more", "%(first)s, and %(num)s more", more, first=first) if more else first
        )


def contents_of(items: Sequence[Item], rhythm: Rhythm) -> Contents:
    """The messages as they fit into one mail: whole where all of them fit, else the longest in short."""
    room = HEAVIEST_MAIL / _stretched(items) - FURNITURE
    for most in range(min(len(items), MOST), 0, -1):
        shown, others = items[:most], items[most : most + MOST_TITLES]
        titles = sum(AROUND_TITLE + 2 * len(item.title.encode()) for item in others)
        left = room - titles - sum(item.title_weight for item in shown)
        if left >= FEWEST_BYTES * most:
            break
    share = _share(sorted(item.body_weight for item in shown), left)
    fitting = tuple(item if item.body_weight <= share else _shortened(item, share) for item in shown)
    return Contents(rhythm, len(items), fitting, tuple(others))


def _stretched(items: Sequence[Item]) -> float:
    """How much heavier the words get when they are encoded for the wire (RFC 2045, 6.7 and 6.8)."""
    words = "".join(item.title + item.body for item in items)
    beyond_ascii = sum(len(letter.encode()) for letter in words if not letter.isascii())
    return min(1.1 + 2 * beyond_ascii / max(len(words.encode()), 1), IN_BASE64)


def _share(weights: Sequence[int], room: float) -> float:
    """The weight above which a message is shortened: what short ones leave of their share is for the others."""
    for no, weight in enumerate(weights):
        share = room / (len(weights) - no)
        if weight > share:
            return share
        room -= weight
    return float("inf")


def _shortened(item: Item, share: float) -> Item:
    """The beginning of the message, in so many bytes; it stands there twice, as text and as HTML."""
    beginning = as_text(item.body).encode()[: int(share / 2) - 8].decode(errors="ignore")
    return replace(item, excerpt=(beginning.rpartition(" ")[0] or beginning).rstrip(" ,;:–-") + " …")


def items_of(session: Session, message_ids: Collection[int]) -> dict[int, Item]:
    """These messages by their ids."""
    author = sa.func.concat_ws(" ", User.rank, User.name)
    went_at = sa.func.coalesce(sa.func.greatest(Message.send_at, Message.approved_at), Message.created_at)
    found = session.execute(
        sa.select(Message, author, went_at, Partner.name)
        .join(User, User.id == Message.author_id)
        .outerjoin(Partner, Partner.id == Message.partner_id)
        .where(Message.id.in_(message_ids))
    )
    return {row[0].id: _item(*row) for row in found}


def items_in(session: Session, digest_id: int) -> dict[int, Item]:
    """All messages that a digest carries to anybody, by their ids."""
    carried = sa.select(Carried.message_id).where(Carried.digest_id == digest_id).distinct()
    return items_of(session, list(session.scalars(carried)))


def _item(message: Message, sender: str, went_at: datetime, partner: str | None) -> Item:
    words = (message.title, message.body)
    return Item(
        message.id, message.code, message.kind, *words, sender, went_at, partner,
        translations=translations_of(message),
    )  # fmt: skip


def rhythm_of(session: Session, digest_id: int) -> Rhythm:
    """Whether the digest is of a day or of a week."""
    return session.scalar(sa.select(Digest.rhythm).where(Digest.message_id == digest_id)) or Rhythm.DAILY
