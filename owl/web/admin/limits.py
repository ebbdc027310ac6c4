"""The numbers of the house: from when approval is needed, what texts may cost, how much is too much."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.limits import listed_limits, set_limits
from owl.accounts.models import Limit
from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.web.access import permission_required

bp = Blueprint("admin_limits", __name__, url_prefix="/admin/limits")

LONGEST = 12  # characters of a number


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    rows = listed_limits(db.session())
    return _page({}, {row.limit.value: str(row.value) for row in rows})


@bp.post("")
@permission_required(Permission.ADMINISTER)
def save() -> ResponseReturnValue:
    typed = {which.value: request.form.get(which.value, "").strip() for which in Limit}
    values = {which: _number(typed[which.value]) for which in Limit}
    try:
        changed = set_limits(values, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(error.fields, typed), error.status
    flash("Saved. It holds from now on." if changed else "Nothing was changed.")
    return redirect(url_for(".show"), 303)


def _number(typed: str) -> int | None:
    plain = typed.replace(",", "").replace(" ", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= LONGEST else None


def _page(errors: dict[str, str], typed: dict[str, str]) -> str:
    return render_template("admin/limits.html", rows=listed_limits(db.session()), errors=errors, typed=typed)
