"""What is typed into the composer is kept before it is saved, and colleagues see who has a draft open."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.datastructures import MultiDict

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.messages.editing import note_open, open_elsewhere
from owl.messages.unsaved import Fields, end_unsaved, keep_unsaved, unsaved_fields, unsaved_of
from owl.web.access import permission_required
from owl.web.addresses import row_id

bp = Blueprint("team_keeping", __name__, url_prefix="/team/messages")

ID = "<int:message_id>"
NOT_KEPT = {"csrf_token", "act", "unsaved", "page"}  # what is the page's, not the writer's
LONGEST_KEY = 32


@bp.post("/keep")
@permission_required(Permission.COMPOSE)
def keep_new() -> ResponseReturnValue:
    return _keep(None)


@bp.post(f"/{ID}/keep")
@permission_required(Permission.COMPOSE)
def keep(message_id: int) -> ResponseReturnValue:
    return _keep(message_id)


@bp.post(f"/{ID}/open")
@permission_required(Permission.COMPOSE)
def note(message_id: int) -> ResponseReturnValue:
    """For the script, as long as the page is in sight: I am here; who else?"""
    editors = note_open(message_id, user_id=current_user.id, now=utc_now())
    return render_template("team/messages/editors.html", editors=editors)


@bp.post("/throw-away")
@permission_required(Permission.COMPOSE)
def throw_away() -> ResponseReturnValue:
    end_unsaved(request.form.get("key", ""), user_id=current_user.id, now=utc_now())
    message_id = row_id("message_id")
    if not message_id:
        return redirect(url_for("team_composing.new"), 303)
    return redirect(url_for("team_composing.edit", message_id=message_id), 303)


def saved(form: MultiDict[str, str]) -> None:
    """What this page had kept is in the draft now."""
    end_unsaved(form.get("unsaved", ""), user_id=current_user.id, now=utc_now())


def kept_words(message_id: int | None) -> MultiDict[str, str] | None:
    """What was typed under the key in the address, as a form; None where none is asked for. Raises NotFound."""
    key = request.args.get("unsaved", "")[:LONGEST_KEY]
    if request.method != "GET" or not key:
        return None
    fields = unsaved_fields(db.session(), key, user_id=current_user.id, message_id=message_id)
    return MultiDict([*((name, value) for name, values in fields.items() for value in values), ("unsaved", key)])


def around(message_id: int | None, key: str) -> dict[str, object]:
    """What templates/team/messages/unsaved.html and editors.html need."""
    session, user_id, now = db.session(), current_user.id, utc_now()
    return {
        "unsaved": unsaved_of(session, user_id=user_id, message_id=message_id, but=key),
        "editors": open_elsewhere(session, message_id, user_id=user_id, now=now) if message_id else [],
    }


def _keep(message_id: int | None) -> ResponseReturnValue:
    key, now = request.form.get("unsaved", ""), utc_now()
    fields: Fields = {name: values for name, values in request.form.lists() if name not in NOT_KEPT}
    is_kept = keep_unsaved(key, fields, user_id=current_user.id, message_id=message_id, now=now)
    page = request.form.get("page", key)  # another's, where it sends what an earlier one left behind
    waiting = unsaved_of(db.session(), user_id=current_user.id, message_id=message_id, but=page)
    return render_template(
        "team/messages/kept.html", kept_at=now if is_kept else None, unsaved=waiting, message_id=message_id
    )
