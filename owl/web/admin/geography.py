"""New boundaries and postcodes: handed in, looked at, and only then applied. The verbs check who may."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import Conflict
from owl.geography.errors import MOST_SHOWN, BrokenGeography
from owl.households.new_geography import apply_set, hand_in, newest_sets, put_away, set_row
from owl.web.access import permission_required
from owl.web.conflicts import telling_of_conflicts

bp = Blueprint("admin_geography", __name__, url_prefix="/admin/geography")

NO_FILE = "Choose a file: a zip of the six files, or a list of postcodes."


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return _page(())


@bp.post("")
@permission_required(Permission.ADMINISTER)
def take() -> ResponseReturnValue:
    file = request.files.get("set")
    if file is None or not file.filename:
        return _page([NO_FILE]), 400
    try:
        handed_in = hand_in(file.filename, file.read(), user_id=current_user.id, now=utc_now())
    except BrokenGeography as error:
        return _page(error.faults), error.status
    return redirect(url_for(".look", set_id=handed_in.id), 303)


@bp.get("/<int:set_id>")
@permission_required(Permission.ADMINISTER)
def look(set_id: int) -> ResponseReturnValue:
    handed_in = set_row(db.session(), set_id)
    return render_template("admin/geography/look.html", set=handed_in, found=handed_in.relocations)


@bp.post("/<int:set_id>/apply")
@permission_required(Permission.ADMINISTER)
def apply(set_id: int) -> ResponseReturnValue:
    found = set_row(db.session(), set_id).relocations
    try:
        loaded = apply_set(set_id, user_id=current_user.id, now=utc_now())
    except Conflict as refusal:
        flash(refusal.sentence, "important")
    except BrokenGeography as error:
        flash(error.sentence, "important")
    else:
        flash(
            f"Applied: {loaded.postcodes:,} postcodes are in place. {found.homes:,} homes moved;"
            f" {found.people:,} people are told, by day."
        )
    return redirect(url_for(".look", set_id=set_id), 303)


@bp.post("/<int:set_id>/put-away")
@permission_required(Permission.ADMINISTER)
def forget(set_id: int) -> ResponseReturnValue:
    with telling_of_conflicts():
        put_away(set_id, user_id=current_user.id, now=utc_now())
        flash("Put away. Nothing was changed.")
    return redirect(url_for(".show"), 303)


def _page(faults: Sequence[str]) -> str:
    return render_template(
        "admin/geography/show.html",
        sets=newest_sets(db.session()),
        faults=faults[:MOST_SHOWN],
        hidden=max(0, len(faults) - MOST_SHOWN),
    )
