"""Watches as teams see them: lists, names, and one watch with its coordinators and counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.watches.models import Watch, WatchArea, WatchCoordinator, WatchHome, WatchKind, WatchMember
from owl.watches.vetting import Standing, Tier, Vetting, tier_now

PAGE = 25  # watches


@dataclass(frozen=True, slots=True)
class NamedWatch:
    """A watch to choose from."""

    id: int
    name: str
    neighbourhood_id: str


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A watch in a list."""

    id: int
    name: str
    kind: WatchKind
    standing: Standing
    neighbourhood_id: str
    members: int
    on_paper: int  # homes that asked for paper
    coordinators: int  # vetted at this moment


@dataclass(frozen=True, slots=True)
class WatchPage:
    """One page of a list, by name."""

    rows: tuple[WatchRow, ...]
    number: int  # from 1
    has_next: bool


@dataclass(frozen=True, slots=True)
class CoordinatorRow:
    """A coordinator of a watch, as the team sees them."""

    user_id: int
    name: str
    email: str  # the one they sign in with
    active: bool
    vetting: Vetting
    tier: Tier | None
    vetted_until: datetime | None


def active_watches(session: Session, neighbourhood_ids: Collection[str]) -> list[NamedWatch]:
    """The watches of the neighbourhoods that can be written to, by name."""
    asked = (
        sa.select(Watch.id, Watch.name, Watch.neighbourhood_id)
        .where(Watch.neighbourhood_id.in_(neighbourhood_ids), Watch.standing == Standing.ACTIVE)
        .order_by(Watch.name, Watch.id)
    )
    return [NamedWatch(*row) for row in session.execute(asked)]


def watch_names(session: Session, watch_ids: Collection[int]) -> dict[int, str]:
    """What the watches are called, also those that have ended."""
    if not watch_ids:
        return {}
    found = session.execute(sa.select(Watch.id, Watch.name).where(Watch.id.in_(watch_ids)))
    return {row.id: row.name for row in found}


def full_name(session: Session, watch_id: int) -> str:
    """What the watch is called with its kind: "Oak Street Neighbourhood Watch"."""
    watch = session.get_one(Watch, watch_id)
    return watch.name if watch.kind.label.casefold() in watch.name.casefold() else f"{watch.name} {watch.kind.label}"


def watches_of_team(
    session: Session, neighbourhood_ids: Collection[str], *, standing: Standing | None = None, page: int = 1
) -> WatchPage:
    """One page of the watches of the neighbourhoods, by name; of one standing, or all."""
    chosen = sa.true() if standing is None else Watch.standing == standing
    asked = _rows(Watch.neighbourhood_id.in_(neighbourhood_ids), chosen)
    found = session.execute(asked.limit(PAGE + 1).offset((page - 1) * PAGE))
    rows = [WatchRow(*row) for row in found]
    return WatchPage(tuple(rows[:PAGE]), page, has_next=len(rows) > PAGE)


def watch_row(session: Session, watch_id: int) -> WatchRow:
    """One watch that is known to be there."""
    return WatchRow(*session.execute(_rows(Watch.id == watch_id)).one())


def coordinators_of(session: Session, watch_id: int) -> list[CoordinatorRow]:
    """The coordinators of the watch, in the order in which they were named."""
    of = WatchCoordinator
    found = session.execute(
        sa.select(User.id, User.name, User.email, User.active, of.vetting, of.tier, of.vetted_until)
        .join(User, User.id == of.user_id)
        .where(of.watch_id == watch_id)
        .order_by(of.named_at, User.id)
    )
    return [CoordinatorRow(*row[:5], Tier(row[5]) if row[5] else None, row[6]) for row in found]


def codes_of(session: Session, watch_id: int) -> list[str]:
    """The watch's area."""
    return list(
        session.scalars(sa.select(WatchArea.code).where(WatchArea.watch_id == watch_id).order_by(WatchArea.code))
    )


def watches_run_by(session: Session, user_id: int, *, now: datetime) -> list[tuple[WatchRow, Tier | None]]:
    """The watches that name the user as coordinator, and what they may do there now; without those that have ended."""
    own = WatchCoordinator
    found = session.execute(
        _rows(own.user_id == user_id, Watch.standing != Standing.ENDED)
        .join(own, own.watch_id == Watch.id)
        .add_columns(own.vetting, own.tier, own.vetted_until)
    )
    rows = [(WatchRow(*row[:8]), row[9], row) for row in found]
    return [
        (watch, tier_now(watch.standing, row[8], Tier(tier) if tier else None, row[10], now))
        for watch, tier, row in rows
    ]


def _rows(*conditions: sa.ColumnElement[bool]) -> sa.Select[int, str, WatchKind, Standing, str, int, int, int]:
    count = sa.func.count()

    def number(
        model: type[WatchMember | WatchHome | WatchCoordinator], *more: sa.ColumnElement[bool]
    ) -> sa.ScalarSelect[int]:
        return sa.select(count).where(model.watch_id == Watch.id, *more).correlate(Watch).scalar_subquery()

    vetted = WatchCoordinator.vetting == Vetting.VETTED
    return (
        sa.select(Watch.id, Watch.name, Watch.kind, Watch.standing, Watch.neighbourhood_id)
        .add_columns(number(WatchMember), number(WatchHome), number(WatchCoordinator, vetted))
        .where(*conditions)
        .order_by(Watch.name, Watch.id)
    )
