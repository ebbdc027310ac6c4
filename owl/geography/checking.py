"""Checks a set of geography as a whole, and gives it as rows that fit the tables.

Nothing here touches the database: a set is sound or broken by itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from owl.geography.errors import NotAPostcode
from owl.geography.postcode_text import parse_postcode
from owl.geography.reading import NEIGHBOURHOODS, WARDS, Geometry, Line, RawGeography, corners

UK = (-8.7, 49.8, 1.8, 60.9)  # west, south, east, north, in degrees
MARGIN = 0.05  # degrees, about 5 km: how far from its neighbourhood's boundary a postcode may lie
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class SoundGeography:
    """Rows in the order of the tables' columns; boundaries as GeoJSON, points as (longitude, latitude)."""

    districts: list[tuple[str, str, Geometry]]  # code, name, boundary
    neighbourhoods: list[tuple[str, str, str, bool, str, Geometry]]
    wards: list[tuple[str, str, str, Geometry]]
    postcodes: list[tuple[str, str, str, str]]  # code, location, ward, neighbourhood


def check_geography(raw: RawGeography) -> tuple[SoundGeography, list[str]]:
    """The set as rows, and everything that is wrong with it. Only a set without faults may be loaded."""
    faults = list(raw.faults)
    if not faults:  # with a file unread, the rest would be reported as unknown line by line
        faults += _twice(raw.neighbourhoods, "neighbourhood_id") + _twice(raw.wards, "ward_code")
        faults += _twice(raw.postcodes, "postcode")
        faults += _unmatched(raw)
        faults += _misplaced(raw)
        faults += _miscounted(WARDS, raw.wards, "ward_code", raw.postcodes)
        faults += _miscounted(NEIGHBOURHOODS, raw.neighbourhoods, "neighbourhood_id", raw.postcodes)
    return _rows(raw) if not faults else SoundGeography([], [], [], []), faults


def _twice(lines: Iterable[Line], column: str) -> list[str]:
    seen: set[str] = set()
    faults = []
    for where, cells in lines:
        if cells[column] in seen:
            faults.append(f"{where}: {cells[column]} is here a second time")
        seen.add(cells[column])
    return faults


def _unmatched(raw: RawGeography) -> list[str]:
    """Codes that name nothing, and districts that disagree."""
    districts = raw.areas["districts.geojson"]
    of_neighbourhood = {cells["neighbourhood_id"]: cells["district_code"] for _, cells in raw.neighbourhoods}
    of_ward = {cells["ward_code"]: cells["district_code"] for _, cells in raw.wards}
    faults = _boundaries(raw, "neighbourhoods.geojson", set(of_neighbourhood))
    faults += _boundaries(raw, "wards.geojson", set(of_ward))
    for where, cells in [*raw.neighbourhoods, *raw.wards, *raw.postcodes]:
        district = cells["district_code"]
        if district not in districts:
            faults.append(f"{where}: unknown district {district}")
        for column, known in (("neighbourhood_id", of_neighbourhood), ("ward_code", of_ward)):
            code = cells.get(column)
            if code is not None and code not in known:
                faults.append(f"{where}: unknown {column} {code}")
            elif code is not None and known[code] != district:
                faults.append(f"{where}: {code} is in district {known[code]}, not {district}")
    for where, cells in raw.neighbourhoods:
        area = districts.get(cells["district_code"])
        if area and area.name != cells["district"]:
            faults.append(f"{where}: district {cells['district_code']} is {area.name}, not {cells['district']}")
    return faults


def _boundaries(raw: RawGeography, name: str, codes: set[str]) -> list[str]:
    drawn = set(raw.areas[name])
    faults = [f"{name}: no boundary for {code}" for code in sorted(codes - drawn)]
    return faults + [f"{name}: a boundary for the unknown {code}" for code in sorted(drawn - codes)]


def _misplaced(raw: RawGeography) -> list[str]:
    """Codes that are no postcodes, numbers that are no numbers, and positions that can't be right."""
    faults = [
        f"{name}: {code} lies outside the United Kingdom"
        for name, areas in raw.areas.items()
        for code, area in areas.items()
        if not _within(UK, *_box(area.boundary)[:2]) or not _within(UK, *_box(area.boundary)[2:])
    ]
    boxes = {code: _box(area.boundary) for code, area in raw.areas["neighbourhoods.geojson"].items()}
    for where, cells in [*raw.neighbourhoods, *raw.postcodes]:
        position = _position(cells)
        box = boxes.get(cells["neighbourhood_id"], UK)
        if position is None:
            faults.append(f"{where}: {cells['lat']}, {cells['lon']} is not a latitude and longitude")
        elif not _within((box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN), *position):
            faults.append(f"{where}: {cells['lat']}, {cells['lon']} lies far from {cells['neighbourhood_id']}")
    faults += [f"{where}: {cells['postcode']} is not a postcode" for where, cells in raw.postcodes if not _usual(cells)]
    return faults


def _miscounted(name: str, lines: list[Line], column: str, postcodes: list[Line]) -> list[str]:
    """A count that differs says that one of the two files is older, or was cut short."""
    found = Counter(cells[column] for _, cells in postcodes)
    return [
        f"{where}: {cells[column]} should have {cells['postcodes']} postcodes, but {found[cells[column]]} are listed"
        for where, cells in lines
        if cells["postcodes"] != str(found[cells[column]])
    ] + ([f"{name} is empty"] if not lines else [])


def _rows(raw: RawGeography) -> SoundGeography:
    neighbourhoods, wards = raw.areas["neighbourhoods.geojson"], raw.areas["wards.geojson"]
    return SoundGeography(
        districts=[(code, area.name, area.boundary) for code, area in raw.areas["districts.geojson"].items()],
        neighbourhoods=[
            (
                c["neighbourhood_id"],
                c["name"],
                c["district_code"],
                c["name_status"] == "attested",
                _point(c),
                neighbourhoods[c["neighbourhood_id"]].boundary,
            )
            for _, c in raw.neighbourhoods
        ],
        wards=[
            (c["ward_code"], c["ward_name"], c["district_code"], wards[c["ward_code"]].boundary) for _, c in raw.wards
        ],
        postcodes=[(c["postcode"], _point(c), c["ward_code"], c["neighbourhood_id"]) for _, c in raw.postcodes],
    )


def _usual(cells: dict[str, str]) -> bool:
    try:
        return parse_postcode(cells["postcode"]) == cells["postcode"]
    except NotAPostcode:
        return False


def _position(cells: dict[str, str]) -> tuple[float, float] | None:
    try:
        longitude, latitude = float(cells["lon"]), float(cells["lat"])
    except ValueError:
        return None
    return (longitude, latitude) if math.isfinite(longitude) and math.isfinite(latitude) else None


def _point(cells: dict[str, str]) -> str:
    return f"({cells['lon']},{cells['lat']})"


def _box(boundary: Geometry) -> Box:
    east_west, north_south = zip(*corners(boundary), strict=True)
    return min(east_west), min(north_south), max(east_west), max(north_south)


def _within(box: Box, longitude: float, latitude: float) -> bool:
    return box[0] <= longitude <= box[2] and box[1] <= latitude <= box[3]
