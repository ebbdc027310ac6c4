"""Where a postcode is, and what areas there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput, NotFound
from owl.foundation.languages import gettext
from owl.geography.errors import OutsideHertfordshire, UnknownPostcode
from owl.geography.models import District, Neighbourhood, Postcode, Ward
from owl.geography.postcode_text import outcode_of, parse_postcode, sector_of
from owl.geography.reading import Geometry
from owl.geography.slugs import slug_of

OURS = 100  # postcodes held of an outcode (one has 300 to 1,200): fewer are the strip of ours along another county's
NEAR_ENOUGH = 20  # postcodes held of a sector (one has 20 to 300)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a home is. Without a ward when its neighbourhood was chosen by hand."""

    postcode: str
    ward_code: str | None
    ward_name: str | None
    neighbourhood_id: str
    neighbourhood_name: str
    district_code: str
    district_name: str


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district, to choose from."""

    code: str
    name: str

    @property
    def slug(self) -> str:
        """The end of its page's address."""
        return slug_of(self.name)


@dataclass(frozen=True, slots=True)
class NeighbourhoodRow:
    """A neighbourhood, to choose from."""

    id: str
    name: str
    district_code: str
    district_name: str

    @property
    def district_slug(self) -> str:
        """The end of the address of its district's page."""
        return slug_of(self.district_name)


@dataclass(frozen=True, slots=True)
class WardRow:
    """A ward, to choose from."""

    code: str
    name: str
    district_code: str


def place_of(session: Session, postcode: str) -> Place:
    """Where the postcode is, in any spelling. Raises NotAPostcode, OutsideHertfordshire or UnknownPostcode."""
    code = parse_postcode(postcode)
    found = session.execute(
        sa.select(Ward.code, Ward.name, Neighbourhood.id, Neighbourhood.name, District.code, District.name)
        .select_from(Postcode)
        .join(Ward, Ward.code == Postcode.ward_code)
        .join(Neighbourhood, Neighbourhood.id == Postcode.neighbourhood_id)
        .join(District, District.code == Neighbourhood.district_code)
        .where(Postcode.code == code)
    ).one_or_none()
    if found is not None:
        return Place(code, *found)
    if _may_be_ours(session, code):
        raise UnknownPostcode(code)
    raise OutsideHertfordshire(code)


def place_by_hand(session: Session, postcode: str, neighbourhood_id: str) -> Place:
    """The place of a postcode that isn't in our list yet, in the neighbourhood that its resident chose.

    Where the list has it, the list decides. Raises NotAPostcode, OutsideHertfordshire or BadInput.
    """
    try:
        return place_of(session, postcode)
    except UnknownPostcode as error:
        postcode = error.postcode
    try:
        chosen = neighbourhood(session, neighbourhood_id)
    except NotFound:
        raise BadInput({"neighbourhood": gettext("Choose your neighbourhood from the list.")}) from None
    return Place(postcode, None, None, chosen.id, chosen.name, chosen.district_code, chosen.district_name)


def _may_be_ours(session: Session, code: str) -> bool:
    """Whether a postcode that the list lacks may be a new one of ours, rather than a neighbour's.

    Outcodes and even sectors cross the county's border, and the list has our side only. New
    postcodes come up within sectors that exist, so one in a sector that we hold none of is a
    neighbour's (SG8 6 is Melbourn, HA6 1 is Hillingdon). So is one where we hold a mere strip of its
    outcode and its sector (EN5 3: a single postcode of ours, the rest is Barnet). In any other we
    can't tell, and the resident can.
    """
    outcode = outcode_of(code)
    sectors = [f"{outcode} {digit}" for digit in range(10)]
    counts = sa.select(Postcode.sector, sa.func.count()).where(Postcode.sector.in_(sectors)).group_by(Postcode.sector)
    held: dict[str, int] = dict(session.execute(counts).all())
    in_sector = held.get(sector_of(code), 0)
    return in_sector >= NEAR_ENOUGH or (in_sector > 0 and sum(held.values()) >= OURS)


def districts(session: Session) -> list[DistrictRow]:
    """All districts, by name."""
    found = session.execute(sa.select(District.code, District.name).order_by(District.name))
    return [DistrictRow(*row) for row in found]


def district_called(session: Session, slug: str) -> DistrictRow:
    """The district with this address. Raises NotFound."""
    for row in districts(session):
        if row.slug == slug:
            return row
    raise NotFound(gettext("There is no such district."))


def neighbourhoods(session: Session) -> list[NeighbourhoodRow]:
    """All neighbourhoods, by district and name."""
    found = session.execute(
        sa.select(Neighbourhood.id, Neighbourhood.name, District.code, District.name)
        .join(District, District.code == Neighbourhood.district_code)
        .order_by(District.name, Neighbourhood.name)
    )
    return [NeighbourhoodRow(*row) for row in found]


def by_district(rows: Iterable[NeighbourhoodRow]) -> list[tuple[DistrictRow, list[NeighbourhoodRow]]]:
    """The neighbourhoods (which come by district) under each of theirs."""
    grouped = groupby(rows, key=lambda row: DistrictRow(row.district_code, row.district_name))
    return [(district, list(found)) for district, found in grouped]


def neighbourhood(session: Session, neighbourhood_id: str) -> NeighbourhoodRow:
    """One neighbourhood. Raises NotFound."""
    for row in neighbourhoods(session):
        if row.id == neighbourhood_id:
            return row
    raise NotFound(gettext("There is no such neighbourhood."))


def boundary_of(session: Session, neighbourhood_id: str) -> tuple[Geometry | None, Geometry | None]:
    """The boundaries of a neighbourhood and of its district, for display."""
    found = session.execute(
        sa.select(Neighbourhood.boundary, District.boundary)
        .join(District, District.code == Neighbourhood.district_code)
        .where(Neighbourhood.id == neighbourhood_id)
    )
    own, district = found.one()
    return own, district


def wards(session: Session) -> list[WardRow]:
    """All wards, by name."""
    found = session.execute(sa.select(Ward.code, Ward.name, Ward.district_code).order_by(Ward.name, Ward.code))
    return [WardRow(*row) for row in found]


def wards_in(session: Session, neighbourhood_id: str) -> list[WardRow]:
    """The wards that the neighbourhood has a postcode of, by name."""
    here = sa.select(Postcode.ward_code).where(Postcode.neighbourhood_id == neighbourhood_id)
    codes = set(session.scalars(here.distinct()))
    return [ward for ward in wards(session) if ward.code in codes]


def postcodes_of(session: Session, neighbourhood_ids: Collection[str], ward_codes: Collection[str]) -> list[str]:
    """The postcodes in these wards, as far as they lie in these neighbourhoods, in the order of the alphabet."""
    here = (Postcode.neighbourhood_id.in_(neighbourhood_ids), Postcode.ward_code.in_(ward_codes), Postcode.listed)
    return list(session.scalars(sa.select(Postcode.code).where(*here).order_by(Postcode.code)))
