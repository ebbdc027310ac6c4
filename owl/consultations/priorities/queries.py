"""Priorities as everybody may read them: what holds now, what was done, and how it came about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.consultations.priorities.models import (
    Decision,
    Freshness,
    PriorityUpdate,
    RaisedIssue,
    SignedDecision,
    WordsTakenOut,
)
from owl.foundation.clock import london_day

ONE_ROUND = timedelta(days=100)  # what was signed so long before the last decision was not decided with it
SHOWN_ENDED = 10  # of those that are worked on no more


@dataclass(frozen=True, slots=True)
class Update:
    """Something that was done about an issue. Without its words where they were taken out."""

    id: int
    words: str
    done_on: date
    taken_out_because: str | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """An issue and what holds of it now."""

    issue_id: int
    neighbourhood_id: str
    issue: str
    decision: Decision
    reason: str
    evidence: str
    action: str  # what the team said it would do; of a chosen one
    passed_to: str | None
    passed_to_address: str | None
    until: date | None
    owner: str | None  # rank and name, while they are there
    number: int  # of its decisions so far: above 1 it was changed
    signed_at: datetime
    agreed_at: datetime  # when it was first signed
    updates: tuple[Update, ...]  # the newest first
    taken_out_because: str | None = None  # the reason why its words are gone from all pages

    @property
    def agreed_on(self) -> date:
        """The day in London on which an inspector signed it first."""
        return london_day(self.agreed_at)


@dataclass(frozen=True, slots=True)
class Published:
    """All that a neighbourhood shows. Empty until an inspector has signed something."""

    chosen: tuple[Priority, ...] = ()
    not_chosen: tuple[Priority, ...] = ()  # in the same round
    passed_on: tuple[Priority, ...] = ()  # in the same round
    ended: tuple[Priority, ...] = ()  # the last few
    fresh_at: datetime | None = None  # last signed, or looked at half-way


def published_priorities(session: Session, neighbourhood_id: str) -> Published:
    """What the neighbourhood's team works on, what it does not and why, and what it has done; the oldest first."""
    every = [one for one in decided_in(session, neighbourhood_id) if one.taken_out_because is None]
    if not every:
        return Published()
    last = max(one.signed_at for one in every)
    by: Mapping[Decision, list[Priority]] = {decision: [] for decision in Decision}
    for one in every:
        if one.decision in {Decision.CHOSEN, Decision.ENDED} or one.signed_at > last - ONE_ROUND:
            by[one.decision].append(one)
    fresh_at = session.scalar(sa.select(Freshness.fresh_at).where(Freshness.neighbourhood_id == neighbourhood_id))
    ended = sorted(by[Decision.ENDED], key=lambda one: one.signed_at, reverse=True)[:SHOWN_ENDED]
    return Published(
        tuple(by[Decision.CHOSEN]),
        tuple(by[Decision.NOT_CHOSEN]),
        tuple(by[Decision.PASSED_ON]),
        tuple(ended),
        fresh_at,
    )


def decided_in(session: Session, neighbourhood_id: str) -> list[Priority]:
    """Every issue of the neighbourhood of which something was signed, with what holds now; the first signed first."""
    return decided_among(session, [neighbourhood_id])


def decided_among(session: Session, neighbourhood_ids: Collection[str]) -> list[Priority]:
    """The same of several neighbourhoods."""
    first = (
        sa.select(sa.func.min(SignedDecision.signed_at).over(partition_by=SignedDecision.issue_id).label("agreed_at"))
        .add_columns(SignedDecision.id, RaisedIssue.neighbourhood_id)
        .join(RaisedIssue, RaisedIssue.id == SignedDecision.issue_id)
        .where(RaisedIssue.neighbourhood_id.in_(neighbourhood_ids))
        .ext(distinct_on(SignedDecision.issue_id))
        .order_by(SignedDecision.issue_id, SignedDecision.number.desc())
        .subquery()
    )
    found = session.execute(
        sa.select(SignedDecision, first.c.neighbourhood_id, first.c.agreed_at, _owner(), WordsTakenOut.because)
        .join(first, first.c.id == SignedDecision.id)
        .outerjoin(User, sa.and_(User.id == SignedDecision.owner_id, User.active))
        .outerjoin(WordsTakenOut, WordsTakenOut.decision_id == SignedDecision.id)
        .order_by(first.c.agreed_at, SignedDecision.issue_id)
    ).all()
    done = updates_of(session, [row[0].issue_id for row in found])
    return [_priority(*row, updates=done.get(row[0].issue_id, ())) for row in found]


def _priority(
    row: SignedDecision, neighbourhood_id: str, agreed_at: datetime, owner: str | None, because: str | None, *,
    updates: tuple[Update, ...],
) -> Priority:  # fmt: skip
    """The decision, without its words where they were taken out."""
    words = ("", "", "", "") if because else (row.issue, row.reason, row.evidence, row.action)
    issue, reason, evidence, action = words
    return Priority(
        row.issue_id, neighbourhood_id, issue, row.decision, reason, evidence, action, row.passed_to,
        row.passed_to_address, row.until, owner, row.number, row.signed_at, agreed_at, updates, because,
    )  # fmt: skip


def updates_of(session: Session, issue_ids: Collection[int]) -> dict[int, tuple[Update, ...]]:
    """What was done, by issue, the newest first."""
    of = PriorityUpdate
    found = session.execute(
        sa.select(of.issue_id, of.id, of.words, of.done_on, WordsTakenOut.because)
        .outerjoin(WordsTakenOut, WordsTakenOut.update_id == of.id)
        .where(of.issue_id.in_(issue_ids))
        .order_by(of.done_on.desc(), of.id.desc())
    )
    by_issue: dict[int, list[Update]] = defaultdict(list)
    for issue_id, number, words, done_on, because in found:
        by_issue[issue_id].append(Update(number, "" if because else words, done_on, because))
    return {issue_id: tuple(updates) for issue_id, updates in by_issue.items()}


def _owner() -> sa.ColumnElement[str | None]:
    return sa.case((User.id.is_not(None), sa.func.concat_ws(" ", User.rank, User.name)))
