"""How long anything is kept, and what each night has deleted. Looks, and changes nothing."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from owl.accounts.permissions import Permission
from owl.foundation.database import db
from owl.rights.night import nights
from owl.rights.rules import RULES
from owl.web.access import permission_required

bp = Blueprint("admin_retention", __name__)


@bp.get("/admin/retention")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return render_template("admin/retention.html", rules=RULES, nights=nights(db.session()))
