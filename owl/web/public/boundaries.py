"""The boundaries that maps are drawn with, as GeoJSON, for everybody: no map server is needed."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from owl.foundation.database import db
from owl.geography.boundaries import areas_of_district, district_boundaries

bp = Blueprint("boundaries", __name__, url_prefix="/boundaries")

KEPT = timedelta(hours=1)  # a new set of geography shows within it


@bp.get("/districts.json")
def districts() -> ResponseReturnValue:
    return _answer(district_boundaries(db.session()))


@bp.get("/<district_code>.json")
def district(district_code: str) -> ResponseReturnValue:
    """The neighbourhoods and wards of a district."""
    return _answer(areas_of_district(db.session(), district_code))


def _answer(features: str) -> ResponseReturnValue:
    response = current_app.response_class(features, mimetype="application/geo+json")
    response.cache_control.public = True
    response.cache_control.max_age = int(KEPT.total_seconds())
    return response
