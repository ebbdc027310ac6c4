"""What a feedback link opens, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.delivery.models import Delivery
from owl.delivery.queries import Recipient
from owl.foundation.errors import Expired, NotFound
from owl.foundation.languages import gettext
from owl.households.choices import Kind
from owl.households.models import ContactPoint, Household
from owl.messages.models import Message

LASTS = timedelta(days=60)  # after the message finished


class LinkExpired(Expired):
    """The message is too old to write back about."""

    def __init__(self) -> None:
        super().__init__(gettext("This link no longer works, because the message is more than 60 days old."))


class PersonErased(Expired):
    """Whoever the message went to had their details deleted."""

    def __init__(self) -> None:
        super().__init__(gettext("This link no longer works, because the details it belonged to were deleted."))


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """One delivery, and its message in short."""

    recipient: Recipient
    subscriber_id: int
    neighbourhood_id: str
    team_name: str
    kind: Kind
    title: str
    went_at: datetime


def open_link(session: Session, message_id: int, seq: int, *, now: datetime) -> OpenedLink:
    """What the feedback link of the delivery opens.

    Raises NotFound, LinkExpired (60 days after the message finished, or once it asks no more) or PersonErased.
    """
    row = session.execute(_OPENED.where(Delivery.message_id == message_id, Delivery.seq == seq)).one_or_none()
    if row is None:
        raise NotFound(gettext("We can't find that message."))
    recipient = Recipient(message_id, seq, *row[:5])
    if now > links_end(row.finished_at or row.approved_at or row.created_at, row.asks_until):
        raise LinkExpired
    if recipient.subscriber_id is None or recipient.neighbourhood_id is None:
        raise PersonErased
    return OpenedLink(
        recipient=recipient,
        subscriber_id=recipient.subscriber_id,
        neighbourhood_id=recipient.neighbourhood_id,
        team_name=row.team or "Safer Neighbourhood Team",
        kind=row.kind,
        title=row.title,
        went_at=row.approved_at or row.created_at,
    )


def links_end(went_at: datetime, asks_until: datetime | None) -> datetime:
    """When the links of a message that went then end: those of an invitation not while it asks."""
    return max(went_at + LASTS, asks_until or went_at)


# In one statement: the page that it opens is asked for by a county within minutes.
_OPENED = (
    sa.select(
        Delivery.contact_point_id,
        ContactPoint.subscriber_id,
        Delivery.household_id,
        Household.neighbourhood_id,
        ContactPoint.channel,
        Message.kind,
        Message.title,
        Message.created_at,
        Message.approved_at,
        Message.finished_at,
        sa.case((Message.consultation_id.is_not(None), Message.valid_until)).label("asks_until"),
        sa.select(Team.name)
        .where(Team.neighbourhood_id == Household.neighbourhood_id)
        .limit(1)
        .correlate(Household)
        .scalar_subquery()
        .label("team"),
    )
    .join(Message, Message.id == Delivery.message_id)
    .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
    .outerjoin(Household, Household.id == Delivery.household_id)
)
