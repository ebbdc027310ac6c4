"""Which messages anybody may read, and which of them are alerts: what feeds, open data and public lists are made of.

Advice, good news and events are for all. A crime alert or an appeal is for all where it was written for whole areas,
or for part of the map with many homes, and names nobody. One about a street may tell whose house it was, and one
about a person can't be called back from other people's machines: they stay with those they were sent to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.households.choices import Kind
from owl.messages.current import FOR_ALL, OF_A_WATCH
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.picture_models import MessagePicture

S = MessageStatus
SHOWN = (S.SENDING, S.PAUSED, S.SENT, S.CLOSED)
NOT_ABOUT_A_PERSON = (Kind.CRIME_ALERT, Kind.WITNESS_APPEAL)
PUBLIC_KINDS = (*NOT_ABOUT_A_PERSON, *FOR_ALL)
MANY_HOMES = 200  # in a part of the map that somebody drew: fewer may be one street
WIDE: sa.ColumnElement[str] = sa.literal_column(
    """'$.include[*] ? (!(@ like_regex "^(county|district|neighbourhood|ward):"))'::jsonpath"""
)
WIDE_OR_DRAWN: sa.ColumnElement[str] = sa.literal_column(
    """'$.include[*] ? (!(@ like_regex "^(county|district|neighbourhood|ward|polygon):"))'::jsonpath"""
)

Condition = sa.ColumnElement[bool]
Root = type[Message]


@dataclass(frozen=True, slots=True)
class PublicMessage:
    """A message for all, or what was written after one."""

    message: Message
    root: Message  # what it follows, or itself
    sent_at: datetime

    @property
    def kind(self) -> Kind:
        """What it is about: of a follow-up that of what it follows."""
        return self.root.kind


def is_for_all(root: Root = Message) -> Condition:
    """The condition of a message, no follow-up, that anybody may read once it went out."""
    audience = root.audience
    narrow = sa.func.jsonb_path_exists
    wide = sa.or_(
        sa.not_(narrow(audience, WIDE)), sa.and_(sa.not_(narrow(audience, WIDE_OR_DRAWN)), root.homes >= MANY_HOMES)
    )
    return sa.and_(
        root.approved_at.is_not(None),
        root.training.is_(False),
        sa.not_(narrow(audience, OF_A_WATCH)),
        sa.or_(
            root.kind.in_(FOR_ALL), sa.and_(root.kind.in_(NOT_ABOUT_A_PERSON), root.names_a_person.is_(False), wide)
        ),
    )


def public_messages(
    session: Session,
    *,
    neighbourhood_ids: Collection[str] | None = None,
    kinds: Sequence[Kind] = PUBLIC_KINDS,
    alerts: bool = False,
    most: int,
    now: datetime,
) -> list[PublicMessage]:
    """The newest messages for all and their follow-ups, of these neighbourhoods (None: of the county).

    A follow-up is of the kind of what it follows. `alerts`: only alerts, and of their follow-ups no outcomes.
    """
    root = aliased(Message)
    asked = _public(root, now).where(root.kind.in_(kinds))
    if neighbourhood_ids is not None:
        asked = asked.where(Message.neighbourhood_ids.overlap(sorted(neighbourhood_ids)))
    if alerts:
        asked = asked.where(*_alerts(root))
    found = session.execute(asked.order_by(SENT_AT.desc(), Message.id.desc()).limit(most))
    return [PublicMessage(*row) for row in found]


def public_alert(session: Session, code: str, *, now: datetime) -> PublicMessage | None:
    """The alert with this code, or what followed one, if anybody may read it."""
    root = aliased(Message)
    found = session.execute(_public(root, now).where(Message.code == code, *_alerts(root))).one_or_none()
    return PublicMessage(*found) if found else None


def earlier_alerts(session: Session, later: PublicMessage) -> list[PublicMessage]:
    """What went out before it about the same thing, the oldest first."""
    root = aliased(Message)
    same = sa.or_(Message.id == later.root.id, Message.follows_id == later.root.id)
    asked = _public(root, later.sent_at).where(same, Message.id != later.message.id, *_alerts(root))
    return [PublicMessage(*row) for row in session.execute(asked.order_by(SENT_AT, Message.id))]


SENT_AT = sa.func.greatest(Message.approved_at, Message.send_at)  # NULL counts for nothing


def message_is_for_all(session: Session, message_id: int) -> bool:
    """Whether anybody may read this message, or what it follows."""
    return _one_is_for_all(session, Message.id == message_id)


def picture_is_for_all(session: Session, name: str) -> bool:
    """Whether anybody may see this picture."""
    of_message = sa.select(MessagePicture.message_id).where(MessagePicture.name == name).scalar_subquery()
    return _one_is_for_all(session, Message.id == of_message)


def _one_is_for_all(session: Session, which: Condition) -> bool:
    root = aliased(Message)
    asked = sa.select(sa.and_(is_for_all(root), _names_nobody(root))).select_from(Message)
    return bool(session.scalar(asked.join(root, _root_of(root)).where(which)))


def _root_of(root: Root) -> Condition:
    return root.id == sa.func.coalesce(Message.follows_id, Message.id)


def _names_nobody(root: Root) -> Condition:
    return sa.or_(Message.names_a_person.is_(False), root.kind.in_(FOR_ALL))


def _alerts(root: Root) -> tuple[Condition, ...]:
    """What is about a crime, or urgent; that somebody was sentenced is news, no alert."""
    return (
        sa.or_(root.kind == Kind.CRIME_ALERT, root.severity == Severity.URGENT),
        Message.follow_up.is_distinct_from(FollowUp.OUTCOME),
    )


def _public(root: Root, now: datetime) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Message, root, SENT_AT)
        .join(root, _root_of(root))
        .where(Message.status.in_(SHOWN), Message.approved_at.is_not(None), now >= SENT_AT, is_for_all(root))
        .where(_names_nobody(root))
    )
