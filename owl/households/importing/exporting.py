"""Writes all households in the format that is imported, so that a force can leave and take everybody along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

import sqlalchemy as sa

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import db, transaction
from owl.foundation.spreadsheets import csv_line
from owl.households.importing.columns import Column
from owl.households.importing.gathering import Cells, addresses_of, habits_of, homes_of, ticks_of
from owl.households.models import Subscriber

PAGE = 1_000  # people read together


def export_households(*, now: datetime, actor_id: int | None = None) -> Iterator[str]:
    """The lines of the file, its header first, a set of people at a time. That somebody took it is in the audit.

    Raises Refused, before the first line.
    """
    with transaction() as session:
        if actor_id is not None:
            require(session, actor_id, Permission.ADMINISTER)
        record_act(session, "export households", actor_id=actor_id, subject="households", subject_id=None, now=now)
    return _lines()


def _lines() -> Iterator[str]:
    session = db.session()  # only now: a page's own is put away before its answer is read, and nobody would close it
    yield _line({column: column.value for column in Column})
    last = 0
    while people := session.execute(
        sa.select(Subscriber).where(Subscriber.id > last).order_by(Subscriber.id).limit(PAGE)
    ).scalars().all():  # fmt: skip
        last = people[-1].id
        ids = [person.id for person in people]
        homes, addresses, ticks = homes_of(session, ids), addresses_of(session, ids), ticks_of(session, ids)
        for person in people:
            habits = habits_of(person)
            for row in _rows(homes[person.id], addresses[person.id], ticks[person.id]):
                yield _line({**habits, **row})
        session.expunge_all()


def _rows(homes: Sequence[Cells], addresses: Sequence[Cells], ticks: Sequence[Cells]) -> Iterator[Cells]:
    """As few rows as hold each home, address and tick once; each row is at some home, not each has the others."""
    if homes and addresses:
        for home, given, tick in zip_longest(homes, addresses, ticks):
            yield {**(home or homes[-1]), **(given or {}), **(tick or {})}


def _line(cells: Cells) -> str:
    return csv_line(cells.get(column, "") for column in Column)
