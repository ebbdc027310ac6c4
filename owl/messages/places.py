"""An audience's areas as conditions in SQL, over homes and over postcodes.

Inclusion is narrow and exclusion is wide. A home whose ward is not known (its postcode is newer than our file) is in
no ward to include, and in each ward to leave out that its neighbourhood has a part of. So it is with what is drawn on
the map, where a home is at the place of its postcode. To leave out the nearest homes leaves out their postcodes.
To include a watch includes those who chose to belong to it; to leave one out leaves out all of their homes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from owl.geography.models import Neighbourhood, Postcode
from owl.households.choices import HowFar
from owl.households.count_models import ReachApart, ReachCount
from owl.households.models import Household
from owl.messages.audience import Area, AreaKind, Audience, by_how_far, codes, shapes, watches
from owl.messages.on_the_map import drawn, nearest_homes
from owl.messages.shapes import Nearest
from owl.watches.areas import homes_of, members_of, postcodes_in

Condition = sa.ColumnElement[bool]
HowFarColumn = InstrumentedAttribute[HowFar]
Column = InstrumentedAttribute[Any]
Areas = tuple[Area, ...]
Homes = type[Household] | type[ReachCount] | type[ReachApart]


def homes_inside(
    audience: Audience,
    homes: Homes = Household,
    how_far: HowFarColumn | None = None,
    tie: InstrumentedAttribute[int] | None = None,
) -> Condition:
    """Whether a household is inside an area to include and outside all to leave out; never NULL.

    With `how_far`: and reached as near as is wanted there; of several areas the nearest counts.
    With `tie`, the id of a subscription: of a watch to include only that of a member, not all of the home.
    Of homes that are counted together the same, but for nearest homes and watches, which are single ones.
    """
    included = (
        sa.and_(inside_any(areas, homes, tie), *_near_enough(level, how_far))
        for level, areas in by_how_far(audience.include).items()
    )
    return sa.and_(_any(included), sa.not_(_any(_left_out(audience.exclude, homes))))


def inside_any(areas: Areas, homes: Homes, tie: InstrumentedAttribute[int] | None = None) -> Condition:
    """Whether a household is inside one of the areas; never NULL."""
    return _any((*_included(areas, homes), *_members(areas, homes, tie)))


def _members(areas: Areas, homes: Homes, tie: InstrumentedAttribute[int] | None) -> Iterable[Condition]:
    chosen = watches(areas)
    if chosen and tie is not None:
        yield tie.in_(members_of(chosen))
    elif chosen and homes is Household:
        yield Household.id.in_(homes_of(chosen))


def _near_enough(level: HowFar, how_far: HowFarColumn | None) -> Iterable[Condition]:
    if how_far is None or level is HowFar.STREET:
        return
    yield how_far == HowFar.DISTRICT if level is HowFar.DISTRICT else how_far != HowFar.STREET


def postcodes_inside(audience: Audience) -> Condition:
    """Whether a postcode is inside an area to include and outside all to leave out.

    A watch that is left out takes single homes out and no postcode.
    """
    included = [*_postcodes(audience.include)]
    if chosen := watches(audience.include):
        included.append(Postcode.code.in_(postcodes_in(chosen)))
    return sa.and_(_any(included), sa.not_(_any(_postcodes(audience.exclude))))


def _included(areas: Areas, homes: Homes) -> Iterable[Condition]:
    yield from _whole(areas, homes.neighbourhood_id)
    on_the_map = shapes(areas)
    if nearest := [shape for shape in on_the_map if isinstance(shape, Nearest)]:
        yield _any(Household.id.in_(sa.select(nearest_homes(shape).c.id)) for shape in nearest)
    # The neighbourhood as well, because that is what the author has the right to write to.
    for column, known, chosen in _listed(areas, homes):
        yield sa.and_(column.in_(chosen), homes.neighbourhood_id.in_(_around(known.in_(chosen))))
    if others := [shape for shape in on_the_map if not isinstance(shape, Nearest)]:
        inside = _any(drawn(others))
        # PostgreSQL takes any shape for a thousandth of the county: as an array it is not looked up for each home.
        around = sa.func.array(_around(inside).distinct().scalar_subquery())
        in_it = homes.postcode.in_(sa.select(Postcode.code).where(inside))
        yield sa.and_(in_it, homes.neighbourhood_id == sa.any_(around))


def _left_out(areas: Areas, homes: Homes) -> Iterable[Condition]:
    yield from _whole(areas, homes.neighbourhood_id)
    if (left_out := watches(areas)) and homes is Household:
        yield Household.id.in_(homes_of(left_out))
    for column, known, chosen in _listed(areas, homes):
        yield sa.func.coalesce(column.in_(chosen), False)
        if known is Postcode.ward_code:
            yield sa.and_(column.is_(None), homes.neighbourhood_id.in_(_around(known.in_(chosen))))
    if on_the_map := drawn(shapes(areas)):
        inside = _any(on_the_map)
        nowhere = ~sa.exists().where(Postcode.code == homes.postcode)
        yield homes.postcode.in_(sa.select(Postcode.code).where(inside))
        yield sa.and_(homes.neighbourhood_id.in_(_around(inside)), nowhere)


def _postcodes(areas: Areas) -> Iterable[Condition]:
    yield from _whole(areas, Postcode.neighbourhood_id)
    for _, known, chosen in _listed(areas, Household):
        yield known.in_(chosen)
    yield from drawn(shapes(areas))


def _listed(areas: Areas, homes: Homes) -> Iterable[tuple[Column, Column, list[str]]]:
    """What is chosen of wards, sectors and postcodes, with the columns of homes and of postcodes that say so."""
    for kind, column, known in (
        (AreaKind.WARD, homes.ward_code, Postcode.ward_code),
        (AreaKind.SECTOR, homes.sector, Postcode.sector),
        (AreaKind.POSTCODE, homes.postcode, Postcode.code),
    ):
        if chosen := codes(areas, kind):
            yield column, known, chosen


def _whole(areas: Areas, neighbourhood_id: Column) -> Iterable[Condition]:
    """Conditions of the areas that are made of whole neighbourhoods."""
    if codes(areas, AreaKind.COUNTY):
        yield sa.true()
    if chosen := codes(areas, AreaKind.DISTRICT):
        yield neighbourhood_id.in_(sa.select(Neighbourhood.id).where(Neighbourhood.district_code.in_(chosen)))
    if chosen := codes(areas, AreaKind.NEIGHBOURHOOD):
        yield neighbourhood_id.in_(chosen)


def _around(postcode: Condition) -> sa.Select[str]:
    return sa.select(Postcode.neighbourhood_id).where(postcode)


def _any(conditions: Iterable[Condition]) -> Condition:
    return sa.or_(sa.false(), *conditions)
