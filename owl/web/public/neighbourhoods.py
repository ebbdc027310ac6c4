"""A neighbourhood for all to see: where it is, who its team is, and what it wrote lately."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from owl.accounts.officers import officers_of, photo_of
from owl.accounts.teams import team_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.languages import spoken_now
from owl.geography.outline import frame
from owl.geography.queries import boundary_of, neighbourhood, neighbourhoods
from owl.messages.current import current_messages
from owl.replies.compliance import published
from owl.web.public.current import with_html

bp = Blueprint("neighbourhoods", __name__, url_prefix="/neighbourhoods")

WIDTH = 400  # units of the picture's own


@bp.get("")
def all_() -> ResponseReturnValue:
    by_district = groupby(neighbourhoods(db.session()), key=lambda row: row.district_name)
    districts = [(name, list(rows)) for name, rows in by_district]
    return render_template("public/neighbourhoods/all.html", districts=districts)


@bp.get("/<neighbourhood_id>")
def one(neighbourhood_id: str) -> ResponseReturnValue:
    session = db.session()
    row = neighbourhood(session, neighbourhood_id)
    team = team_of(session, neighbourhood_id)
    return render_template(
        "public/neighbourhoods/one.html",
        neighbourhood=row,
        answered_in_time=published(session, neighbourhood_id, now=utc_now()),
        team=team,
        officers=officers_of(session, team.id),
        picture=_picture(neighbourhood_id),
        messages=with_html(current_messages(session, neighbourhood_id, language=spoken_now(), now=utc_now())),
        others=[other for other in neighbourhoods(session) if other.district_code == row.district_code],
    )


@bp.get("/officers/<int:officer_id>.jpg")
def photo(officer_id: int) -> ResponseReturnValue:
    response = Response(photo_of(db.session(), officer_id), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "public, max-age=86400"  # its address has its version
    return response


def _picture(neighbourhood_id: str) -> dict[str, object] | None:
    """The neighbourhood within its district, as two paths."""
    own, district = boundary_of(db.session(), neighbourhood_id)
    if own is None or district is None:
        return None
    around = frame(district, width=WIDTH)
    return {
        "width": around.width,
        "height": around.height,
        "own": around.path(own),
        "district": around.path(district),
    }
