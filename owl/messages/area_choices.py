"""The areas that an author can choose from, with their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import Postcode
from owl.geography.queries import districts, neighbourhoods, wards
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, watches
from owl.messages.on_the_map import in_words
from owl.watches.queries import active_watches, watch_names

COUNTY_NAME = "All of Hertfordshire"


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """An area to include or to leave out."""

    area: Area
    name: str
    group: str  # what it is listed under: a district or a neighbourhood
    is_own: bool  # wholly inside the author's areas; any other can only be left out
    value: str = field(init=False)  # as a form sends it; made once, as pages ask for it five times

    def __post_init__(self) -> None:
        """Write the area out."""
        object.__setattr__(self, "value", str(self.area))


@dataclass(frozen=True, slots=True)
class AreaList:
    """The areas of one kind, in groups."""

    kind: AreaKind
    groups: tuple[tuple[str, tuple[AreaChoice, ...]], ...]


def area_choices(session: Session, own: frozenset[str]) -> list[AreaList]:
    """What somebody whose neighbourhoods are `own` can choose: areas wholly or partly inside."""
    found: list[AreaChoice] = []
    hoods = neighbourhoods(session)
    if own and own >= {hood.id for hood in hoods}:
        found.append(AreaChoice(Area(AreaKind.COUNTY, COUNTY_CODE), COUNTY_NAME, "", is_own=True))
    for district in districts(session):
        inside = {hood.id for hood in hoods if hood.district_code == district.code}
        if inside & own:
            found.append(AreaChoice(Area(AreaKind.DISTRICT, district.code), district.name, "", inside <= own))
    found += [
        AreaChoice(Area(AreaKind.NEIGHBOURHOOD, hood.id), hood.name, hood.district_name, is_own=True)
        for hood in hoods
        if hood.id in own
    ]
    names = {hood.id: hood.name for hood in hoods}
    found += [
        AreaChoice(Area(AreaKind.WATCH, str(row.id)), row.name, names[row.neighbourhood_id], is_own=True)
        for row in active_watches(session, own)
    ]
    return _grouped([*found, *_wards_and_sectors(session, own, names)])


def area_names(session: Session, areas: Collection[Area]) -> list[str]:
    """The areas as people call them, in their order; one that is no longer known by its code."""
    named, kinds = {Area(AreaKind.COUNTY, COUNTY_CODE): COUNTY_NAME}, {area.kind for area in areas}
    if AreaKind.DISTRICT in kinds:
        named |= {Area(AreaKind.DISTRICT, row.code): row.name for row in districts(session)}
    if AreaKind.NEIGHBOURHOOD in kinds:
        named |= {Area(AreaKind.NEIGHBOURHOOD, row.id): row.name for row in neighbourhoods(session)}
    if AreaKind.WARD in kinds:
        named |= {Area(AreaKind.WARD, row.code): f"{row.name} ward" for row in wards(session)}
    named |= {
        Area(AreaKind.WATCH, str(number)): f"members of {name}"
        for number, name in watch_names(session, watches(areas)).items()
    }
    return [in_words(session, area.shape) if area.shape else named.get(area, area.code) for area in areas]


def _wards_and_sectors(session: Session, own: frozenset[str], names: dict[str, str]) -> Iterable[AreaChoice]:
    by_ward: dict[str, set[str]] = defaultdict(set)
    by_sector: dict[str, set[str]] = defaultdict(set)
    cells = sa.select(Postcode.ward_code, Postcode.sector, Postcode.neighbourhood_id).distinct()
    for ward_code, sector, neighbourhood_id in session.execute(cells):
        by_ward[ward_code].add(neighbourhood_id)
        by_sector[sector].add(neighbourhood_id)
    for ward in wards(session):
        inside = by_ward[ward.code]
        if ours := inside & own:
            home = min(names[neighbourhood_id] for neighbourhood_id in ours)
            yield AreaChoice(Area(AreaKind.WARD, ward.code), ward.name, home, inside <= own)
    for sector, inside in by_sector.items():
        if inside & own:
            yield AreaChoice(Area(AreaKind.SECTOR, sector), sector, sector.partition(" ")[0], inside <= own)


def _grouped(choices: list[AreaChoice]) -> list[AreaList]:
    by_kind: dict[AreaKind, dict[str, list[AreaChoice]]] = {kind: defaultdict(list) for kind in AreaKind}
    for choice in sorted(choices, key=lambda choice: (choice.group, choice.name)):
        by_kind[choice.area.kind][choice.group].append(choice)
    return [
        AreaList(kind, tuple((name, tuple(rows)) for name, rows in groups.items()))
        for kind, groups in by_kind.items()
        if groups
    ]
