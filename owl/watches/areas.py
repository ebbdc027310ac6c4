"""A watch's area: what was typed as codes, and whom it covers as SQL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from owl.foundation.errors import BadInput
from owl.geography.errors import NotAPostcode
from owl.geography.models import Postcode
from owl.geography.postcode_text import parse_postcode
from owl.households.models import Household, Subscription
from owl.watches.models import Watch, WatchArea, WatchHome, WatchMember
from owl.watches.vetting import Standing

SECTOR = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9])", re.ASCII)
MOST_CODES = 500
NAMED = 5  # of many faults, so that the sentence can be read


def parse_codes(text: str) -> list[str]:
    """Postcodes and sectors in their usual form, each once, from one a line or with commas between.

    Raises BadInput for the field `codes`.
    """
    parts = [" ".join(part.split()).upper() for part in re.split(r"[\n,;]", text) if part.strip()]
    if len(parts) > MOST_CODES:
        raise BadInput({"codes": f"Enter no more than {MOST_CODES} postcodes. Choose a ward for a larger area."})
    found, wrong = set(), []
    for part in parts:
        sector = SECTOR.fullmatch(part)
        try:
            found.add(f"{sector[1]} {sector[2]}" if sector else parse_postcode(part))
        except NotAPostcode:
            wrong.append(part[:20])
    if wrong:
        raise BadInput(
            {"codes": f"These are not postcodes: {_few(wrong)}. Write them like SG5 1AA, or SG5 1 for all of a sector."}
        )
    return sorted(found)


def check_codes(session: Session, neighbourhood_id: str, codes: Collection[str]) -> None:
    """Raises BadInput for the field `codes` unless there are some, and each has a postcode in the neighbourhood."""
    if not codes:
        raise BadInput({"codes": "Say where the watch is: postcodes, wards, or the whole neighbourhood."})
    here = Postcode.neighbourhood_id == neighbourhood_id
    known = {
        code
        for column in (Postcode.code, Postcode.sector, Postcode.ward_code, Postcode.neighbourhood_id)
        for code in session.scalars(sa.select(column).where(here, column.in_(codes)).distinct())
    }
    if strays := sorted(set(codes) - known):
        raise BadInput({"codes": f"These are not in this neighbourhood: {_few(strays)}."})


def covers(place: type[Household] | type[Postcode], unit: InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
    """Whether a home, or a postcode, lies in the area of the watch beside it in the statement. `unit`: its postcode."""
    codes = [unit, place.sector, place.ward_code, place.neighbourhood_id]
    return sa.and_(
        place.neighbourhood_id == Watch.neighbourhood_id,
        sa.exists().where(WatchArea.watch_id == Watch.id, WatchArea.code.in_(codes)),
    )


def not_active(session: Session, watch_ids: Collection[int]) -> list[int]:
    """Those of the ids, sorted, that are of no watch, or of one that is not active."""
    active = set(session.scalars(sa.select(Watch.id).where(_is_active(watch_ids)))) if watch_ids else set()
    return sorted(set(watch_ids) - active)


def postcodes_in(watch_ids: Iterable[int]) -> sa.Select[str]:
    """The postcodes in the areas of the watches that are active."""
    there = aliased(Postcode)
    return sa.select(there.code).join(Watch, _is_active(watch_ids)).where(covers(there, there.code))


def members_of(watch_ids: Iterable[int]) -> sa.Select[int]:
    """The subscriptions of those who chose to belong to a watch that is active, and whose home still lies there."""
    tie, home = aliased(Subscription), aliased(Household)
    return (
        sa.select(tie.id)
        .select_from(WatchMember)
        .join(Watch, _is_active(watch_ids) & (Watch.id == WatchMember.watch_id))
        .join(tie, tie.id == WatchMember.subscription_id)
        .join(home, home.id == tie.household_id)
        .where(covers(home, home.postcode))
    )


def homes_of(watch_ids: Iterable[int]) -> sa.CompoundSelect[int]:
    """The homes with a member of an active watch, and those that get its messages on paper."""
    tie, home = aliased(Subscription), aliased(Household)
    ids = list(watch_ids)
    with_member = sa.select(tie.household_id).where(tie.id.in_(members_of(ids)))
    on_paper = (
        sa.select(WatchHome.household_id)
        .join(Watch, _is_active(ids) & (Watch.id == WatchHome.watch_id))
        .join(home, home.id == WatchHome.household_id)
        .where(covers(home, home.postcode))
    )
    return sa.union(with_member, on_paper)


def postcodes_with(watch_ids: Iterable[int]) -> sa.Select[str]:
    """The postcodes of those homes, which can't be counted beforehand where a watch matters."""
    home = aliased(Household)
    return sa.select(home.postcode).where(home.id.in_(homes_of(watch_ids)))


def _is_active(watch_ids: Iterable[int]) -> sa.ColumnElement[bool]:
    return sa.and_(Watch.id.in_(list(watch_ids)), Watch.standing == Standing.ACTIVE)


def _few(wrong: list[str]) -> str:
    more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    return ", ".join(wrong[:NAMED]) + more
