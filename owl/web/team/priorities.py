"""A team's priorities: all neighbourhoods, one of them, the signature under it, and the look half-way."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.priorities.board import BoardRow, board, drafts_in
from owl.consultations.priorities.doing import check_half_way
from owl.consultations.priorities.freshness import Age, check_due_on, stale_on
from owl.consultations.priorities.queries import published_priorities
from owl.consultations.priorities.raising import raise_from_results, to_be_raised
from owl.consultations.priorities.signing import ask_for_signature, return_decisions, sign_decisions
from owl.consultations.priorities.telling import to_tell
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.web.access import permission_required
from owl.web.addresses import row_id
from owl.web.conflicts import telling_of_conflicts

bp = Blueprint("team_priorities", __name__, url_prefix="/team/priorities")

HERE = "/<neighbourhood_id>"


@bp.get("")
@permission_required(Permission.READ)
def index() -> ResponseReturnValue:
    session = db.session()
    rows = board(session, areas_of(session, current_user.id), utc_now())
    return render_template(
        "team/priorities/index.html",
        rows=sorted(rows, key=lambda row: not row.needs_somebody),  # what waits for a person first
        stale_on=stale_on,
    )


@bp.get(HERE)
@permission_required(Permission.READ)
def show(neighbourhood_id: str) -> ResponseReturnValue:
    row = _row(neighbourhood_id)
    session, may = db.session(), permissions_of(current_user)
    drafts = drafts_in(session, neighbourhood_id)
    return render_template(
        "team/priorities/show.html",
        row=row,
        published=published_priorities(session, neighbourhood_id),
        drafts=[draft for draft in drafts if draft.asked_at is None],
        to_sign=[draft for draft in drafts if draft.asked_at is not None],
        due_on=check_due_on(row.fresh_at) if row.fresh_at else None,
        stale_on=stale_on(row.fresh_at) if row.fresh_at else None,
        grows_old=row.age not in {Age.NONE, Age.FRESH},
        to_raise=to_be_raised(session, neighbourhood_id),
        to_tell=to_tell(session, neighbourhood_id) if Permission.COMPOSE in may else [],
        may_decide=Permission.CONSULT in may,
        may_sign=Permission.SIGN in may,
    )


@bp.post(f"{HERE}/ask")
@permission_required(Permission.CONSULT)
def ask(neighbourhood_id: str) -> ResponseReturnValue:
    _row(neighbourhood_id)
    with telling_of_conflicts():
        count = ask_for_signature(neighbourhood_id, actor_id=current_user.id, now=utc_now())
        flash(f"Asked. The inspectors of this neighbourhood have a mail: {_decisions(count)} to sign.")
    return _to(neighbourhood_id)


@bp.post(f"{HERE}/from-results")
@permission_required(Permission.CONSULT)
def take_up(neighbourhood_id: str) -> ResponseReturnValue:
    _row(neighbourhood_id)
    consultation_id = row_id("consultation") or 0
    with telling_of_conflicts():
        count = raise_from_results(consultation_id, neighbourhood_id, actor_id=current_user.id, now=utc_now())
        flash(f"Taken up: {'one issue' if count == 1 else f'{count} issues'}. Decide about each of them.")
    return _to(neighbourhood_id)


@bp.get(f"{HERE}/sign")
@permission_required(Permission.SIGN)
def read(neighbourhood_id: str) -> ResponseReturnValue:
    return _sign(neighbourhood_id, {})


@bp.post(f"{HERE}/sign")
@permission_required(Permission.SIGN)
def sign(neighbourhood_id: str) -> ResponseReturnValue:
    _row(neighbourhood_id)
    shown = _numbers("issue")
    try:
        count = sign_decisions(neighbourhood_id, shown, inspector_id=current_user.id, now=utc_now())
    except Conflict as error:
        flash(error.sentence, "important")
        return redirect(url_for(".read", neighbourhood_id=neighbourhood_id), 303)
    flash(f"Signed: {_decisions(count)}. Residents read it from now on.")
    return _to(neighbourhood_id)


@bp.post(f"{HERE}/return")
@permission_required(Permission.SIGN)
def give_back(neighbourhood_id: str) -> ResponseReturnValue:
    _row(neighbourhood_id)
    reason = request.form.get("reason", "")
    try:
        with telling_of_conflicts():
            return_decisions(neighbourhood_id, reason=reason, inspector_id=current_user.id, now=utc_now())
            flash("Returned. Those who wrote it have a mail.")
    except BadInput as error:
        return _sign(neighbourhood_id, error.fields, reason=reason), error.status
    return _to(neighbourhood_id)


@bp.get(f"{HERE}/check")
@permission_required(Permission.CONSULT)
def look(neighbourhood_id: str) -> ResponseReturnValue:
    return _check(neighbourhood_id, {})


@bp.post(f"{HERE}/check")
@permission_required(Permission.CONSULT)
def check(neighbourhood_id: str) -> ResponseReturnValue:
    _row(neighbourhood_id)
    issues = [name for name in request.form if name.startswith("words-")]
    words = {int(name[6:]): request.form[name] for name in issues if name[6:].isdecimal() and len(name) < 16}
    try:
        check_half_way(neighbourhood_id, words, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _check(neighbourhood_id, error.fields, words=words), error.status
    except Conflict as error:
        return _check(neighbourhood_id, {"": error.sentence}, words=words), error.status
    flash("Checked. Residents see what was done, and that you stand by it.")
    return _to(neighbourhood_id)


def _sign(neighbourhood_id: str, errors: dict[str, str], *, reason: str = "") -> str:
    row = _row(neighbourhood_id)
    waits = [draft for draft in drafts_in(db.session(), neighbourhood_id) if draft.asked_at is not None]
    return render_template(
        "team/priorities/sign.html",
        row=row,
        drafts=waits,
        own=any(current_user.id in draft.writer_ids for draft in waits),
        errors=errors,
        reason=reason,
    )


def _check(neighbourhood_id: str, errors: dict[str, str], *, words: dict[int, str] | None = None) -> str:
    row = _row(neighbourhood_id)
    published = published_priorities(db.session(), neighbourhood_id)
    return render_template(
        "team/priorities/check.html", row=row, chosen=published.chosen, words=words or {}, errors=errors
    )


def _row(neighbourhood_id: str) -> BoardRow:
    """The neighbourhood, which is the user's. Raises NotFound or Refused."""
    session = db.session()
    if neighbourhood_id not in areas_of(session, current_user.id):
        raise NotFound("There is no such neighbourhood, or it is not in your areas.")
    if current_user.training and request.method == "POST":
        raise Refused("You are in training: nothing is changed here, as residents would see it.")
    [row] = board(session, [neighbourhood_id], utc_now())
    return row


def _numbers(field: str) -> dict[int, int]:
    """Versions by issue, from values like "12:3"."""
    pairs = [value.partition(":") for value in request.form.getlist(field)]
    numbers = [(one, two) for one, _, two in pairs if one.isdecimal() and two.isdecimal()]
    return {int(one): int(two) for one, two in numbers if len(one) < 10 and len(two) < 10}


def _decisions(count: int) -> str:
    return "one decision" if count == 1 else f"{count} decisions"


def _to(neighbourhood_id: str) -> ResponseReturnValue:
    return redirect(url_for(".show", neighbourhood_id=neighbourhood_id), 303)
