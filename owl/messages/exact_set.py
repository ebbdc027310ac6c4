"""Exactly where a message goes: every postcode, as its approval freezes them, and its homes by ward without the few."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import Postcode
from owl.geography.queries import wards
from owl.messages.audience import AreaKind
from owl.messages.counting import reach_by_area
from owl.messages.draft import Draft
from owl.messages.places import postcodes_inside

MOST_LISTED = 300  # postcodes, one by one; of more how many of each sector


@dataclass(frozen=True, slots=True)
class Sector:
    """A postcode sector of which some is inside."""

    code: str
    inside: int  # postcodes
    all_of_it: int


@dataclass(frozen=True, slots=True)
class ExactSet:
    """The postcodes that the audience means."""

    postcodes: int
    listed: tuple[str, ...]  # all of them; empty where they are more than MOST_LISTED
    sectors: tuple[Sector, ...]


@dataclass(frozen=True, slots=True)
class HomesByWard:
    """Homes, by the name of their ward, most first; `elsewhere` in `hidden` wards that have too few to be shown."""

    wards: tuple[tuple[str, int], ...]
    hidden: int
    elsewhere: int


def exact_set(session: Session, draft: Draft) -> ExactSet:
    """All postcodes of the draft's audience, homes in them or not."""
    inside = postcodes_inside(draft.audience)
    within = sa.func.count().filter(inside)
    found = session.execute(
        sa.select(Postcode.sector, within, sa.func.count())
        .group_by(Postcode.sector)
        .having(within > 0)
        .order_by(Postcode.sector)
    )
    sectors = tuple(Sector(*row) for row in found)
    postcodes = sum(sector.inside for sector in sectors)
    listed: tuple[str, ...] = ()
    if postcodes <= MOST_LISTED:
        listed = tuple(session.scalars(sa.select(Postcode.code).where(inside).order_by(Postcode.code)))
    return ExactSet(postcodes, listed, sectors)


def homes_reached_by_ward(session: Session, draft: Draft, now: datetime) -> HomesByWard:
    """Where the homes are that the draft reaches now. Raises EmptyAudience or UnknownArea."""
    found = reach_by_area(session, draft.audience, draft.topic, now, by=AreaKind.WARD)
    names = {ward.code: ward.name for ward in wards(session)}
    rows = tuple((names.get(code or "", "Ward not known"), homes) for code, homes in found.cells)
    return HomesByWard(rows, found.hidden, found.elsewhere)
