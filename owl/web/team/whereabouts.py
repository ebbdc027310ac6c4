"""Where a message goes, for whoever decides about it: the map, homes by ward, and every postcode."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound
from owl.messages.draft import Draft
from owl.messages.exact_set import exact_set, homes_reached_by_ward
from owl.messages.outlines import outlines
from owl.web.access import permission_required
from owl.web.team.seen import seen_message

bp = Blueprint("team_whereabouts", __name__, url_prefix="/team/messages")


@bp.get("/<int:message_id>/where")
@permission_required(Permission.READ)
def show(message_id: int) -> ResponseReturnValue:
    session = db.session()
    message = seen_message(message_id)
    draft = Draft.of(message)
    if not draft.audience.include:
        raise NotFound("This message has no areas: it follows another, or they are not chosen yet.")
    problem, by_ward = "", None
    try:
        by_ward = homes_reached_by_ward(session, draft, utc_now()) if message.approved_at is None else None
    except BadInput as error:
        problem = error.sentence
    return render_template(
        "team/messages/where.html",
        message=message,
        outlines=outlines(session, draft.audience),
        exact=exact_set(session, draft),
        by_ward=by_ward,
        problem=problem,
    )
