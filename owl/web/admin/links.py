"""The sites that messages may link to."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.messages.allowing_links import allow_site, forbid_site, listed_sites
from owl.messages.checks.hosts import ALWAYS
from owl.web.access import permission_required

bp = Blueprint("admin_links", __name__, url_prefix="/admin/links")


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return _page({})


@bp.post("")
@permission_required(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    address, reason = request.form.get("address", ""), request.form.get("reason", "")
    try:
        host = allow_site(address=address, reason=reason, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(error.fields, address, reason), error.status
    except Conflict as error:
        return _page({"address": error.sentence}, address, reason), error.status
    flash(f"Added. Messages may link to {host} and all below it.")
    return redirect(url_for(".show"), 303)


@bp.post("/remove")
@permission_required(Permission.ADMINISTER)
def remove() -> ResponseReturnValue:
    try:
        forbid_site(request.form.get("host", ""), actor_id=current_user.id, now=utc_now())
    except NotFound as error:  # a colleague was quicker
        flash(error.sentence, "important")
    else:
        flash("Removed. Messages that went out stay as they are; no new one may link there.")
    return redirect(url_for(".show"), 303)


def _page(errors: dict[str, str], address: str = "", reason: str = "") -> str:
    return render_template(
        "admin/links.html",
        sites=listed_sites(db.session()),
        always=ALWAYS,
        errors=errors,
        address=address,
        reason=reason,
    )
