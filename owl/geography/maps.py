"""Maps of neighbourhoods as shapes of one picture, each a way to its page: they need no script and no map server."""

from __future__ import annotations

from ast import literal_eval
from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import District, Neighbourhood
from owl.geography.outline import Frame, frame
from owl.geography.reading import Geometry

WIDTH = 600  # units of the picture's own
MARK = 40  # as wide and high as a number on it, with its ring: static/places.css


@dataclass(frozen=True, slots=True)
class MapArea:
    """A neighbourhood on a map: its shape, and where its name stands."""

    id: str
    name: str
    district_name: str
    path: str  # the `d` of an SVG path
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A picture of neighbourhoods, the districts around them, and numbers to find one's way by."""

    width: int
    height: int
    areas: tuple[MapArea, ...]
    edges: tuple[str, ...]  # of districts
    # Of a district each neighbourhood, else each district, from 1 in the order of the list beside the map; and where.
    # Names would run together on a phone.
    numbers: tuple[tuple[int, int, int], ...]


def draw_map(session: Session, district_code: str | None = None) -> DrawnMap | None:
    """The neighbourhoods of the district, or of the county (None); None where a boundary is missing."""
    rows = session.execute(
        sa.select(
            Neighbourhood.id, Neighbourhood.name, District.code, District.name, Neighbourhood.boundary,
            Neighbourhood.label_at,
        )
        .join(District, District.code == Neighbourhood.district_code)
        .where(sa.true() if district_code is None else District.code == district_code)
        .order_by(District.name, Neighbourhood.name)
    ).all()  # fmt: skip
    if not rows or any(row.boundary is None for row in rows):
        return None
    around = frame(_all_of([row.boundary for row in rows]), width=WIDTH)
    areas = tuple(
        MapArea(id_, name, district, around.rough_path(boundary), _on(around, label))
        for id_, name, _, district, boundary, label in rows
    )
    codes = {row[2] for row in rows}
    edges = session.scalars(
        sa.select(District.boundary).where(District.code.in_(codes), District.boundary.is_not(None))
    )
    drawn = tuple(around.rough_path(edge) for edge in edges if edge is not None)
    points = _of_districts(areas) if district_code is None else [area.at for area in areas]
    return DrawnMap(around.width, around.height, areas, drawn, _apart(points))


def _all_of(boundaries: list[Geometry]) -> Geometry:
    polygons: list[object] = []
    for one in boundaries:
        polygons += one["coordinates"] if one["type"] == "MultiPolygon" else [one["coordinates"]]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _on(around: Frame, point: str) -> tuple[int, int]:
    return around.at(*literal_eval(point))


def _of_districts(areas: tuple[MapArea, ...]) -> list[tuple[int, int]]:
    """The middle of each district's neighbourhoods, in the order of the districts."""
    points: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for area in areas:
        points[area.district_name].append(area.at)
    return [
        (sum(x for x, _ in found) // len(found), sum(y for _, y in found) // len(found)) for found in points.values()
    ]


def _apart(points: list[tuple[int, int]]) -> tuple[tuple[int, int, int], ...]:
    """The points numbered from 1; from north to south, each is moved down past those that it would cover."""
    placed: list[tuple[int, int, int]] = []
    for number, (x, y) in sorted(enumerate(points, start=1), key=lambda each: each[1][1]):
        while below := [
            other_y + MARK for _, other_x, other_y in placed if abs(x - other_x) < MARK and abs(y - other_y) < MARK
        ]:
            y = max(below)  # noqa: PLW2901  # ever further south, so it ends
        placed.append((number, x, y))
    return tuple(placed)
