"""What a feedback link opens, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.delivery.queries import Recipient, recipient_of
from owl.foundation.errors import Expired
from owl.foundation.languages import gettext
from owl.households.choices import Kind
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

    Raises NotFound, LinkExpired (60 days after the message finished) or PersonErased.
    """
    recipient = recipient_of(session, message_id, seq)
    message = session.get_one(Message, message_id)
    if now > works_until(message):
        raise LinkExpired
    if recipient.subscriber_id is None or recipient.neighbourhood_id is None:
        raise PersonErased
    team = session.scalar(sa.select(Team.name).where(Team.neighbourhood_id == recipient.neighbourhood_id))
    return OpenedLink(
        recipient=recipient,
        subscriber_id=recipient.subscriber_id,
        neighbourhood_id=recipient.neighbourhood_id,
        team_name=team or "Safer Neighbourhood Team",
        kind=message.kind,
        title=message.title,
        went_at=message.approved_at or message.created_at,
    )


def works_until(message: Message) -> datetime:
    """When the message's feedback links end."""
    return (message.finished_at or message.approved_at or message.created_at) + LASTS
