"""An audience's areas as conditions in SQL, over homes and over postcodes.

Inclusion is narrow and exclusion is wide. A home whose ward is not known (its postcode is newer than
our file) is in no ward to include, and in each ward to leave out that its neighbourhood has a part of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from owl.geography.models import Neighbourhood, Postcode
from owl.households.models import Household
from owl.messages.audience import Area, AreaKind, Audience, codes

Condition = sa.ColumnElement[bool]
Column = InstrumentedAttribute[Any]


def homes_inside(audience: Audience) -> Condition:
    """Whether a household is inside an area to include and outside all to leave out; never NULL."""
    inside = [*_whole(audience.include, Household.neighbourhood_id)]
    for kind, column, known in (
        (AreaKind.WARD, Household.ward_code, Postcode.ward_code),
        (AreaKind.SECTOR, Household.sector, Postcode.sector),
    ):
        if chosen := codes(audience.include, kind):
            # Its neighbourhood as well, because that is what the author has the right to write to.
            inside.append(sa.and_(column.in_(chosen), Household.neighbourhood_id.in_(_around(known, chosen))))
    outside = [*_whole(audience.exclude, Household.neighbourhood_id)]
    if chosen := codes(audience.exclude, AreaKind.SECTOR):
        outside.append(Household.sector.in_(chosen))
    if chosen := codes(audience.exclude, AreaKind.WARD):
        unsure = sa.and_(
            Household.ward_code.is_(None), Household.neighbourhood_id.in_(_around(Postcode.ward_code, chosen))
        )
        outside.append(sa.or_(sa.func.coalesce(Household.ward_code.in_(chosen), False), unsure))
    return sa.and_(_any(inside), sa.not_(_any(outside)))


def postcodes_inside(audience: Audience) -> Condition:
    """Whether a postcode is inside an area to include and outside all to leave out."""
    return sa.and_(_any(_postcodes(audience.include)), sa.not_(_any(_postcodes(audience.exclude))))


def _postcodes(areas: tuple[Area, ...]) -> Iterable[Condition]:
    yield from _whole(areas, Postcode.neighbourhood_id)
    for kind, column in ((AreaKind.WARD, Postcode.ward_code), (AreaKind.SECTOR, Postcode.sector)):
        if chosen := codes(areas, kind):
            yield column.in_(chosen)


def _whole(areas: tuple[Area, ...], neighbourhood_id: Column) -> Iterable[Condition]:
    """Conditions of the areas that are made of whole neighbourhoods."""
    if codes(areas, AreaKind.COUNTY):
        yield sa.true()
    if chosen := codes(areas, AreaKind.DISTRICT):
        yield neighbourhood_id.in_(sa.select(Neighbourhood.id).where(Neighbourhood.district_code.in_(chosen)))
    if chosen := codes(areas, AreaKind.NEIGHBOURHOOD):
        yield neighbourhood_id.in_(chosen)


def _around(column: Column, chosen: list[str]) -> sa.Select[str]:
    return sa.select(Postcode.neighbourhood_id).where(column.in_(chosen))


def _any(conditions: Iterable[Condition]) -> Condition:
    return sa.or_(sa.false(), *conditions)
