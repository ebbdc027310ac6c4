"""The numbers that an administrator may set for the whole house, and what holds until one is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.models import HouseLimit, Limit
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput

DEFAULTS = {
    Limit.APPROVAL_ABOVE_HOMES: 500,
    Limit.TYPE_COUNT_ABOVE_HOMES: 2_000,
    Limit.NIGHT_FROM: 21,
    Limit.NIGHT_UNTIL: 7,
    Limit.BALLOTS_OF_ONE_ADDRESS: 20,  # a library, a school, a mobile network: many people share one
    Limit.BALLOTS_OF_ALL: 1_000,  # more in an hour is a machine
}  # of the others, what the settings say
LABELS = {
    Limit.APPROVAL_ABOVE_HOMES: "A message to more homes than this needs approval",
    Limit.TYPE_COUNT_ABOVE_HOMES: "Above this many homes the approver types the number",
    Limit.NIGHT_FROM: "The night begins (hour in London): a message sent in it needs approval",
    Limit.NIGHT_UNTIL: "The night ends (hour in London)",
    Limit.TEXTS_DAILY_POUNDS: "What all texts of a day may cost, in pounds; then they wait for the next day",
    Limit.WEEKLY_ALLOWANCE: "Routine messages a week before the rest waits for a digest, for who has not chosen",
    Limit.BALLOTS_OF_ONE_ADDRESS: (
        "Answers to one consultation that its open page takes in an hour from one internet address"
    ),
    Limit.BALLOTS_OF_ALL: "Answers to one consultation that its open page takes in an hour from everybody together",
}
RANGES = {Limit.NIGHT_FROM: (0, 23), Limit.NIGHT_UNTIL: (0, 23), Limit.WEEKLY_ALLOWANCE: (0, 50)}
USUAL_RANGE = (1, 1_000_000)


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit as an administrator sees it."""

    limit: Limit
    label: str
    value: int  # that holds now
    default: int  # that holds where nobody sets one


def limit(session: Session, which: Limit) -> int:
    """The number that holds now."""
    row = session.get(HouseLimit, which)
    return default_of(which) if row is None else row.value


def limits(session: Session, *which: Limit) -> list[int]:
    """Several of them at once, in this order."""
    set_ = {row.limit: row.value for row in session.scalars(sa.select(HouseLimit).where(HouseLimit.limit.in_(which)))}
    return [set_.get(each, default_of(each)) for each in which]


def limit_in_sql(which: Limit) -> sa.ColumnElement[int]:
    """The same inside a statement."""
    value = sa.select(HouseLimit.value).where(HouseLimit.limit == which).scalar_subquery()
    return sa.func.coalesce(value, default_of(which))


def default_of(which: Limit) -> int:
    """The number that holds where nobody has set one."""
    if which is Limit.TEXTS_DAILY_POUNDS:
        return max(1, round(settings().sms_daily_pence / 100))
    if which is Limit.WEEKLY_ALLOWANCE:
        return settings().weekly_allowance
    return DEFAULTS[which]


def texts_daily_pence(session: Session) -> float:
    """What all texts of a day may cost, in pence: to the penny where only the settings say it."""
    row = session.get(HouseLimit, Limit.TEXTS_DAILY_POUNDS)
    return settings().sms_daily_pence if row is None else row.value * 100


def listed_limits(session: Session) -> list[LimitRow]:
    """Every limit, in the order in which they are shown."""
    known = {row.limit: row.value for row in session.scalars(sa.select(HouseLimit))}
    return [
        LimitRow(which, label, known.get(which, default_of(which)), default_of(which))
        for which, label in LABELS.items()
    ]


def set_limits(values: Mapping[Limit, int | None], *, actor_id: int, now: datetime) -> int:
    """Let these numbers hold from now on; how many of them are new. Each change is in the audit.

    Raises BadInput for the names of limits (None: no number was typed), or Refused.
    """
    faults = {}
    for which, value in values.items():
        least, most = RANGES.get(which, USUAL_RANGE)
        if value is None or not least <= value <= most:
            faults[which.value] = f"Enter a whole number from {least:,} to {most:,}."
    if faults:
        raise BadInput(faults)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        before = {row.limit: row.value for row in listed_limits(session)}
        changed = {which: value for which, value in values.items() if value is not None and value != before[which]}
        for which, value in changed.items():
            row = insert(HouseLimit).values(limit=which, value=value)
            session.execute(row.on_conflict_do_update(index_elements=["limit"], set_={"value": row.excluded.value}))
            record_act(
                session, "set limit", actor_id=actor_id, subject="limit", subject_id=None, now=now,
                limit=which.value, before=before[which], after=value,
            )  # fmt: skip
    return len(changed)
