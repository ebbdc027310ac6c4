"""The audit: who did what, when. Searched and saved, never changed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.audit_search import (
    ON_A_PAGE,
    REFUSALS,
    Wanted,
    actors_known,
    acts_known,
    export_audit,
    search_audit,
    subjects_known,
)
from owl.accounts.permissions import Permission
from owl.foundation.clock import LONDON, utc_now
from owl.foundation.database import db
from owl.web.access import permission_required

bp = Blueprint("admin_audit", __name__, url_prefix="/admin/audit")

FIELDS = ("actor", "act", "subject", "subject_id", "since", "until")
LARGEST = 2**63 - 1  # of PostgreSQL's bigint
LAST_YEAR = 2200  # days after it have no midnight in every time zone


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    session, errors = db.session(), dict[str, str]()
    wanted = _wanted(errors)
    rows = search_audit(session, wanted, before=_number("before"), limit=ON_A_PAGE + 1)
    html = render_template(
        "admin/audit.html",
        rows=rows[:ON_A_PAGE], has_older=len(rows) > ON_A_PAGE, wanted=wanted, errors=errors, refusals=REFUSALS,
        typed={name: request.args.get(name, "") for name in FIELDS},
        kept={name: request.args[name] for name in FIELDS if request.args.get(name)},
        actors=actors_known(session), acts=acts_known(session), subjects=subjects_known(session),
    )  # fmt: skip
    return html, 400 if errors else 200


@bp.post("/export")
@permission_required(Permission.ADMINISTER)
def export() -> ResponseReturnValue:
    lines = export_audit(_wanted({}), actor_id=current_user.id, now=utc_now())
    response = Response(stream_with_context(line.encode() for line in lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _wanted(errors: dict[str, str]) -> Wanted:
    """What the form or the link asks for; a day that is none is said in `errors`."""
    until = _day("until", errors)
    return Wanted(
        actor_id=_number("actor"),
        act=request.values.get("act") or None,
        subject=request.values.get("subject") or None,
        subject_id=_number("subject_id"),
        since=_midnight(_day("since", errors)),
        until=_midnight(until + timedelta(days=1) if until else None),
    )


def _number(name: str) -> int | None:
    number = request.values.get(name, type=int)
    return number if number is not None and 0 <= number <= LARGEST else None


def _day(name: str, errors: dict[str, str]) -> date | None:
    typed = request.values.get(name, "").strip()
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        day = date.max
    if day is not None and not 1900 < day.year < LAST_YEAR:
        errors[name] = "Enter a day like 2026-11-22."
        return None
    return day


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), LONDON) if day else None
