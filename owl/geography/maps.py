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
LETTER, LINE = 9, 17  # of a name on it, as wide and as high as static/places.css has them


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
    """A picture of neighbourhoods, the districts around them, and names to find one's way by."""

    width: int
    height: int
    areas: tuple[MapArea, ...]
    edges: tuple[str, ...]  # of districts
    names: tuple[tuple[str, int, int], ...]  # of a district each neighbourhood, else each district; and where


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
    names = _of_districts(areas) if district_code is None else [(area.name, *area.at) for area in areas]
    return DrawnMap(around.width, around.height, areas, drawn, _apart(names))


def _all_of(boundaries: list[Geometry]) -> Geometry:
    polygons: list[object] = []
    for one in boundaries:
        polygons += one["coordinates"] if one["type"] == "MultiPolygon" else [one["coordinates"]]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _on(around: Frame, point: str) -> tuple[int, int]:
    return around.at(*literal_eval(point))


def _of_districts(areas: tuple[MapArea, ...]) -> list[tuple[str, int, int]]:
    """Each district's name in the middle of its neighbourhoods' names."""
    points: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for area in areas:
        points[area.district_name].append(area.at)
    return [
        (name, sum(x for x, _ in found) // len(found), sum(y for _, y in found) // len(found))
        for name, found in points.items()
    ]


def _apart(names: list[tuple[str, int, int]]) -> tuple[tuple[str, int, int], ...]:
    """The names from north to south, each moved down past those that it would cover."""
    placed: list[tuple[str, int, int]] = []
    for name, x, y in sorted(names, key=lambda each: each[2]):
        while below := [
            other_y + LINE
            for other, other_x, other_y in placed
            if abs(x - other_x) * 2 < (len(name) + len(other)) * LETTER and abs(y - other_y) < LINE
        ]:
            y = max(below)  # noqa: PLW2901  # ever further south, so it ends
        placed.append((name, x, y))
    return tuple(placed)
