"""Magic links: how a subscriber, who has no password, opens their page.

A link works once within half an hour; the page then stays open for half an hour, or until its
owner closes it. The row decides that, not the cookie, so a copied cookie opens nothing later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import Expired
from owl.foundation.languages import gettext
from owl.foundation.notices import Channel, send_notice
from owl.foundation.signed_links import hash_token, new_token
from owl.households.contact_points import find_contact_point, hold_address, index_of
from owl.households.models import MagicLink

TO_OPEN = timedelta(minutes=30)
STAYS_OPEN = timedelta(minutes=30)
DAY = timedelta(days=1)
LINKS_A_DAY = 5


class UsedLink(Expired):
    """A link that was used, ran out, or never was one of ours."""

    def __init__(self) -> None:
        super().__init__(gettext("This link does not work any more. A link works once, and for 30 minutes."))


class PageClosed(Expired):
    """Nobody has opened a page here, or it has closed."""

    def __init__(self) -> None:
        super().__init__(
            gettext("Your page is closed. For your safety it closes after 30 minutes. Ask for a new link.")
        )


def send_magic_link(*, channel: Channel, address: str, now: datetime) -> None:
    """Send the address a link to its owner's page; nothing to an unknown one, or after five within a day.

    The caller learns nothing of that.
    """
    with transaction() as session:
        index = index_of(channel, address)
        hold_address(session, index)
        point = find_contact_point(session, index)
        owner = point.subscriber_id if point is not None else None
        if point is None or point.address is None or owner is None or _sent_today(session, owner, now) >= LINKS_A_DAY:
            _take_as_long(session, channel, address, now)
            return
        token, token_hash = new_token()
        session.add(MagicLink(token_hash=token_hash, subscriber_id=owner, created_at=now, expires_at=now + TO_OPEN))
        send_notice(session, "magic_link", channel=channel, address=point.address, token=token, now=now)


def _take_as_long(session: Session, channel: Channel, address: str, now: datetime) -> None:
    """Write a notice and take it back: the time of the answer must not tell who is known (ASVS 5.0, 6.3.8).

    Its job finds nothing to send.
    """
    aside = session.begin_nested()
    send_notice(session, "magic_link", channel=channel, address=address, token=new_token()[0], now=now)
    aside.rollback()


def magic_link_works(session: Session, token: str, *, now: datetime) -> bool:
    """Whether the link would open a page."""
    asked = select(MagicLink.expires_at).where(MagicLink.token_hash == hash_token(token), MagicLink.used_at.is_(None))
    expires_at = session.scalar(asked)
    return expires_at is not None and expires_at > now


def open_page(token: str, *, now: datetime) -> str:
    """Use up the link; what the visitor's session must hold to keep the page open. Raises UsedLink."""
    with transaction() as session:
        opened: bytes | None = session.scalar(
            update(MagicLink)
            .where(
                MagicLink.token_hash == hash_token(token),
                MagicLink.used_at.is_(None),
                MagicLink.expires_at > now,
            )
            .values(used_at=now)
            .returning(MagicLink.token_hash)
        )
    if opened is None:
        raise UsedLink
    return opened.hex()


def owner_of_page(session: Session, opened: str, *, now: datetime) -> int:
    """The subscriber whose page is open. `opened` is what open_page gave. Raises PageClosed."""
    found = session.scalar(
        select(MagicLink.subscriber_id).where(
            MagicLink.token_hash == _hash_in(opened),
            MagicLink.used_at > now - STAYS_OPEN,
            MagicLink.finished_at.is_(None),
        )
    )
    if found is None:
        raise PageClosed
    return found


def close_page(opened: str, *, now: datetime) -> None:
    """Let nobody use the page any more. Twice is the same as once."""
    with transaction() as session:
        session.execute(update(MagicLink).where(MagicLink.token_hash == _hash_in(opened)).values(finished_at=now))


def _hash_in(opened: str) -> bytes:
    try:
        return bytes.fromhex(opened)
    except ValueError:
        return b""


def _sent_today(session: Session, subscriber_id: int, now: datetime) -> int:
    asked = select(func.count()).where(MagicLink.subscriber_id == subscriber_id, MagicLink.created_at > now - DAY)
    return session.execute(asked).scalar_one()
