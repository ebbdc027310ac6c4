"""Partners, on whose behalf teams may write: who they are, how many ticked them, and their beginning and end."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.households.partners import add_partner, end_partnership, listed_partners
from owl.web.access import permission_required

bp = Blueprint("admin_partners", __name__, url_prefix="/admin/partners")

ID = "<int:partner_id>"


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return _page({})


@bp.post("")
@permission_required(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    name, purpose = request.form.get("name", ""), request.form.get("purpose", "")
    try:
        add_partner(name=name, purpose=purpose, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(error.fields, name, purpose), error.status
    except Conflict as error:
        return _page({"name": error.sentence}, name, purpose), error.status
    flash("Added. Residents can tick it from now on; until then nobody gets its messages.")
    return redirect(url_for(".show"), 303)


@bp.post(f"/{ID}/end")
@permission_required(Permission.ADMINISTER)
def end(partner_id: int) -> ResponseReturnValue:
    end_partnership(partner_id, actor_id=current_user.id, now=utc_now())
    flash("Ended. Nobody can write on its behalf any more, and nobody can tick it.")
    return redirect(url_for(".show"), 303)


def _page(errors: dict[str, str], name: str = "", purpose: str = "") -> str:
    partners = listed_partners(db.session())
    return render_template("admin/partners.html", partners=partners, errors=errors, name=name, purpose=purpose)
