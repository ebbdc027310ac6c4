"""Somebody leaves: what they have in hand goes to a colleague, and nobody signs in as them any more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.accounts.users import user_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.geography.queries import neighbourhoods
from owl.handover.leaving import let_go
from owl.handover.unfinished import successors, unfinished_of
from owl.web.access import permission_required
from owl.web.addresses import row_id

bp = Blueprint("admin_leaving", __name__, url_prefix="/admin/users/<int:user_id>/leave")


@bp.get("")
@permission_required(Permission.ADMINISTER)
def ask(user_id: int) -> ResponseReturnValue:
    return _page(user_id, {})


@bp.post("")
@permission_required(Permission.ADMINISTER)
def leave(user_id: int) -> ResponseReturnValue:
    successor_id = row_id("successor")
    try:
        left = let_go(user_id, successor_id=successor_id, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(user_id, error.fields), error.status
    given = "" if left.is_nothing else " What they had in hand is with their colleague now."
    flash(f"Nobody can sign in as them any more.{given}")
    return redirect(url_for("admin_users.show", user_id=user_id), 303)


def _page(user_id: int, errors: dict[str, str]) -> str:
    session = db.session()
    user, left = user_of(session, user_id), unfinished_of(session, user_id)
    return render_template(
        "admin/users/leave.html",
        user=user,
        left=left,
        places=[row.name for row in neighbourhoods(session) if row.id in left.neighbourhood_ids],
        successors=[] if left.is_nothing else successors(session, left.neighbourhood_ids, instead_of=user_id),
        errors=errors,
    )
