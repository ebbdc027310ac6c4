"""The lists for those who answer: words that escalate, other bodies to hand on to, answers at hand."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.replies.lists import Entry, add_entry, end_entry, entries
from owl.replies.ticket_models import ListName
from owl.web.access import permission_required

bp = Blueprint("admin_replies", __name__, url_prefix="/admin/replies")

ONE = "/<any(words, bodies, answers):which>"


@bp.get("")
@permission_required(Permission.ADMINISTER)
def begin() -> ResponseReturnValue:
    return redirect(url_for(".show", which="words"))


@bp.get(ONE)
@permission_required(Permission.ADMINISTER)
def show(which: str) -> ResponseReturnValue:
    return _page(ListName(which), Entry(""), {})


@bp.post(ONE)
@permission_required(Permission.ADMINISTER)
def add(which: str) -> ResponseReturnValue:
    form = request.form
    entry = Entry(form.get("name", ""), form.get("words", ""), form.get("address", ""))
    try:
        add_entry(ListName(which), entry, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(ListName(which), entry, error.fields), error.status
    except Conflict as error:
        return _page(ListName(which), entry, {"name": error.sentence}), error.status
    flash("Added. It holds from now on.")
    return redirect(url_for(".show", which=which), 303)


@bp.post(f"{ONE}/end")
@permission_required(Permission.ADMINISTER)
def end(which: str) -> ResponseReturnValue:
    end_entry(ListName(which), request.form.get("name", ""), actor_id=current_user.id, now=utc_now())
    flash("Taken off the list.")
    return redirect(url_for(".show", which=which), 303)


def _page(which: ListName, typed: Entry, errors: dict[str, str]) -> str:
    rows = entries(db.session(), which)
    return render_template(
        "admin/reply_lists.html", which=which, lists=ListName, entries=rows, typed=typed, errors=errors
    )
