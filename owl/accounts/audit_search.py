"""The audit as it is read: searched, page by page, and saved. Nothing here, and no page, can change it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import IS_REFUSAL, Audit, record_act
from owl.foundation.clock import LONDON
from owl.foundation.database import db, transaction
from owl.foundation.spreadsheets import csv_line

ON_A_PAGE = 20
AT_A_TIME = 1_000  # rows of a file, read together
HEADINGS = ("number", "at (London)", "user number", "user", "act", "about", "number of that", "details")
REFUSALS = "refused"  # stands for every act that begins so


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts are asked for; None: any."""

    actor_id: int | None = None  # 0: nobody who signs in, so the clock or a resident
    act: str | None = None  # or REFUSALS
    subject: str | None = None
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # before this


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act, and who did it."""

    id: int
    at: datetime
    actor_id: int | None
    actor: str | None  # rank and name
    act: str
    subject: str
    subject_id: int | None
    details: dict[str, Any]

    @property
    def sentence(self) -> str:
        """The details as one reads them: "homes: 1204, channel: email"."""
        return ", ".join(f"{name.replace('_', ' ')}: {_words(value)}" for name, value in self.details.items())


def search_audit(
    session: Session, wanted: Wanted, *, before: int | None = None, limit: int = ON_A_PAGE
) -> list[AuditRow]:
    """The newest acts that are wanted, those older than the act `before`."""
    actor = sa.func.nullif(sa.func.concat_ws(" ", User.rank, User.name), "")
    asked = (
        sa.select(Audit.id, Audit.at, Audit.actor_id, actor, Audit.act, Audit.subject, Audit.subject_id, Audit.details)
        .outerjoin(User, User.id == Audit.actor_id)
        .where(*_conditions(wanted))
        .order_by(Audit.at.desc(), Audit.id.desc())
        .limit(limit)
    )
    last = session.execute(sa.select(Audit.at, Audit.id).where(Audit.id == before)).one_or_none() if before else None
    if last is not None:
        asked = asked.where(sa.tuple_(Audit.at, Audit.id) < sa.tuple_(*map(sa.literal, last)))
    return [AuditRow(*row) for row in session.execute(asked)]


def acts_known(session: Session) -> list[str]:
    """Every act that the audit holds, but refusals. Steps from one to the next on the index, however many rows."""
    return [act for act in _steps(session, Audit.act) if not act.startswith(f"{REFUSALS}: ")]


def subjects_known(session: Session) -> list[str]:
    """Everything that the acts are about: "message", "user"."""
    return _steps(session, Audit.subject)


def actors_known(session: Session) -> list[tuple[int, str]]:
    """Every user, by name, to choose from."""
    named = sa.func.concat_ws(" ", User.name, User.rank)
    return [(number, name) for number, name in session.execute(sa.select(User.id, named).order_by(User.name, User.id))]


def export_audit(wanted: Wanted, *, actor_id: int, now: datetime) -> Iterator[str]:
    """The lines of a CSV file of all that is wanted, newest first. That somebody took it is in the audit.

    Raises Refused, before the first line.
    """
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        record_act(session, "export audit", actor_id=actor_id, subject="audit", subject_id=None, now=now)
    return _lines(wanted)


def _lines(wanted: Wanted) -> Iterator[str]:
    session = db.session()  # only now: a page's own is put away before its answer is read
    yield csv_line(HEADINGS)
    before: int | None = None
    while rows := search_audit(session, wanted, before=before, limit=AT_A_TIME):
        before = rows[-1].id
        for row in rows:
            yield csv_line(
                (
                    str(row.id),
                    row.at.astimezone(LONDON).isoformat(timespec="seconds"),
                    str(row.actor_id or ""),
                    row.actor or "",
                    row.act,
                    row.subject,
                    str(row.subject_id or ""),
                    json.dumps(row.details, ensure_ascii=False),
                )
            )


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.actor_id is not None:
        yield Audit.actor_id == wanted.actor_id if wanted.actor_id else Audit.actor_id.is_(None)
    if wanted.act is not None:
        yield IS_REFUSAL if wanted.act == REFUSALS else Audit.act == wanted.act
    if wanted.subject is not None:
        yield Audit.subject == wanted.subject
    if wanted.subject_id is not None:
        yield Audit.subject_id == wanted.subject_id
    if wanted.since is not None:
        yield Audit.at >= wanted.since
    if wanted.until is not None:
        yield Audit.at < wanted.until


def _steps(session: Session, column: sa.orm.InstrumentedAttribute[str]) -> list[str]:
    """The different values of an indexed column (PostgreSQL wiki, "Loose indexscan")."""
    first = sa.select(sa.func.min(column).label("value")).cte(recursive=True)
    following = sa.select(sa.func.min(column)).where(column > first.c.value).scalar_subquery()
    every = first.union_all(sa.select(following).where(first.c.value.is_not(None)))
    return list(session.scalars(sa.select(every.c.value).where(every.c.value.is_not(None)).order_by(every.c.value)))


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else f"{value:,}" if type(value) is int else str(value)
