"""Kinds of message: what authors call them, who writes them, and how they usually go out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.notices import Channel
from owl.households.choices import CHOICES, Kind
from owl.messages.kind_models import WRITERS
from owl.messages.kinds import KindRow, kind_row, kind_rows, save_kind
from owl.messages.models import Severity
from owl.web.access import permission_required

bp = Blueprint("admin_kinds", __name__, url_prefix="/admin/kinds")

LONGEST = 5  # characters of a number of days


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return render_template("admin/kinds.html", rows=kind_rows(db.session()))


@bp.get("/<kind>")
@permission_required(Permission.ADMINISTER)
def edit(kind: str) -> ResponseReturnValue:
    row = kind_row(db.session(), _kind(kind))
    return _form(row, {}, str(row.valid_days or ""))


@bp.post("/<kind>")
@permission_required(Permission.ADMINISTER)
def save(kind: str) -> ResponseReturnValue:
    form = request.form
    days = form.get("valid_days", "").strip()
    number = int(days) if days.isascii() and days.isdigit() and len(days) <= LONGEST else None
    severity = form.get("severity", "")
    row = KindRow(
        _kind(kind), form.get("label", ""), frozenset(form.getlist("roles")),
        Severity(severity) if severity in set(Severity) else Severity.ROUTINE, tuple(form.getlist("channels")),
        -1 if days and number is None else number,
    )  # fmt: skip
    try:
        save_kind(row, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _form(row, error.fields, days), error.status
    flash("Saved. It holds for what is begun from now on.")
    return redirect(url_for(".show"), 303)


def _kind(value: str) -> Kind:
    if value not in CHOICES:
        raise NotFound("There is no such kind of message.")
    return Kind(value)


def _form(row: KindRow, errors: dict[str, str], days: str) -> str:
    return render_template(
        "admin/kind.html", row=row, days=days, errors=errors, writers=WRITERS, severities=list(Severity),
        channels=list(Channel),
    )  # fmt: skip
