"""Buttons that let a message go: its author's, where it carries no risk, and a supervisor's decision."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.delivery.approving import NobodyReached, approve_message
from owl.delivery.sending_alone import send_alone
from owl.foundation.clock import show_time, utc_now
from owl.foundation.errors import BadInput
from owl.messages.approving import return_message
from owl.messages.composing import submit_message
from owl.messages.models import MessageStatus
from owl.web.access import permission_required
from owl.web.addresses import shown_version
from owl.web.conflicts import telling_of_conflicts
from owl.web.team.messages import message_page
from owl.web.team.seen import seen_message, to_message

bp = Blueprint("team_approving", __name__, url_prefix="/team/messages")

LONGEST_NUMBER = 12  # digits and what people put between them
ID = "<int:message_id>"


@bp.post(f"/{ID}/ask")
@permission_required(Permission.COMPOSE)
def ask(message_id: int) -> ResponseReturnValue:
    seen_message(message_id)
    try:
        with telling_of_conflicts():
            submit_message(message_id, user_id=current_user.id, version=shown_version(), now=utc_now())
            flash("Sent for approval. A supervisor other than you decides.")
    except BadInput as error:
        return message_page(message_id, error.fields), error.status
    return to_message(message_id)


@bp.post(f"/{ID}/send")
@permission_required(Permission.COMPOSE)
def send(message_id: int) -> ResponseReturnValue:
    seen_message(message_id)
    try:
        with telling_of_conflicts(NobodyReached):
            send_alone(
                message_id, user_id=current_user.id, version=shown_version(), shown_hash=shown_hash(), now=utc_now()
            )
            flash(f"It needed no approval. It {_when(message_id)}.")
    except BadInput as error:
        return message_page(message_id, error.fields), error.status
    return to_message(message_id)


@bp.post(f"/{ID}/approve")
@permission_required(Permission.APPROVE)
def approve(message_id: int) -> ResponseReturnValue:
    seen_message(message_id)
    try:
        with telling_of_conflicts(NobodyReached):
            approve_message(
                message_id, approver_id=current_user.id, shown_hash=shown_hash(), shown_version=shown_version(),
                typed_homes=typed_homes(), now=utc_now(),
            )  # fmt: skip
            flash(f"Approved. It {_when(message_id)}.")
    except BadInput as error:
        return message_page(message_id, error.fields), error.status
    return to_message(message_id)


@bp.post(f"/{ID}/return")
@permission_required(Permission.APPROVE)
def give_back(message_id: int) -> ResponseReturnValue:
    seen_message(message_id)
    reason = request.form.get("reason", "")
    try:
        with telling_of_conflicts():
            return_message(
                message_id, supervisor_id=current_user.id, reason=reason, version=shown_version(), now=utc_now()
            )
            flash("Returned to its author, with your reason.")
    except BadInput as error:
        return message_page(message_id, error.fields, request.form), error.status
    return to_message(message_id)


def _when(message_id: int) -> str:
    message = seen_message(message_id)
    waits = message.status is MessageStatus.SCHEDULED and message.send_at
    return f"goes out on {show_time(message.send_at)}" if waits and message.send_at else "is going out now"


def typed_homes() -> int | None:
    """The number as people type it: 12,204 or 12 204. None for anything else."""
    typed = request.form.get("typed_homes", "").replace(",", "").replace(" ", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER else None


def shown_hash() -> bytes:
    """Of the audience, as it stood on the page whose button was pressed."""
    try:
        return bytes.fromhex(request.form.get("shown_hash", ""))
    except ValueError:
        return b""
