"""Addresses that are not written to. What is typed comes by POST, so that no address is in the address of a page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.households.stopping_by_hand import Found, look_up, mend_address, stop_address, suppression_counts
from owl.web.access import permission_required
from owl.web.conflicts import telling_of_conflicts

bp = Blueprint("admin_suppression", __name__, url_prefix="/admin/suppression")


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return _page({})


@bp.post("")
@permission_required(Permission.ADMINISTER)
def find() -> ResponseReturnValue:
    try:
        found = look_up(_typed(), actor_id=current_user.id, allow_drama=settings().allow_drama_numbers, now=utc_now())
    except BadInput as error:
        return _page(error.fields), error.status
    return _page({}, found)


@bp.post("/stop")
@permission_required(Permission.ADMINISTER)
def stop() -> ResponseReturnValue:
    try:
        stop_address(_typed(), actor_id=current_user.id, allow_drama=settings().allow_drama_numbers, now=utc_now())
    except BadInput as error:
        return _page(error.fields), error.status
    flash("Stopped. Nothing more is sent to this address.")
    return redirect(url_for(".show"), 303)


@bp.post("/mend")
@permission_required(Permission.ADMINISTER)
def mend() -> ResponseReturnValue:
    try:
        with telling_of_conflicts():
            mend_address(_typed(), actor_id=current_user.id, allow_drama=settings().allow_drama_numbers, now=utc_now())
            flash("Mended. It is written to again; should it fail once more, it comes back here.")
    except BadInput as error:
        return _page(error.fields), error.status
    return redirect(url_for(".show"), 303)


def _typed() -> str:
    return request.form.get("address", "")


def _page(errors: dict[str, str], found: Found | None = None) -> str:
    return render_template(
        "admin/suppression.html",
        counts=suppression_counts(db.session()), errors=errors, found=found, typed=_typed(),
    )  # fmt: skip
