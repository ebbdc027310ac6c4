"""Saying what a message led to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.messages.models import Message, MessageStatus
from owl.messages.moving import move
from owl.messages.queries import message_for
from owl.reports.models import LedTo, MessageOutcome


class NoOutcome(Conflict):
    """The message can't have led to anything: it has not gone out, or follows another."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody said that a message led to."""

    led_to: tuple[LedTo, ...]
    said_by: str  # rank and name
    said_at: datetime

    @property
    def sentences(self) -> str:
        """What residents may be told of it."""
        return " ".join(one.sentence for one in self.led_to if one.sentence)


def record_outcome(message_id: int, *, led_to: Collection[str], closes: bool, user_id: int, now: datetime) -> None:
    """Keep what the message led to, in place of what was said before.

    `closes`: it is over, and residents are not shown it as current any more.
    Raises NotFound, Refused, BadInput for `led_to`, or NoOutcome.
    """
    with transaction() as session:
        message = message_for(session, message_id, user_id=user_id)
        require(session, user_id, Permission.COMPOSE, message.neighbourhood_ids)
        check_may_have_outcome(message)
        said = _checked(led_to)
        values = {"led_to": said, "recorded_by": user_id, "recorded_at": now}
        session.execute(
            insert(MessageOutcome)
            .values(message_id=message_id, **values)
            .on_conflict_do_update(index_elements=["message_id"], set_=values)
        )
        if closes:
            move(session, message_id, MessageStatus.CLOSED, Message.status == MessageStatus.SENT)
        record_act(
            session, "record outcome", actor_id=user_id, subject="message", subject_id=message_id, now=now, led_to=said
        )


def check_may_have_outcome(message: Message) -> None:
    """Raises NoOutcome."""
    if message.follow_up is not None or message.author_id is None:
        raise NoOutcome("This follows an earlier message. Say there what came of it.")
    if message.approved_at is None or message.status is MessageStatus.SCHEDULED:
        raise NoOutcome("This message has not gone out, so nothing can have come of it.")


def outcome_of(session: Session, message_id: int) -> Outcome | None:
    """What the message led to; None while nobody has said."""
    said_by = sa.func.concat_ws(" ", User.rank, User.name)
    row = session.execute(
        sa.select(MessageOutcome.led_to, said_by, MessageOutcome.recorded_at)
        .join(User, User.id == MessageOutcome.recorded_by)
        .where(MessageOutcome.message_id == message_id)
    ).one_or_none()
    return None if row is None else Outcome(tuple(map(LedTo, row[0])), row[1], row[2])


def _checked(led_to: Collection[str]) -> list[str]:
    if not led_to or not set(led_to) <= set(LedTo):
        raise BadInput({"led_to": "Choose what came of it, or “Nothing that we know of”."})
    if LedTo.NONE in led_to and len(set(led_to)) > 1:
        raise BadInput({"led_to": "Choose what came of it, or “Nothing that we know of”, not both."})
    return [one.value for one in LedTo if one in led_to]
