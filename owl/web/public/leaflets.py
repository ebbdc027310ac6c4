"""The leaflet of a neighbourhood, to print and pass on."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, make_response
from flask.typing import ResponseReturnValue

from owl.accounts.teams import team_of
from owl.foundation.clock import start_of_day, utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.languages import spoken_now
from owl.geography.queries import neighbourhood
from owl.households.leaflet import Leaflet, draw_leaflet

bp = Blueprint("leaflets", __name__, url_prefix="/neighbourhoods")


@bp.get("/<neighbourhood_id>/leaflet.pdf")
def show(neighbourhood_id: str) -> ResponseReturnValue:
    row = neighbourhood(db.session(), neighbourhood_id)
    team = team_of(db.session(), neighbourhood_id)
    leaflet = Leaflet(row.name, row.district_name, team.name, settings().public_url)
    fonts = Path(current_app.static_folder or "") / "vendor"
    response = make_response(draw_leaflet(leaflet, fonts=fonts, now=start_of_day(utc_now())))
    response.content_type = "application/pdf"
    name = f"owl-{neighbourhood_id}-{spoken_now()}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
