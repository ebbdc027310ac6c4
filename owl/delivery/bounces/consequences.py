"""What bounces and complaints change: the delivery's state, and whether the address is used again.

The rule (docs/adr says why). Hard: failed, and the address is suppressed at once. Soft: failed;
suppressed when five mails in a row, over two weeks or more, came back so. Ours: failed, an alarm,
and the address stays. Complaint: the address is suppressed at once and consent counts as taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from owl.delivery.bounces.verdicts import Verdict
from owl.delivery.bounces.wearing_out import worn_out
from owl.delivery.digests.carrying import follow
from owl.delivery.life_cycle import may_become
from owl.delivery.models import Bounce, Delivery, DeliveryStatus
from owl.foundation.counting import Counted, count
from owl.foundation.database import enqueue, transaction
from owl.foundation.jobs import Job, Queue
from owl.households.models import ContactPoint, SuppressionReason
from owl.households.suppressing import suppress_all
from owl.messages.models import Message

log = structlog.get_logger()

SETTLED_TOGETHER = 2000
ROUNDS = 5  # in one job: other jobs wait behind it
FAILING = (Verdict.HARD, Verdict.SOFT, Verdict.OURS)
ALARMING_SHARE = 0.01  # of a message's deliveries, refused for a reason that is ours
FEWEST_TO_ALARM = 5


@dataclass(frozen=True, slots=True)
class _Settled:
    message_id: int
    contact_point_id: int | None  # None: there is no such delivery
    verdict: Verdict
    is_news: bool  # the address was not proved again since the mail went out


def settle_bounces(*, now: datetime) -> int:
    """Draw the consequences of every report that is not settled yet; how many reports there were.

    Of thousands it takes some, and queues itself again.
    """
    settled: list[_Settled] = []
    for _ in range(ROUNDS):
        with transaction() as session:
            some = _settle_some(session, now)
        settled += some
        if len(some) < SETTLED_TOGETHER:
            break
    else:
        with transaction() as session:
            enqueue(session, Job.SETTLE_BOUNCES, queue=Queue.NOTICES, once=True)
    _tell(settled)
    return len(settled)


def _settle_some(session: Session, now: datetime) -> list[_Settled]:
    ids = session.scalars(
        sa.select(Bounce.id)
        .where(Bounce.settled_at.is_(None))
        .order_by(Bounce.id)
        .limit(SETTLED_TOGETHER)
        .with_for_update(skip_locked=True)
    ).all()
    if not ids:
        return []
    settled = _close(session, ids, now)
    session.execute(_move(ids, now))
    follow(session, sa.select(Bounce.message_id, Bounce.seq).where(_among(ids)).distinct(), now=now)
    _suppress(session, settled, now)
    return settled


def _close(session: Session, ids: Sequence[int], now: datetime) -> list[_Settled]:
    """Note who each report is about, before its delivery is changed."""
    about = (
        sa.select(
            Bounce.id,
            Delivery.contact_point_id,
            sa.func.coalesce(ContactPoint.verified_at <= Delivery.changed_at, sa.false()).label("is_news"),
        )
        .outerjoin(Delivery, sa.and_(Delivery.message_id == Bounce.message_id, Delivery.seq == Bounce.seq))
        .outerjoin(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .where(_among(ids))
        .cte("about")
    )
    rows = session.execute(
        sa.update(Bounce)
        .where(Bounce.id == about.c.id)
        .values(settled_at=now, contact_point_id=about.c.contact_point_id)
        .returning(Bounce.message_id, about.c.contact_point_id, Bounce.verdict, about.c.is_news)
        .execution_options(synchronize_session=False)
    )
    return [_Settled(*row) for row in rows.all()]


def _among(ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return Bounce.id == sa.any_(sa.cast(ids, sa.ARRAY(sa.BigInteger)))


def _move(ids: Sequence[int], now: datetime) -> sa.Update:
    worst = (
        sa.select(Bounce.message_id, Bounce.seq, Bounce.fault)
        .ext(distinct_on(Bounce.message_id, Bounce.seq))
        .where(_among(ids), Bounce.verdict.in_(FAILING))
        .order_by(Bounce.message_id, Bounce.seq, Bounce.verdict != Verdict.HARD, Bounce.id)
        .cte("worst")
    )
    return (
        sa.update(Delivery)
        .where(
            Delivery.message_id == worst.c.message_id,
            Delivery.seq == worst.c.seq,
            Delivery.status.in_(may_become(DeliveryStatus.FAILED)),
        )
        .values(status=DeliveryStatus.FAILED, fault=worst.c.fault, changed_at=now)
        .execution_options(synchronize_session=False)
    )


def _suppress(session: Session, settled: list[_Settled], now: datetime) -> None:
    def found(verdict: Verdict) -> set[int]:
        return {
            one.contact_point_id for one in settled if one.verdict is verdict and one.is_news and one.contact_point_id
        }

    complained = found(Verdict.COMPLAINT)
    suppress_all(session, complained, reason=SuppressionReason.COMPLAINED, source="complaint", now=now)
    dead = found(Verdict.HARD) | worn_out(session, found(Verdict.SOFT) - complained, now=now)
    suppress_all(session, dead - complained, reason=SuppressionReason.BOUNCED, source="bounce", now=now)


def _tell(settled: list[_Settled]) -> None:
    """Raise the alarm where a message is refused for what it says or who sends it."""
    verdicts = Counter(one.verdict.value for one in settled)
    for verdict, number in verdicts.items():
        count(Counted.BOUNCES, verdict, by=number)
    if settled:
        log.info("bounces settled", **verdicts)
    touched = {one.message_id for one in settled if one.verdict is Verdict.OURS}
    if not touched:
        return
    with transaction() as session:
        refused = session.execute(
            sa.select(Bounce.message_id, sa.func.count(), Message.targeted)
            .join(Message, Message.id == Bounce.message_id)
            .where(Bounce.message_id.in_(touched), Bounce.verdict == Verdict.OURS)
            .group_by(Bounce.message_id, Message.targeted)
        ).all()
    for message_id, number, targeted in refused:
        if number >= max(FEWEST_TO_ALARM, ALARMING_SHARE * (targeted or 0)):
            log.warning("mail is refused for its words or its sender", message=message_id, refused=number, of=targeted)
