"""A neighbourhood's priorities for all to read, and for machines."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from owl.consultations.priorities.as_police_uk import as_police_uk
from owl.consultations.priorities.history import histories_in
from owl.consultations.priorities.queries import published_priorities
from owl.foundation.database import db
from owl.geography.queries import neighbourhood

bp = Blueprint("priorities", __name__, url_prefix="/neighbourhoods")

KEPT = timedelta(minutes=5)  # what was signed shows within it


@bp.get("/<neighbourhood_id>/priorities")
def show(neighbourhood_id: str) -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "public/priorities/show.html",
        neighbourhood=neighbourhood(session, neighbourhood_id),
        published=published_priorities(session, neighbourhood_id),
        histories=histories_in(session, neighbourhood_id),
    )


@bp.get("/<neighbourhood_id>/priorities.json")
def as_data(neighbourhood_id: str) -> ResponseReturnValue:
    session = db.session()
    neighbourhood(session, neighbourhood_id)
    return _for_all(jsonify(as_police_uk(published_priorities(session, neighbourhood_id))))


def _for_all(response: Response) -> Response:
    """Any cache may keep it."""
    response.cache_control.public = True
    response.cache_control.max_age = int(KEPT.total_seconds())
    return response
