"""How teams keep to the 72 hours, by neighbourhood: of what ended in a span of time, and of what waits now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import District, Neighbourhood
from owl.replies.clock import ANSWERED_WITHIN, length
from owl.replies.models import Reply
from owl.replies.reaching import can_be_answered
from owl.replies.states import Ending, ReplyState
from owl.replies.ticket_models import EndedClock

SPANS = {"4-weeks": timedelta(weeks=4), "3-months": timedelta(days=91), "12-months": timedelta(days=365)}
FEWEST = 5  # to be told to everybody: a share of fewer would tell of single people


@dataclass(frozen=True, slots=True)
class Kept:
    """How one neighbourhood's team kept its time."""

    neighbourhood_id: str
    neighbourhood: str  # its name
    district: str
    in_time: int
    late: int
    without: int  # closed without an answer
    half_of_them: timedelta | None  # half of all answers came within this time
    waiting: int  # now
    overdue: int  # of these

    @property
    def share(self) -> int | None:
        """Per cent answered within 72 hours, of all that should have been by now; None where there is none."""
        due = self.in_time + self.late + self.overdue
        return None if due == 0 else self.in_time * 100 // due  # rounded down: 100 means all

    @property
    def half_in_words(self) -> str:
        """For the screen: "5 hours"; nothing where there was no answer."""
        return length(self.half_of_them) if self.half_of_them is not None else ""


def kept_time(session: Session, areas: Collection[str], *, since: datetime, now: datetime) -> tuple[Kept, ...]:
    """Each of the neighbourhoods, by district and name."""
    ended, open_ = _ended(areas, since).subquery(), _open(areas, now).subquery()
    found = session.execute(
        sa.select(
            Neighbourhood.id, Neighbourhood.name, District.name,
            sa.func.coalesce(ended.c.in_time, 0), sa.func.coalesce(ended.c.late, 0),
            sa.func.coalesce(ended.c.without, 0), ended.c.half,
            sa.func.coalesce(open_.c.waiting, 0), sa.func.coalesce(open_.c.overdue, 0),
        )
        .join(District, District.code == Neighbourhood.district_code)
        .outerjoin(ended, ended.c.neighbourhood_id == Neighbourhood.id)
        .outerjoin(open_, open_.c.neighbourhood_id == Neighbourhood.id)
        .where(Neighbourhood.id.in_(areas))
        .order_by(District.name, Neighbourhood.name)
    )  # fmt: skip
    return tuple(Kept(*row) for row in found)


@dataclass(frozen=True, slots=True)
class Published:
    """Per cent answered within 72 hours in the last three months, for all to read; None for fewer than five.

    Counts are never shown with it, so what is left out can't be worked out from the rest.
    """

    whole: int | None
    by_neighbourhood: dict[str, int | None]


def published(session: Session, neighbourhood_id: str, *, now: datetime) -> int | None:
    """Per cent answered within 72 hours in the last three months, for all to read; None for fewer than five."""
    return published_in(session, [neighbourhood_id], now=now).whole


def published_in(session: Session, neighbourhood_ids: Collection[str], *, now: datetime) -> Published:
    """How the teams of these neighbourhoods answer, each and together."""
    kept = kept_time(session, neighbourhood_ids, since=now - SPANS["3-months"], now=now)
    in_time, due = sum(one.in_time for one in kept), sum(_due(one) for one in kept)
    return Published(
        in_time * 100 // due if due >= FEWEST else None,
        {one.neighbourhood_id: one.share if _due(one) >= FEWEST else None for one in kept},
    )


def _due(kept: Kept) -> int:
    return kept.in_time + kept.late + kept.overdue


def _ended(areas: Collection[str], since: datetime) -> sa.Select[*tuple[object, ...]]:
    answers = [ending for ending in Ending if ending.is_answer]
    answered = EndedClock.ending.in_(answers)
    took = EndedClock.ended_at - EndedClock.due_at + ANSWERED_WITHIN
    return (
        sa.select(
            EndedClock.neighbourhood_id,
            sa.func.count().filter(answered, EndedClock.ended_at <= EndedClock.due_at).label("in_time"),
            sa.func.count().filter(answered, EndedClock.ended_at > EndedClock.due_at).label("late"),
            sa.func.count().filter(~answered).label("without"),
            sa.func.percentile_disc(0.5).within_group(took).filter(answered).label("half"),
        )
        .where(EndedClock.neighbourhood_id.in_(areas), EndedClock.ended_at >= since)
        .group_by(EndedClock.neighbourhood_id)
    )


def _open(areas: Collection[str], now: datetime) -> sa.Select[*tuple[object, ...]]:
    return (
        sa.select(
            Reply.neighbourhood_id,
            sa.func.count().label("waiting"),
            sa.func.count().filter(Reply.due_at < now).label("overdue"),
        )
        .where(
            Reply.neighbourhood_id.in_(areas),
            Reply.state == ReplyState.OPEN,
            Reply.due_at.is_not(None),
            Reply.answered_at.is_(None),
            can_be_answered(),
        )
        .group_by(Reply.neighbourhood_id)
    )
