"""The sheet of homes to which a message is brought on paper: printed, and ticked off. For coordinators and officers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from markupsafe import Markup

from owl.accounts.permissions import Permission
from owl.delivery.last_mile import sheet_of, tick_off
from owl.delivery.last_mile_models import Brought
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.messages.markdown import as_html
from owl.watches.paper import require_hand
from owl.watches.queries import watch_row
from owl.web.access import permission_required

bp = Blueprint("sheets", __name__)

SHEET = "<int:watch_id>/sheets/<int:message_id>"
ANSWERS = {"brought": Brought.BROUGHT, "not_brought": Brought.NOT_BROUGHT, "waiting": Brought.WAITING}


@bp.get(f"/watches/{SHEET}")
@permission_required(Permission.RUN_WATCH)
def show(watch_id: int, message_id: int) -> ResponseReturnValue:
    return _sheet(watch_id, message_id)


@bp.post(f"/watches/{SHEET}")
@permission_required(Permission.RUN_WATCH)
def tick(watch_id: int, message_id: int) -> ResponseReturnValue:
    return _tick(watch_id, message_id, ".show")


@bp.get(f"/team/watches/{SHEET}")
@permission_required(Permission.COMPOSE)
def show_team(watch_id: int, message_id: int) -> ResponseReturnValue:
    return _sheet(watch_id, message_id)


@bp.post(f"/team/watches/{SHEET}")
@permission_required(Permission.COMPOSE)
def tick_team(watch_id: int, message_id: int) -> ResponseReturnValue:
    return _tick(watch_id, message_id, ".show_team")


def _tick(watch_id: int, message_id: int, page: str) -> ResponseReturnValue:
    states = {
        int(name.removeprefix("home-")): ANSWERS[answer]
        for name, answer in request.form.items()
        if name.startswith("home-") and name[5:].isascii() and name[5:].isdigit() and len(name) < 20
        if answer in ANSWERS
    }
    try:
        tick_off(watch_id, message_id, states, actor_id=current_user.id, now=utc_now())
    except (BadInput, Conflict) as error:
        flash(error.sentence, "important")
    else:
        flash("Saved. Thank you.")
    return redirect(url_for(page, watch_id=watch_id, message_id=message_id), 303)


def _sheet(watch_id: int, message_id: int) -> str:
    session, now = db.session(), utc_now()
    require_hand(session, watch_id, user_id=current_user.id, now=now)
    sheet, doors = sheet_of(session, watch_id, message_id, now=now)
    return render_template(
        "team/watches/sheet.html",
        watch=watch_row(session, watch_id),
        sheet=sheet,
        body=Markup(as_html(sheet.body)),  # noqa: S704  # as_html lets only its own few elements through
        doors=doors,
        states=list(Brought),
        runs_it=request.endpoint == "sheets.show",
    )
