"""A district, and the county, for all to see: their neighbourhoods, what is going on, and how their teams do."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from owl.foundation.database import db
from owl.geography.maps import draw_map
from owl.geography.queries import by_district, district_called, neighbourhoods
from owl.web.public.places import face_of

bp = Blueprint("areas", __name__)


@bp.get("/county")
def county() -> ResponseReturnValue:
    rows = neighbourhoods(db.session())
    return render_template(
        "public/places/area.html",
        place=None,
        districts=by_district(rows),
        drawn=draw_map(db.session()),
        face=face_of(rows, whole_county=True),
    )


@bp.get("/districts/<district_slug>")
def district(district_slug: str) -> ResponseReturnValue:
    place = district_called(db.session(), district_slug)
    rows = [row for row in neighbourhoods(db.session()) if row.district_code == place.code]
    return render_template(
        "public/places/area.html",
        place=place,
        districts=by_district(rows),
        drawn=draw_map(db.session(), place.code),
        face=face_of(rows),
    )
