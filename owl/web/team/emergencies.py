"""Buttons for what can't wait: sending without approval, and the review that an inspector writes afterwards."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.delivery.approving import NobodyReached
from owl.delivery.emergency import send_in_emergency
from owl.foundation.clock import utc_now
from owl.foundation.errors import BadInput
from owl.messages.reviewing import review_emergency
from owl.web.access import permission_required
from owl.web.addresses import shown_version
from owl.web.conflicts import telling_of_conflicts
from owl.web.team.approving import shown_hash, typed_homes
from owl.web.team.messages import message_page
from owl.web.team.seen import seen_message, to_message

bp = Blueprint("team_emergencies", __name__, url_prefix="/team/messages")

ID = "<int:message_id>"
ANSWERS = {"yes": True, "no": False}


@bp.post(f"/{ID}/emergency")
@permission_required(Permission.COMPOSE)
def send(message_id: int) -> ResponseReturnValue:
    seen_message(message_id)
    try:
        with telling_of_conflicts(NobodyReached):
            send_in_emergency(
                message_id, user_id=current_user.id, reason=request.form.get("emergency_reason", ""),
                typed_homes=typed_homes(), shown_hash=shown_hash(), version=shown_version(), now=utc_now(),
            )  # fmt: skip
            flash("It is going out now. Your inspector has been told.")
    except BadInput as error:
        return message_page(message_id, error.fields, request.form), error.status
    return to_message(message_id)


@bp.post(f"/{ID}/review")
@permission_required(Permission.REVIEW)
def review(message_id: int) -> ResponseReturnValue:
    seen_message(message_id)
    was_right, note = ANSWERS.get(request.form.get("was_right", "")), request.form.get("note", "")
    try:
        with telling_of_conflicts():
            review_emergency(message_id, reviewer_id=current_user.id, was_right=was_right, note=note, now=utc_now())
            flash("Your review is kept. Whoever sent it can read it here.")
    except BadInput as error:
        return message_page(message_id, error.fields, request.form), error.status
    return to_message(message_id)
