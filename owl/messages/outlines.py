"""What an audience looks like on the map: lines, circles and postcodes, and never where single homes are.

Areas that the geography lists come by name alone: their boundaries are owl.web.public.boundaries'.
"""

from __future__ import annotations

from ast import literal_eval
from collections import defaultdict
from math import ceil
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import Postcode
from owl.geography.queries import neighbourhoods, wards
from owl.messages.area_choices import area_names
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.on_the_map import reach_of_nearest
from owl.messages.shapes import Circle, Nearest, Polygon, degrees_of

Outline = dict[str, Any]  # JSON for static/map.js
MOST_POSTCODES = 3_000  # dots; more are a blot on the map, and slow on a phone
STEP_M = 50  # the nearest homes are shown as a circle, too roughly to tell where the farthest of them is


def outlines(session: Session, audience: Audience) -> list[Outline]:
    """For each area: `area`, `name`, `left_out`; of neighbourhoods and wards `district`, where their boundary is found;
    and of areas in no list `ring`, or `at` and `metres`, or `points`.

    Positions are latitude and longitude in degrees.
    """
    areas = (*audience.include, *audience.exclude)
    dots = _dots(session, areas)
    districts = _districts(session, areas)
    left_out = [False] * len(audience.include) + [True] * len(audience.exclude)
    return [
        {"area": str(area), "name": name, "left_out": out}
        | _form(session, area)
        | dots.get(area, {})
        | districts.get(area, {})
        for area, name, out in zip(areas, area_names(session, areas), left_out, strict=True)
    ]


def _form(session: Session, area: Area) -> Outline:
    shape = area.shape
    if isinstance(shape, Polygon):
        return {"ring": [_lat_lon(*degrees_of(corner)) for corner in shape.ring]}
    if isinstance(shape, Circle):
        return {"at": _lat_lon(*degrees_of(shape.centre)), "metres": shape.metres}
    if isinstance(shape, Nearest):
        metres = reach_of_nearest(session, shape) or 0
        return {"at": _lat_lon(*degrees_of(shape.centre)), "metres": max(STEP_M, ceil(metres / STEP_M) * STEP_M)}
    return {}


def _districts(session: Session, areas: tuple[Area, ...]) -> dict[Area, Outline]:
    kinds = {area.kind for area in areas}
    found: dict[Area, Outline] = {}
    if AreaKind.NEIGHBOURHOOD in kinds:
        found |= {
            Area(AreaKind.NEIGHBOURHOOD, row.id): {"district": row.district_code} for row in neighbourhoods(session)
        }
    if AreaKind.WARD in kinds:
        found |= {Area(AreaKind.WARD, row.code): {"district": row.district_code} for row in wards(session)}
    return found


def _dots(session: Session, areas: tuple[Area, ...]) -> dict[Area, Outline]:
    """Where the postcodes of sectors are, and postcodes that stand for themselves."""
    sectors = [area.code for area in areas if area.kind is AreaKind.SECTOR]
    single = [area.code for area in areas if area.kind is AreaKind.POSTCODE]
    if not sectors and not single:
        return {}
    chosen = sa.or_(Postcode.sector.in_(sectors), Postcode.code.in_(single))
    rows = session.execute(
        sa.select(Postcode.code, Postcode.sector, Postcode.location)
        .where(chosen)
        .order_by(Postcode.code.in_(single).desc(), Postcode.code)
        .limit(MOST_POSTCODES)
    )
    found: dict[Area, list[list[float]]] = defaultdict(list)
    for code, sector, location in rows:
        at = _lat_lon(*literal_eval(location))
        found[Area(AreaKind.POSTCODE, code)].append(at)
        found[Area(AreaKind.SECTOR, sector)].append(at)
    return {area: {"points": points} for area, points in found.items()}


def _lat_lon(longitude: float, latitude: float) -> list[float]:
    return [round(latitude, 5), round(longitude, 5)]
