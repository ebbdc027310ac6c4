"""Buttons that let a message go: its author's, where it carries no risk, and a supervisor's decision."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.delivery.approving import NobodyReached, approve_message
from owl.delivery.sending_alone import send_alone
from owl.foundation.clock import show_time, utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.messages.approving import return_message
from owl.messages.composing import submit_message
from owl.messages.models import Message, MessageStatus
from owl.messages.queries import message_for
from owl.web.access import permission_required
from owl.web.team.messages import message_page

bp = Blueprint("team_approving", __name__, url_prefix="/team/messages")

LARGEST = 2**31  # what a number of ours can't reach
LONGEST_NUMBER = 12  # digits and what people put between them
ID = "<int:message_id>"


@bp.post(f"/{ID}/ask")
@permission_required(Permission.COMPOSE)
def ask(message_id: int) -> ResponseReturnValue:
    _seen(message_id)
    try:
        submit_message(message_id, user_id=current_user.id, version=_shown_version(), now=utc_now())
    except BadInput as error:
        return message_page(message_id, error.fields), error.status
    except Conflict as error:
        flash(error.sentence, "important")
    else:
        flash("Sent for approval. A supervisor other than you decides.")
    return _to(message_id)


@bp.post(f"/{ID}/send")
@permission_required(Permission.COMPOSE)
def send(message_id: int) -> ResponseReturnValue:
    _seen(message_id)
    try:
        send_alone(
            message_id, user_id=current_user.id, version=_shown_version(), shown_hash=_shown_hash(), now=utc_now()
        )
    except BadInput as error:
        return message_page(message_id, error.fields), error.status
    except (Conflict, NobodyReached) as error:
        flash(error.sentence, "important")
    else:
        flash(f"It needed no approval. It {_when(message_id)}.")
    return _to(message_id)


@bp.post(f"/{ID}/approve")
@permission_required(Permission.APPROVE)
def approve(message_id: int) -> ResponseReturnValue:
    _seen(message_id)
    try:
        approve_message(
            message_id, approver_id=current_user.id, shown_hash=_shown_hash(), shown_version=_shown_version(),
            typed_homes=_typed_homes(), now=utc_now(),
        )  # fmt: skip
    except BadInput as error:
        return message_page(message_id, error.fields), error.status
    except (Conflict, NobodyReached) as error:
        flash(error.sentence, "important")
    else:
        flash(f"Approved. It {_when(message_id)}.")
    return _to(message_id)


@bp.post(f"/{ID}/return")
@permission_required(Permission.APPROVE)
def give_back(message_id: int) -> ResponseReturnValue:
    _seen(message_id)
    reason = request.form.get("reason", "")
    try:
        return_message(
            message_id, supervisor_id=current_user.id, reason=reason, version=_shown_version(), now=utc_now()
        )
    except BadInput as error:
        return message_page(message_id, error.fields, reason=reason), error.status
    except Conflict as error:
        flash(error.sentence, "important")
    else:
        flash("Returned to its author, with your reason.")
    return _to(message_id)


def _seen(message_id: int) -> Message:
    return message_for(db.session(), message_id, user_id=current_user.id)


def _when(message_id: int) -> str:
    message = _seen(message_id)
    waits = message.status is MessageStatus.SCHEDULED and message.send_at
    return f"goes out on {show_time(message.send_at)}" if waits and message.send_at else "is going out now"


def _typed_homes() -> int | None:
    """The number as people type it: 12,204 or 12 204. None for anything else."""
    typed = request.form.get("typed_homes", "").replace(",", "").replace(" ", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER else None


def _shown_hash() -> bytes:
    try:
        return bytes.fromhex(request.form.get("shown_hash", ""))
    except ValueError:
        return b""


def _shown_version() -> int:
    version = request.form.get("version", 0, type=int)
    return version if 0 < version < LARGEST else 0


def _to(message_id: int) -> ResponseReturnValue:
    return redirect(url_for("team_messages.show", message_id=message_id), 303)
