"""Teams as residents see them: name, address, and named officers with a face and a way to reach them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.audit_search import actors_known
from owl.accounts.ceilings import set_text_ceiling
from owl.accounts.officers import TypedOfficer, add_officer, change_officer, officers_of, remove_officer, save_team
from owl.accounts.permissions import Permission
from owl.accounts.teams import all_teams, team_numbered
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.geography.queries import neighbourhoods
from owl.messages.text_ceilings import spent_pence
from owl.web.access import permission_required
from owl.web.addresses import row_id

bp = Blueprint("admin_teams", __name__, url_prefix="/admin/teams")

ID = "<int:team_id>"
OFFICER = f"{ID}/officers/<int:officer_id>"
FIELDS = ("name", "rank", "email", "phone")


@bp.get("")
@permission_required(Permission.ADMINISTER)
def index() -> ResponseReturnValue:
    teams = {team.neighbourhood_id: team for team in all_teams(db.session())}
    rows = [(place, teams[place.id]) for place in neighbourhoods(db.session()) if place.id in teams]
    return render_template("admin/teams/index.html", rows=rows)


@bp.get(f"/{ID}")
@permission_required(Permission.ADMINISTER)
def show(team_id: int) -> ResponseReturnValue:
    return _page(team_id, {})


@bp.post(f"/{ID}")
@permission_required(Permission.ADMINISTER)
def save(team_id: int) -> ResponseReturnValue:
    name, email = request.form.get("name", ""), request.form.get("email", "")
    try:
        save_team(team_id, name=name, email=email, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        faults = {f"team_{field}": sentence for field, sentence in error.fields.items()}
        return _page(team_id, faults, team={"name": name, "email": email}), error.status
    return _done(team_id, "Saved. Residents see it at once.")


@bp.post(f"/{ID}/texts")
@permission_required(Permission.ADMINISTER)
def limit(team_id: int) -> ResponseReturnValue:
    try:
        set_text_ceiling(team_id, request.form.get("pounds", ""), actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(team_id, error.fields), error.status
    return _done(team_id, "Saved. It holds from now on.")


@bp.post(f"/{ID}/officers")
@permission_required(Permission.ADMINISTER)
def add(team_id: int) -> ResponseReturnValue:
    try:
        add_officer(team_id, _typed(), actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(team_id, error.fields), error.status
    return _done(team_id, "Added. Residents see them at once.")


@bp.post(f"/{OFFICER}")
@permission_required(Permission.ADMINISTER)
def change(team_id: int, officer_id: int) -> ResponseReturnValue:
    try:
        change_officer(officer_id, _typed(), actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(team_id, error.fields, editing=officer_id), error.status
    return _done(team_id, "Saved. Residents see it at once.")


@bp.get(f"/{OFFICER}")
@permission_required(Permission.ADMINISTER)
def edit(team_id: int, officer_id: int) -> ResponseReturnValue:
    return _page(team_id, {}, editing=officer_id)


@bp.post(f"/{OFFICER}/remove")
@permission_required(Permission.ADMINISTER)
def remove(team_id: int, officer_id: int) -> ResponseReturnValue:
    remove_officer(officer_id, actor_id=current_user.id, now=utc_now())
    return _done(team_id, "Taken off the page, with the photo.")


def _typed() -> TypedOfficer:
    file = request.files.get("photo")
    return TypedOfficer(
        **{name: request.form.get(name, "") for name in FIELDS},
        user_id=row_id("user"),
        photo=file.read() if file else b"",
    )


def _done(team_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for(".show", team_id=team_id), 303)


def _page(
    team_id: int, errors: dict[str, str], *, editing: int | None = None, team: dict[str, str] | None = None
) -> str:
    session = db.session()
    found, officers = team_numbered(session, team_id), officers_of(session, team_id)
    edited = next((one for one in officers if one.id == editing), None)
    kept = {name: getattr(edited, name, "") or "" for name in FIELDS}
    typed = {name: request.form.get(name, kept[name]) for name in FIELDS}
    return render_template(
        "admin/teams/show.html",
        team=found, pounds=request.form.get("pounds", found.texts_monthly_pounds),
        spent_pounds=spent_pence(session, found.neighbourhood_id, utc_now()) / 100,
        team_typed=team or {"name": found.name, "email": found.email}, officers=officers, edited=edited,
        typed=dict.fromkeys(FIELDS, "") if team else typed, errors=errors, users=actors_known(session),
        user_id=request.form.get("user", edited.user_id if edited else None, type=int),
    )  # fmt: skip
