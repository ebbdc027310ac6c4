"""The composer: one page to write, count, look at, try out and send for approval."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.households.partners import open_partners
from owl.messages.checking import check_words
from owl.messages.composing import EditedMeanwhile, create_draft, save_draft, submit_message
from owl.messages.invited_to import kinds_for
from owl.messages.kinds import kinds_of_author
from owl.messages.models import Message, Severity
from owl.messages.queries import draft_for
from owl.messages.sms_text import plain
from owl.messages.unsaved import new_key
from owl.web.access import permission_required
from owl.web.team.beginning import ACTS as BEGINNING
from owl.web.team.beginning import begun, blanks_of, offered
from owl.web.team.folded import folded
from owl.web.team.keeping import around, kept_words, saved
from owl.web.team.live_summary import LiveSummary, live_summary
from owl.web.team.placing import ACTS as PLACING
from owl.web.team.placing import LIST, Where, add_place, where_of
from owl.web.team.sheet import Sheet

bp = Blueprint("team_composing", __name__, url_prefix="/team/messages")

ID = "<int:message_id>"
SENT = "Sent for approval. A supervisor other than you decides."
NEEDS_NONE = "Saved. It needs no approval: look at it once more, and send it."


@bp.get("/new")
@permission_required(Permission.COMPOSE)
def new() -> ResponseReturnValue:
    typed = kept_words(None)
    return _composer(Sheet() if typed is None else Sheet.typed(typed))


@bp.post("/new")
@permission_required(Permission.COMPOSE)
def create() -> ResponseReturnValue:
    return _act(None)


@bp.get(f"/{ID}/edit")
@permission_required(Permission.COMPOSE)
def edit(message_id: int) -> ResponseReturnValue:
    message = draft_for(db.session(), message_id, user_id=current_user.id)
    typed = kept_words(message_id)
    return _composer(Sheet.kept(message) if typed is None else Sheet.typed(typed), message_id)


@bp.post(f"/{ID}/edit")
@permission_required(Permission.COMPOSE)
def save(message_id: int) -> ResponseReturnValue:
    return _act(message_id)


@bp.post("/count")
@permission_required(Permission.COMPOSE)
def count() -> ResponseReturnValue:
    """The live parts of the composer, for the script that asks while somebody writes. Changes nothing."""
    sheet = Sheet.typed(request.form)
    return render_template("team/messages/live.html", live=_live(sheet), folded=folded(sheet))


def _act(message_id: int | None) -> ResponseReturnValue:
    """Do what the pressed button says with what was typed."""
    sheet, act = Sheet.typed(request.form), request.form.get("act", "save")
    if act == "plain":
        sheet = replace(sheet, sms_text=plain(sheet.sms_text))
    if act in PLACING:
        sheet, where = add_place(sheet, act, request.form)
        return _composer(sheet, message_id, where.errors, where=where)
    if act in BEGINNING:
        try:
            sheet = begun(db.session(), sheet, act, request.form)
        except NotFound as error:  # ended while somebody wrote
            return _composer(sheet, message_id, {"template": error.sentence})
    if act in {"count", "plain", *BEGINNING} or act.startswith(LIST):
        return _composer(sheet, message_id)
    try:
        message_id = _keep(sheet, message_id)
        version = draft_for(db.session(), message_id, user_id=current_user.id).version
        sheet = replace(sheet, version=version)
        if act == "send" and _needs_approval(sheet, message_id):
            submit_message(message_id, user_id=current_user.id, version=version, now=utc_now())
            act = "sent"
    except BadInput as error:
        return _composer(sheet, message_id, error.fields), error.status
    except Conflict as error:
        return _not_saved(sheet, message_id, error), error.status
    saved(request.form)
    return _go_on(message_id, act)


def _go_on(message_id: int, act: str) -> ResponseReturnValue:
    if act in {"send", "sent"}:
        flash(SENT if act == "sent" else NEEDS_NONE)
        return redirect(url_for("team_messages.show", message_id=message_id), 303)
    if act == "pictures":
        return redirect(url_for("team_picturing.show", message_id=message_id), 303)
    if act == "preview":
        return redirect(url_for("team_trying.preview", message_id=message_id), 303)
    flash("Saved as a draft.")
    return redirect(url_for(".edit", message_id=message_id), 303)


def _needs_approval(sheet: Sheet, message_id: int) -> bool:
    """Whether a supervisor is to be asked. Raises BadInput unless the draft is ready."""
    draft = sheet.draft().tidied()
    draft.check_ready(public_url=settings().public_url, now=utc_now())
    check_words(db.session(), draft)
    before = _live(sheet, message_id).before
    return before is None or bool(before.risks)


def _not_saved(sheet: Sheet, message_id: int | None, error: Conflict) -> str:
    """What was typed, to be saved knowingly over the draft, or beside the message that is a draft no more."""
    if isinstance(error, EditedMeanwhile) and message_id is not None:
        newer = draft_for(db.session(), message_id, user_id=current_user.id)
        sheet = replace(sheet, version=newer.version)
        return _composer(sheet, message_id, {"": error.sentence}, theirs=Sheet.kept(newer))
    return _composer(replace(sheet, version=0), None, {"": f"{error.sentence} Saving makes a new draft of your words."})


def _keep(sheet: Sheet, message_id: int | None) -> int:
    draft = sheet.draft()
    if message_id is None:
        return create_draft(draft, author_id=current_user.id, now=utc_now())
    save_draft(message_id, draft, user_id=current_user.id, version=sheet.version, now=utc_now())
    return message_id


def _composer(
    sheet: Sheet,
    message_id: int | None = None,
    errors: dict[str, str] | None = None,
    *,
    theirs: Sheet | None = None,
    where: Where | None = None,
) -> str:
    sheet = sheet if sheet.unsaved else replace(sheet, unsaved=new_key())
    return render_template(
        "team/messages/compose.html",
        sheet=sheet,
        message_id=message_id,
        errors=errors or {},
        theirs=theirs,
        where=where or where_of(sheet),
        live=_live(sheet, message_id),
        folded=folded(sheet),
        kinds=kinds_of_author(db.session(), current_user, kinds_for(db.session(), message_id)),
        severities=list(Severity),
        partners=open_partners(db.session()),
        offered=offered(db.session()),
        blanks=blanks_of(sheet),
        **around(message_id, sheet.unsaved),
    )


def _live(sheet: Sheet, message_id: int | None = None) -> LiveSummary:
    session = db.session()
    message = session.get(Message, message_id) if message_id else None
    return live_summary(session, sheet, user_id=current_user.id, settings=settings(), now=utc_now(), message=message)
