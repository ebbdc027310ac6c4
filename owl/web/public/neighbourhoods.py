"""A neighbourhood for all to see: who its team is, what it works on, what it wrote, and when residents can meet it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.accounts.officers import officers_of, photo_of
from owl.accounts.social_accounts import accounts_of
from owl.accounts.teams import team_of
from owl.consultations.priorities.queries import published_priorities
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.languages import spoken_now
from owl.geography.maps import draw_map
from owl.geography.outline import frame
from owl.geography.queries import boundary_of, by_district, neighbourhood, neighbourhoods, place_of
from owl.messages.public_lists import all_for_all
from owl.web.public.places import face_of

bp = Blueprint("neighbourhoods", __name__, url_prefix="/neighbourhoods")

WIDTH = 400  # units of the picture's own


@bp.get("")
def all_() -> ResponseReturnValue:
    return _find("", {})


@bp.get("/find")
def find() -> ResponseReturnValue:
    typed = request.args.get("postcode", "")
    try:
        place = place_of(db.session(), typed)
    except BadInput as error:
        return _find(typed, error.fields), error.status
    return redirect(url_for(".one", neighbourhood_id=place.neighbourhood_id), 303)


@bp.get("/<neighbourhood_id>")
def one(neighbourhood_id: str) -> ResponseReturnValue:
    session = db.session()
    row = neighbourhood(session, neighbourhood_id)
    team = team_of(session, neighbourhood_id)
    return render_template(
        "public/neighbourhoods/one.html",
        neighbourhood=row,
        team=team,
        officers=officers_of(session, team.id),
        accounts=accounts_of(session, team.id),
        priorities=published_priorities(session, neighbourhood_id),
        face=face_of([row]),
        picture=_picture(neighbourhood_id),
        others=[other for other in neighbourhoods(session) if other.district_code == row.district_code],
    )


@bp.get("/<neighbourhood_id>/messages")
def messages(neighbourhood_id: str) -> ResponseReturnValue:
    row = neighbourhood(db.session(), neighbourhood_id)
    number, now = request.args.get("page", 1, type=int), utc_now()
    page = all_for_all(db.session(), [neighbourhood_id], language=spoken_now(), page=number, now=now)
    return render_template("public/neighbourhoods/messages.html", neighbourhood=row, page=page)


@bp.get("/officers/<int:officer_id>.jpg")
def photo(officer_id: int) -> ResponseReturnValue:
    response = Response(photo_of(db.session(), officer_id), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "public, max-age=86400"  # its address has its version
    return response


def _find(typed: str, errors: dict[str, str]) -> str:
    session = db.session()
    return render_template(
        "public/neighbourhoods/all.html",
        typed=typed,
        errors=errors,
        districts=by_district(neighbourhoods(session)),
        drawn=draw_map(session),
    )


def _picture(neighbourhood_id: str) -> dict[str, object] | None:
    """The neighbourhood within its district, as two paths."""
    own, district = boundary_of(db.session(), neighbourhood_id)
    if own is None or district is None:
        return None
    around = frame(district, width=WIDTH)
    return {
        "width": around.width,
        "height": around.height,
        "own": around.rough_path(own),
        "district": around.rough_path(district),
    }
