"""Where administrators begin: every page of theirs, by what it is about."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from owl.accounts.permissions import Permission
from owl.web.access import permission_required

bp = Blueprint("admin_index", __name__)


@bp.get("/admin")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return render_template("admin/index.html")
