"""How OWL itself is, for administrators: what `owl doctor` says, on a page. Looks, and changes nothing."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.health.doctor import examine
from owl.health.findings import State, state_of
from owl.web.access import permission_required

bp = Blueprint("admin_health", __name__)


@bp.get("/admin/health")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    now = utc_now()
    findings = examine(settings(), now=now)
    by_state = {state: [one for one in findings if one.state is state] for state in State}
    return render_template(
        "admin/health.html",
        now=now,
        state=state_of(findings),
        amiss=by_state[State.WRONG] + by_state[State.WARN],
        fine=by_state[State.OK],
    )
