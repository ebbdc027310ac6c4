"""Training and the real thing, kept apart: what is written to practise never reaches anybody else (adr 40)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.current import settings
from owl.foundation.errors import Refused
from owl.foundation.notices import Channel
from owl.households.guests import among_guests
from owl.households.models import ContactPoint
from owl.messages.audience import Audience
from owl.messages.draft import Draft
from owl.messages.models import Message, MessageEditor
from owl.messages.reach import reachable


class OnlyPractising(Refused):
    """Somebody in training would act on something real."""

    def __init__(self) -> None:
        super().__init__("You are in training, and this is real. Practise with a message of your own.")


def keep_apart(user: User, message: Message) -> None:
    """Raises OnlyPractising where somebody in training would act on a message that is real."""
    if user.training and not message.training:
        raise OnlyPractising


def is_training(session: Session, message: Message) -> bool:
    """Whether the message may reach the guest list only: now and for good, whatever is changed afterwards."""
    if message.training or settings().training:
        return True
    hand = sa.exists().where(
        MessageEditor.message_id == message.id,
        MessageEditor.user_id == User.id,
        MessageEditor.saved_at.is_not(None),
    )
    asked = sa.exists().where(User.training, (User.id == message.author_id) | hand)
    return bool(session.scalar(sa.select(asked)))


def guests_reached(message: Message, now: datetime) -> sa.Select[int, int, Channel, int | None]:
    """As `recipients`, of a message of training: guests who want its kind, wherever they live."""
    channels = Audience.from_json(message.audience).channels
    return reachable(among_guests(ContactPoint.address_index), channels, Draft.of(message).topic, now)
