"""Reads a folder of geography into plain rows, noting everything that can't be read.

owl/data/README.md says which files and columns there are.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

Geometry = dict[str, Any]  # GeoJSON

POSTCODES = "postcodes.csv.gz"
WARDS = "wards.csv"
NEIGHBOURHOODS = "neighbourhoods.csv"
BOUNDARIES = ("districts.geojson", "neighbourhoods.geojson", "wards.geojson")
COLUMNS = {
    POSTCODES: ("postcode", "lat", "lon", "ward_code", "district_code", "neighbourhood_id"),
    WARDS: ("ward_code", "ward_name", "district_code", "neighbourhood_id", "postcodes"),
    NEIGHBOURHOODS: ("neighbourhood_id", "name", "district_code", "district", "name_status", "postcodes", "lat", "lon"),
}
SHAPES = ("Polygon", "MultiPolygon")


class Line(NamedTuple):
    """One row of a file, and where it stands, for whoever has to mend it."""

    where: str  # "wards.csv, line 7"
    cells: dict[str, str]


class Area(NamedTuple):
    """One feature of a boundary file."""

    name: str
    boundary: Geometry


@dataclass(slots=True)
class RawGeography:
    """Everything that could be read, and what could not."""

    postcodes: list[Line] = field(default_factory=list)
    wards: list[Line] = field(default_factory=list)
    neighbourhoods: list[Line] = field(default_factory=list)
    areas: dict[str, dict[str, Area]] = field(default_factory=dict)  # boundary file, then code
    faults: list[str] = field(default_factory=list)


def read_folder(folder: Path) -> RawGeography:
    """The rows of all six files; what is missing or unreadable is in `faults`."""
    raw = RawGeography()
    raw.postcodes = _table(folder / POSTCODES, raw.faults)
    raw.wards = _table(folder / WARDS, raw.faults)
    raw.neighbourhoods = _table(folder / NEIGHBOURHOODS, raw.faults)
    raw.areas = {name: _areas(folder / name, raw.faults) for name in BOUNDARIES}
    return raw


def _table(path: Path, faults: list[str]) -> list[Line]:
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            return list(_lines(path.name, csv.reader(file, strict=True), COLUMNS[path.name], faults))
    except FileNotFoundError:
        faults.append(f"{path.name} is missing")
    except (OSError, EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
        faults.append(f"{path.name} can’t be read: {error}")
    return []


def _lines(name: str, rows: Iterator[list[str]], needed: Sequence[str], faults: list[str]) -> Iterator[Line]:
    header = next(rows, [])
    missing = [column for column in needed if column not in header]
    if missing:
        faults.append(f"{name} lacks the column {', '.join(missing)}")
        return
    for number, row in enumerate(rows, start=2):
        where = f"{name}, line {number}"
        if len(row) != len(header):
            faults.append(f"{where}: {len(row)} cells instead of {len(header)}")
            continue
        cells = dict(zip(header, map(str.strip, row), strict=True))
        empty = [column for column in needed if not cells[column]]
        if empty:
            faults.append(f"{where}: nothing in {', '.join(empty)}")
        else:
            yield Line(where, cells)


def _areas(path: Path, faults: list[str]) -> dict[str, Area]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        areas = {str(feature["id"]): _area(feature) for feature in features}
    except FileNotFoundError:
        faults.append(f"{path.name} is missing")
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        faults.append(f"{path.name} is not GeoJSON with an id, a name and a boundary for each area")
    else:
        if len(areas) != len(features):
            faults.append(f"{path.name} names an area twice")
        return areas
    return {}


def _area(feature: Any) -> Area:
    boundary = feature["geometry"]
    if boundary["type"] not in SHAPES or not list(corners(boundary)):
        raise ValueError(boundary["type"])
    return Area(str(feature["properties"]["name"]), boundary)


def corners(boundary: Geometry) -> Iterator[tuple[float, float]]:
    """Each (longitude, latitude) of a Polygon or MultiPolygon."""
    for ring in rings(boundary):
        yield from ring


def rings(boundary: Geometry) -> Iterator[list[tuple[float, float]]]:
    """Each ring of a Polygon or MultiPolygon, as (longitude, latitude)."""
    polygons = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(float(longitude), float(latitude)) for longitude, latitude, *_ in ring]
