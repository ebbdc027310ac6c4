"""Starting messages at the time that was set, and what becomes of those whose time has passed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.models import DeliveryStatus
from owl.delivery.settling import settle
from owl.delivery.stopping import move_as, queue_batches
from owl.foundation.audit import record_act
from owl.foundation.clock import show_time
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict
from owl.foundation.notices import Channel, send_notice
from owl.messages.approving import Over
from owl.messages.models import Message, MessageStatus
from owl.messages.moving import change, move_all
from owl.messages.queries import message_for
from owl.messages.schedule import LATE_AFTER, is_late

OVER = "It was valid until a time before it could start, so nothing was sent."


class NotLate(Conflict):
    """The message starts by itself."""

    def __init__(self, send_at: datetime) -> None:
        super().__init__(f"This message is not late: it goes out by itself on {show_time(send_at)}.")


def start_due(*, now: datetime) -> int:
    """Start every message whose time has come; how many. Twice, or by two clocks at once, is the same as once.

    One that is no longer valid is closed, and nobody gets it. One that is more than LATE_AFTER past
    waits for a person, who is told once.
    """
    waits = Message.status == MessageStatus.SCHEDULED
    with transaction() as session:
        _close(session, move_all(session, MessageStatus.CLOSED, waits, Message.valid_until <= now, finished_at=now,
                                 stopped_because=OVER), now)  # fmt: skip
        _tell_of_late_ones(session, now)
        due = (waits, Message.send_at.between(now - LATE_AFTER, now))
        started = move_all(session, MessageStatus.SENDING, *due)
        for message_id in started:
            _record(session, "start message", message_id, now)
        queue_batches(session, started, now=now)
    return len(started)


def send_anyway(message_id: int, *, user_id: int, version: int | None = None, now: datetime) -> None:
    """Start a message that was found late, as a person decided.

    Raises NotFound, Refused, NotLate, Over or MovedMeanwhile.
    """
    with transaction() as session:
        message = message_for(session, message_id, user_id=user_id)
        if message.status is MessageStatus.SCHEDULED:
            _check_late(message, now)
        move_as(
            session, message_id, MessageStatus.SENDING, before=[MessageStatus.SCHEDULED], user_id=user_id,
            act="send late message", version=version, now=now, stopped_because=None,
        )  # fmt: skip
        queue_batches(session, [message_id], now=now)


def _check_late(message: Message, now: datetime) -> None:
    if message.valid_until and message.valid_until <= now:
        raise Over(message.valid_until)
    if message.send_at and not is_late(message.send_at, now):
        raise NotLate(message.send_at)


def _close(session: Session, message_ids: list[int], now: datetime) -> None:
    settle(session, message_ids, becomes=DeliveryStatus.EXPIRED, now=now)
    for message_id in message_ids:
        _record(session, "close message: over", message_id, now)


def _tell_of_late_ones(session: Session, now: datetime) -> None:
    late = sa.select(Message.id, Message.title, Message.send_at, User.email).where(
        Message.status == MessageStatus.SCHEDULED,
        Message.send_at < now - LATE_AFTER,
        Message.stopped_because.is_(None),
        User.id == Message.author_id,
    )
    for message_id, title, send_at, email in session.execute(late).all():
        because = f"It was to go out on {show_time(send_at or now)}, and OWL could not send it then."
        if change(session, message_id, Message.stopped_because.is_(None), stopped_because=because):
            send_notice(
                session, "message_late", channel=Channel.EMAIL, address=email, now=now,
                title=title, because=because, message_id=message_id,
            )  # fmt: skip
            _record(session, "find message late", message_id, now)


def _record(session: Session, act: str, message_id: int, now: datetime) -> None:
    record_act(session, act, actor_id=None, subject="message", subject_id=message_id, now=now)
