"""Being off duty: which colleague has one's replies meanwhile."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.cover import come_back, cover_of, go_off_duty, may_cover
from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.messages.typed_moment import TypedMoment
from owl.web.access import permission_required
from owl.web.addresses import row_id

bp = Blueprint("team_cover", __name__, url_prefix="/team/profile/off-duty")


@bp.get("")
@permission_required(Permission.ANSWER)
def show() -> ResponseReturnValue:
    return _page({})


@bp.post("")
@permission_required(Permission.ANSWER)
def leave() -> ResponseReturnValue:
    now = utc_now()
    try:
        from_at, until_at = (TypedMoment.typed(request.form, name).read(name) for name in ("from", "until"))
        if until_at is None:
            raise BadInput({"until": "Say when you are back."})
        go_off_duty(
            current_user.id,
            cover_id=row_id("cover"),
            from_at=from_at or now,
            until_at=until_at,
            now=now,
        )
    except BadInput as error:
        return _page(error.fields), error.status
    flash("Your colleague has your replies while you are off duty. No clock stops for it.")
    return redirect(url_for(".show"), 303)


@bp.post("/end")
@permission_required(Permission.ANSWER)
def come_back_() -> ResponseReturnValue:
    come_back(current_user.id, now=utc_now())
    flash("You are on duty.")
    return redirect(url_for(".show"), 303)


def _page(errors: dict[str, str]) -> str:
    session, now = db.session(), utc_now()
    return render_template(
        "team/account/off_duty.html",
        cover=cover_of(session, current_user.id, now=now),
        colleagues=may_cover(session, current_user.id, now=now),
        errors=errors,
        typed={name: TypedMoment.typed(request.form, name) for name in ("from", "until")},
        chosen=row_id("cover"),
        now=now,
    )
