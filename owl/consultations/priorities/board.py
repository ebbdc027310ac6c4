"""A team's priorities as it works on them: what is drafted, what waits for a signature, what grows old."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.consultations.consultation_models import Consultation
from owl.consultations.priorities.freshness import Age, age
from owl.consultations.priorities.models import Decision, DecisionDraft, Freshness, RaisedIssue, SignedDecision
from owl.foundation.clock import london_day
from owl.geography.models import District, Neighbourhood


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One neighbourhood in the list."""

    neighbourhood_id: str
    neighbourhood: str
    district: str
    fresh_at: datetime | None  # None: nothing is shown yet
    chosen: int  # that hold now
    over: int  # of these, past the day on which the team wanted to decide anew
    left: int  # of these, whose officer can't sign in any more
    drafts: int  # being written
    undecided: int  # of these, without a decision
    returned: int  # of these, by an inspector
    to_sign: int
    age: Age

    @property
    def needs_somebody(self) -> bool:
        """Whether anything there waits for a person."""
        grows_old = self.age not in {Age.FRESH, Age.NONE}
        return bool(self.to_sign or self.returned or self.undecided or self.over or self.left) or grows_old


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A decision that is not signed yet."""

    issue_id: int
    issue: str
    decision: Decision | None
    reason: str
    evidence: str
    action: str
    passed_to: str | None
    owner_id: int | None
    owner: str | None
    until: date | None
    version: int
    writers: tuple[str, ...]
    writer_ids: tuple[int, ...]
    asked_at: datetime | None
    returned_because: str | None
    changes: bool  # something was signed of it before
    consultation: str | None  # the title of where residents raised it
    consultation_id: int | None


def board(session: Session, areas: Collection[str], now: datetime) -> list[BoardRow]:
    """Every one of the neighbourhoods, by district and name."""
    drafts, chosen = _drafts_by_area().subquery(), _chosen_by_area(london_day(now)).subquery()
    counts = (
        chosen.c.chosen,
        chosen.c.over,
        chosen.c.left,
        drafts.c.drafts,
        drafts.c.undecided,
        drafts.c.returned,
        drafts.c.to_sign,
    )
    found = session.execute(
        sa.select(
            Neighbourhood.id, Neighbourhood.name, District.name, Freshness.fresh_at,
            *(sa.func.coalesce(count, 0) for count in counts),
        )
        .join(District, District.code == Neighbourhood.district_code)
        .outerjoin(Freshness, Freshness.neighbourhood_id == Neighbourhood.id)
        .outerjoin(drafts, drafts.c.neighbourhood_id == Neighbourhood.id)
        .outerjoin(chosen, chosen.c.neighbourhood_id == Neighbourhood.id)
        .where(Neighbourhood.id.in_(areas))
        .order_by(District.name, Neighbourhood.name)
    )  # fmt: skip
    return [_board_row(list(values), now) for values in found]


def drafts_in(session: Session, neighbourhood_id: str) -> list[DraftRow]:
    """What is not signed yet, the first raised first."""
    return _drafts(session, RaisedIssue.neighbourhood_id == neighbourhood_id)


def draft_of(session: Session, issue_id: int) -> DraftRow | None:
    """What is not signed yet of the issue, if anything."""
    return next(iter(_drafts(session, RaisedIssue.id == issue_id)), None)


def _drafts(session: Session, which: sa.ColumnElement[bool]) -> list[DraftRow]:
    of = DecisionDraft
    name = sa.func.concat_ws(" ", User.rank, User.name)
    writers = sa.select(sa.func.array_agg(name)).where(User.id == sa.any_(of.writer_ids)).scalar_subquery()
    owner = sa.select(name).where(User.id == of.owner_id).scalar_subquery()
    signed = sa.exists().where(SignedDecision.issue_id == of.issue_id)
    found = session.execute(
        sa.select(
            of.issue_id, of.issue, of.decision, of.reason, of.evidence, of.action, of.passed_to, of.owner_id, owner,
            of.until, of.version, writers, of.writer_ids, of.asked_at, of.returned_because, signed,
            Consultation.title, Consultation.id,
        )
        .join(RaisedIssue, RaisedIssue.id == of.issue_id)
        .outerjoin(Consultation, Consultation.id == RaisedIssue.consultation_id)
        .where(which)
        .order_by(RaisedIssue.id)
    )  # fmt: skip
    return [_draft_row(list(values)) for values in found]


def _board_row(values: list[Any], now: datetime) -> BoardRow:
    return BoardRow(*[*values, age(values[3], now)])


def _draft_row(values: list[Any]) -> DraftRow:
    return DraftRow(*[*values[:11], tuple(values[11] or ()), tuple(values[12]), *values[13:]])


def _drafts_by_area() -> sa.Select[str, int, int, int, int]:
    of, count = DecisionDraft, sa.func.count()
    return (
        sa.select(
            RaisedIssue.neighbourhood_id,
            count.filter(of.asked_at.is_(None)).label("drafts"),
            count.filter(of.decision.is_(None)).label("undecided"),
            count.filter(of.returned_because.is_not(None)).label("returned"),
            count.filter(of.asked_at.is_not(None)).label("to_sign"),
        )
        .join(of, of.issue_id == RaisedIssue.id)
        .group_by(RaisedIssue.neighbourhood_id)
    )


def _chosen_by_area(today: date) -> sa.Select[str, int, int, int]:
    of, later = SignedDecision, sa.orm.aliased(SignedDecision)
    replaced = sa.exists().where(later.issue_id == of.issue_id, later.number > of.number)
    return (
        sa.select(
            RaisedIssue.neighbourhood_id,
            sa.func.count().label("chosen"),
            sa.func.count().filter(of.until < today).label("over"),
            sa.func.count().filter(~User.active).label("left"),
        )
        .join(of, of.issue_id == RaisedIssue.id)
        .join(User, User.id == of.owner_id)
        .where(of.decision == Decision.CHOSEN, ~replaced)
        .group_by(RaisedIssue.neighbourhood_id)
    )
