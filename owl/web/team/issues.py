"""One issue that residents raised: what the team decides about it, and what it did."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.colleagues import colleagues
from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.priorities.acting import issue_for
from owl.consultations.priorities.board import DraftRow, draft_of
from owl.consultations.priorities.deciding import draft_decision, raise_issue, throw_away
from owl.consultations.priorities.doing import take_words_out, write_update
from owl.consultations.priorities.freshness import LASTS, plus_months
from owl.consultations.priorities.history import SignedRow, history_of
from owl.consultations.priorities.models import Decision, RaisedIssue
from owl.consultations.priorities.queries import updates_of
from owl.consultations.priorities.wording import Typed
from owl.foundation.clock import london_day, utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.geography.queries import neighbourhood
from owl.replies.lists import entries
from owl.replies.ticket_models import ListName
from owl.web.access import permission_required
from owl.web.addresses import shown_version
from owl.web.conflicts import telling_of_conflicts

bp = Blueprint("team_issues", __name__, url_prefix="/team/priorities")

ID = "/issues/<int:issue_id>"


@bp.get("/<neighbourhood_id>/new")
@permission_required(Permission.CONSULT)
def new(neighbourhood_id: str) -> ResponseReturnValue:
    _check_here(neighbourhood_id)
    until = plus_months(london_day(utc_now()), LASTS).isoformat()
    return _form(neighbourhood_id, None, Typed(until=until, owner=str(current_user.id)), {})


@bp.post("/<neighbourhood_id>/new")
@permission_required(Permission.CONSULT)
def add(neighbourhood_id: str) -> ResponseReturnValue:
    _check_here(neighbourhood_id)
    typed = _typed()
    try:
        raise_issue(neighbourhood_id, typed, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _form(neighbourhood_id, None, typed, error.fields), error.status
    flash("Saved. Nobody outside the team sees it before an inspector has signed.")
    return redirect(url_for("team_priorities.show", neighbourhood_id=neighbourhood_id), 303)


@bp.get(ID)
@permission_required(Permission.READ)
def show(issue_id: int) -> ResponseReturnValue:
    return _show(issue_id, {})


@bp.get(f"{ID}/edit")
@permission_required(Permission.CONSULT)
def edit(issue_id: int) -> ResponseReturnValue:
    issue = _issue(issue_id)
    draft, before = draft_of(db.session(), issue_id), history_of(db.session(), issue_id)
    return _form(issue.neighbourhood_id, issue, _of(draft or (before[0] if before else None)), {}, draft=draft)


@bp.post(f"{ID}/edit")
@permission_required(Permission.CONSULT)
def change(issue_id: int) -> ResponseReturnValue:
    issue, typed, version = _issue(issue_id), _typed(), shown_version()
    draft = draft_of(db.session(), issue_id)
    try:
        draft_decision(issue_id, typed, version=version, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _form(issue.neighbourhood_id, issue, typed, error.fields, draft=draft, version=version), error.status
    except Conflict as error:
        fault = {"": f"{error.sentence} What you typed is still here."}
        return _form(issue.neighbourhood_id, issue, typed, fault, draft=draft, version=version), error.status
    flash("Saved. Residents see it once an inspector has signed.")
    return redirect(url_for("team_priorities.show", neighbourhood_id=issue.neighbourhood_id), 303)


@bp.post(f"{ID}/throw-away")
@permission_required(Permission.CONSULT)
def forget(issue_id: int) -> ResponseReturnValue:
    issue = _issue(issue_id)
    neighbourhood_id = issue.neighbourhood_id
    with telling_of_conflicts():
        throw_away(issue_id, version=shown_version(), actor_id=current_user.id, now=utc_now())
        flash("Thrown away.")
    return redirect(url_for("team_priorities.show", neighbourhood_id=neighbourhood_id), 303)


@bp.post(f"{ID}/updates")
@permission_required(Permission.CONSULT)
def tell(issue_id: int) -> ResponseReturnValue:
    _issue(issue_id)
    words, done_on = request.form.get("words", ""), request.form.get("done_on", "")
    try:
        write_update(issue_id, words, done_on, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _show(issue_id, error.fields, words=words, done_on=done_on), error.status
    except Conflict as error:
        return _show(issue_id, {"": error.sentence}, words=words, done_on=done_on), error.status
    flash("Published. Residents see what was done.")
    return redirect(url_for(".show", issue_id=issue_id), 303)


@bp.post(f"{ID}/take-out")
@permission_required(Permission.SIGN)
def take_out(issue_id: int) -> ResponseReturnValue:
    _issue(issue_id)
    kind, _, number = request.form.get("which", "").partition(":")
    value = int(number) if number.isdecimal() and len(number) < 10 else None
    of = {"update_id": value} if kind == "update" else {"number": value}
    because = request.form.get("because", "")
    try:
        if value is None:
            raise BadInput({"which": "Choose the words that must go."})
        take_words_out(issue_id, because=because, actor_id=current_user.id, now=utc_now(), **of)
    except BadInput as error:
        return _show(issue_id, error.fields, because=because), error.status
    except (Conflict, NotFound) as error:
        return _show(issue_id, {"which": error.sentence}, because=because), error.status
    flash("Taken out. The reason stands in their place.")
    return redirect(url_for(".show", issue_id=issue_id), 303)


def _show(issue_id: int, errors: dict[str, str], *, words: str = "", done_on: str = "", because: str = "") -> str:
    session, may, issue = db.session(), permissions_of(current_user), _issue(issue_id)
    draft, before = draft_of(session, issue_id), history_of(session, issue_id)
    return render_template(
        "team/priorities/issue.html",
        issue=issue,
        neighbourhood=neighbourhood(session, issue.neighbourhood_id).name,
        name=(before[0].issue if before else draft.issue if draft else "") or "An issue whose words were taken out",
        draft=draft,
        history=before,
        updates=updates_of(session, [issue_id]).get(issue_id, ()),
        may_decide=Permission.CONSULT in may,
        may_sign=Permission.SIGN in may,
        errors=errors,
        words=words,
        done_on=done_on or london_day(utc_now()).isoformat(),
        because=because,
    )


def _form(
    neighbourhood_id: str, issue: RaisedIssue | None, typed: Typed, errors: dict[str, str], *,
    draft: DraftRow | None = None, version: int | None = None,
) -> str:  # fmt: skip
    session = db.session()
    before = history_of(session, issue.id) if issue else []
    may_end = bool(before) and before[0].decision is Decision.CHOSEN
    return render_template(
        "team/priorities/form.html",
        issue=issue,
        draft=draft,
        version=(draft.version if draft else 0) if version is None else version,
        neighbourhood=neighbourhood(session, neighbourhood_id),
        typed=typed,
        errors=errors,
        decisions=[one for one in Decision if one is not Decision.ENDED or may_end],
        owners=colleagues(session, [neighbourhood_id], Permission.CONSULT, now=utc_now()),
        bodies=entries(session, ListName.BODIES),
        signed=bool(before),
    )


def _of(row: DraftRow | SignedRow | None) -> Typed:
    """What the form begins with."""
    until = plus_months(london_day(utc_now()), LASTS)
    if row is None:
        return Typed(until=until.isoformat())
    return Typed(
        row.issue, row.decision.value if row.decision else "", row.reason, row.evidence, row.action,
        row.passed_to or "", str(row.owner_id or ""), (row.until or until).isoformat(),
    )  # fmt: skip


def _typed() -> Typed:
    form = request.form
    return Typed(
        form.get("issue", ""), form.get("decision", ""), form.get("reason", ""), form.get("evidence", ""),
        form.get("action", ""), form.get("passed_to", ""), form.get("owner", ""), form.get("until", ""),
    )  # fmt: skip


def _issue(issue_id: int) -> RaisedIssue:
    return issue_for(db.session(), issue_id, user_id=current_user.id)


def _check_here(neighbourhood_id: str) -> None:
    if neighbourhood_id not in areas_of(db.session(), current_user.id):
        raise NotFound("There is no such neighbourhood, or it is not in your areas.")
