"""What texts cost in a day of London, and the ceiling at which they wait for the next day or for a person.

Counted in segments, as they are billed, at the price of the settings: the true price comes later.
owl.delivery.recording adds what was handed over to the day's count.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.limits import texts_daily_pence
from owl.accounts.models import Role, RoleName, User
from owl.accounts.permissions import Permission, require
from owl.delivery.models import Batch, TextDay
from owl.delivery.stopping import queue_batches
from owl.foundation.audit import record_act
from owl.foundation.clock import london_day, show_time, start_of_day
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.notices import Channel, send_notice
from owl.messages.models import Message, MessageStatus

OF_A_TEXT_THAT_WAITS = sa.and_(
    Batch.channel == Channel.SMS, Batch.done_at.is_(None), Message.status == MessageStatus.SENDING
)


def texts_wait_until(*, now: datetime) -> datetime | None:
    """When texts go on, where the day's ceiling is reached; None where they go on now.

    The first to find it reached tells the authors of what waits, and every administrator.
    """
    with transaction() as session:
        if not ceiling_is_reached(session, now):
            return None
        first = session.execute(
            sa.update(TextDay)
            .where(TextDay.day == london_day(now), TextDay.told_at.is_(None))
            .values(told_at=now)
            .returning(TextDay.day)
        ).scalar()
        if first is not None:
            _tell(session, now)
    return next_day(now)


def ceiling_is_reached(session: Session, now: datetime) -> bool:
    """Whether today's texts have cost as much as they may, and nobody has said that they may cost more."""
    day = session.execute(
        sa.select(TextDay.segments, TextDay.lifted_at).where(TextDay.day == london_day(now))
    ).one_or_none()
    if day is None or day.lifted_at is not None:
        return False
    return bool(day.segments * settings().sms_price_pence >= texts_daily_pence(session))


def texts_wait(session: Session, message: Message, now: datetime) -> bool:
    """Whether texts of this message wait because of what the day's texts have cost."""
    its_own = sa.exists().where(Batch.message_id == Message.id, Message.id == message.id, OF_A_TEXT_THAT_WAITS)
    return bool(session.scalar(sa.select(its_own))) and ceiling_is_reached(session, now)


def next_day(now: datetime) -> datetime:
    """The next midnight in London."""
    return start_of_day(start_of_day(now) + timedelta(hours=36))  # the longest day has 25 hours


def lift_ceiling(*, user_id: int, now: datetime) -> None:
    """Let texts go out for the rest of the day whatever they cost, and at once. Raises Refused."""
    with transaction() as session:
        require(session, user_id, Permission.APPROVE)
        row = insert(TextDay).values(day=london_day(now), segments=0, lifted_at=now, lifted_by=user_id)
        lifted = {"lifted_at": row.excluded.lifted_at, "lifted_by": row.excluded.lifted_by}
        session.execute(row.on_conflict_do_update(index_elements=["day"], set_=lifted))
        waiting = session.scalars(
            sa.update(Batch)
            .where(Batch.message_id == Message.id, OF_A_TEXT_THAT_WAITS, Batch.due_at > now)
            .values(due_at=now)
            .returning(Batch.message_id)
            .execution_options(synchronize_session=False)
        ).all()
        queue_batches(session, sorted(set(waiting)), now=now)
        record_act(session, "lift ceiling on texts", actor_id=user_id, subject="texts", subject_id=None, now=now)


def _tell(session: Session, now: datetime) -> None:
    authors = sa.select(Message.author_id).join(Batch, Batch.message_id == Message.id).where(OF_A_TEXT_THAT_WAITS)
    administrates = User.roles.any(Role.name == RoleName.ADMINISTRATOR.value)
    addresses = session.scalars(
        sa.select(User.email).where(User.active, sa.or_(User.id.in_(authors), administrates)).order_by(User.id)
    )
    for address in addresses.all():
        send_notice(
            session, "texts_wait", channel=Channel.EMAIL, address=address, now=now,
            pounds=f"{texts_daily_pence(session) / 100:,.0f}", until=show_time(next_day(now)),
        )  # fmt: skip
