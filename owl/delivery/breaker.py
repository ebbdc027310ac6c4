"""The breaker: a message that fails for too many pauses by itself and tells its author.

Why every lasting fault counts, and why a look costs next to nothing: docs/adr/0010-fault-breaker.md.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.faults import sentence_of
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.foundation.audit import record_act
from owl.foundation.notices import Channel, send_notice
from owl.messages.models import Message, MessageStatus
from owl.messages.moving import move

LOOKED_AT = 500  # deliveries handed over last
ENOUGH = 50  # of them, before anything is concluded
TOO_MANY = 0.2
READ = 1500  # deliveries in the batches that are read: more than LOOKED_AT, as some are still to do
HANDED_OVER = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)

log = structlog.get_logger()


def too_many(faulty: int, looked_at: int) -> bool:
    """Whether the share of faults is one at which to stop."""
    return faulty > 0 and faulty >= TOO_MANY * looked_at


def look(session: Session, message_id: int, now: datetime) -> bool:
    """Whether the message was paused just now, because too many of its last deliveries failed.

    For whoever records a group that is itself `too_many`. Belongs inside the caller's transaction.
    """
    last = session.execute(_last_handed_over(message_id)).all()
    faults = Counter(sentence_of(row.fault) for row in last if row.status is DeliveryStatus.FAILED)
    if len(last) < ENOUGH or not too_many(faults.total(), len(last)):
        return False
    [(most_often, _)] = faults.most_common(1)
    because = (
        f"OWL paused it: {faults.total()} of the last {len(last)} could not be delivered, "
        f"most often for this reason: {most_often[0].lower()}{most_often[1:]}."
    )
    if not _has_author(session, message_id):  # a digest: nobody could let it go on
        log.error("a digest fails for too many", message=message_id, because=because)
        return False
    still_to_do = sa.exists().where(Batch.message_id == message_id, Batch.done_at.is_(None))
    if not move(session, message_id, MessageStatus.PAUSED, still_to_do, stopped_because=because):
        return False
    _tell(session, message_id, because, now)
    record_act(
        session, "pause message: too many faults", actor_id=None, subject="message", subject_id=message_id,
        now=now, faults=faults.total(), looked_at=len(last),
    )  # fmt: skip
    return True


def _has_author(session: Session, message_id: int) -> bool:
    return session.scalar(sa.select(Message.author_id).where(Message.id == message_id)) is not None


def _last_handed_over(message_id: int) -> sa.Select[DeliveryStatus, str | None]:
    """(status, fault) of the last LOOKED_AT since somebody let the message go on, found through its latest batches."""
    size = Batch.last_seq - Batch.first_seq + 1
    worked_at = sa.func.coalesce(Batch.lease_until, Batch.done_at, Batch.due_at)
    newer = sa.func.sum(size).over(order_by=(worked_at.desc(), Batch.no.desc())) - size
    batches = (
        sa.select(Batch.first_seq, Batch.last_seq, newer.label("newer"))
        .where(Batch.message_id == message_id, Batch.attempt > 0)
        .subquery()
    )
    return (
        sa.select(Delivery.status, Delivery.fault)
        .select_from(batches)
        .join(Message, Message.id == message_id)
        .join(
            Delivery,
            sa.and_(Delivery.message_id == message_id, Delivery.seq.between(batches.c.first_seq, batches.c.last_seq)),
        )
        .where(
            batches.c.newer < READ,
            Delivery.status.in_(HANDED_OVER),
            sa.func.coalesce(Delivery.changed_at > Message.resumed_at, sa.true()),
        )
        .order_by(Delivery.changed_at.desc())
        .limit(LOOKED_AT)
    )


def _tell(session: Session, message_id: int, because: str, now: datetime) -> None:
    title, email = session.execute(
        sa.select(Message.title, User.email).join(User, User.id == Message.author_id).where(Message.id == message_id)
    ).one()
    send_notice(
        session, "message_paused", channel=Channel.EMAIL, address=email, now=now,
        title=title, because=because, message_id=message_id,
    )  # fmt: skip
