"""Waiting after wrong tries: longer each time, never long enough to shut a user out for good."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from owl.accounts.models import User

FREE_TRIES = 5  # in a row, before the first wait
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
DOUBLINGS = 10  # more would only make large numbers


def take_try(
    session: Session,
    who: sa.ColumnElement[bool],
    *,
    counted: InstrumentedAttribute[int],
    waits: InstrumentedAttribute[datetime | None],
    now: datetime,
    regardless: bool = False,
) -> int | None:
    """The id of the active user, once a try is counted against them; None while they must wait.

    Counted before it is checked, so that a hundred tries at once are a hundred tries. The
    caller forgives them (`forgive`) when the try was right.
    """
    doubled = sa.func.power(2, sa.func.least(counted + 1 - FREE_TRIES, DOUBLINGS)) * sa.literal(FIRST_WAIT)
    wait_until = sa.literal(now) + sa.func.least(doubled, sa.literal(LONGEST_WAIT))
    free = sa.or_(sa.true() if regardless else sa.false(), waits.is_(None), waits <= now)
    return session.scalar(
        sa.update(User)
        .where(who, User.active, free)
        .values({counted: counted + 1, waits: sa.case((counted + 1 >= FREE_TRIES, wait_until), else_=None)})
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )


def forgive(user: User) -> None:
    """Forget the wrong passwords of somebody who got it right."""
    user.failed_sign_ins, user.locked_until = 0, None


def forgive_codes(user: User) -> None:
    """Forget the wrong codes of somebody who got it right."""
    user.failed_second_steps, user.second_step_locked_until = 0, None
