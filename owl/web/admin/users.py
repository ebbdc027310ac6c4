"""Those who sign in: found, added, changed, let in again. The verbs check who may."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.changing_users import change_access, rename_user, reset_user
from owl.accounts.listing_users import State, UserPage, users_named, users_page
from owl.accounts.models import RoleName
from owl.accounts.permissions import Permission
from owl.accounts.users import UserRow, add_user, user_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.geography.queries import districts, neighbourhoods
from owl.web.access import permission_required

bp = Blueprint("admin_users", __name__, url_prefix="/admin/users")

PERSON = ("email", "name", "rank", "role")  # fields of the form
ID = "<int:user_id>"
RANDOM_BYTES = 15  # of a first password


@bp.get("")
@permission_required(Permission.ADMINISTER)
def index() -> ResponseReturnValue:
    state, role = request.args.get("state", ""), request.args.get("role", "")
    chosen = State(state) if state in set(State) else State.ACTIVE
    of_role = RoleName(role) if role in set(RoleName) else None
    page = request.args.get("page", 1, type=int)
    return _list(users_page(db.session(), state=chosen, role=of_role, page=page), state=chosen, role=of_role)


@bp.post("/find")
@permission_required(Permission.ADMINISTER)
def find() -> ResponseReturnValue:
    """By POST, so that nobody's name or address comes into the address of a page."""
    words = request.form.get("words", "")[:100]
    return _list(users_named(db.session(), words), words=words)


@bp.get("/new")
@permission_required(Permission.ADMINISTER)
def new() -> ResponseReturnValue:
    return _new_page({}, dict.fromkeys(PERSON, "") | {"role": RoleName.OFFICER.value}, [])


@bp.post("/new")
@permission_required(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    typed, areas = {name: request.form.get(name, "") for name in PERSON}, request.form.getlist("areas")
    password = secrets.token_urlsafe(RANDOM_BYTES)
    try:
        user_id = add_user(
            email=typed["email"], name=typed["name"], rank=typed["rank"], password=password,
            role=_role(), areas=areas, now=utc_now(), actor_id=current_user.id,
        )  # fmt: skip
    except BadInput as error:
        return _new_page(error.fields, typed, areas), error.status
    except Conflict as error:
        return _new_page({"email": error.sentence}, typed, areas), error.status
    return _password_page(user_id, password)


@bp.get(f"/{ID}")
@permission_required(Permission.ADMINISTER)
def show(user_id: int) -> ResponseReturnValue:
    return _user_page(user_id, {})


@bp.post(f"/{ID}/name")
@permission_required(Permission.ADMINISTER)
def rename(user_id: int) -> ResponseReturnValue:
    name, rank = request.form.get("name", ""), request.form.get("rank", "")
    try:
        rename_user(user_id, name=name, rank=rank, now=utc_now(), actor_id=current_user.id)
    except BadInput as error:
        return _user_page(user_id, error.fields, name=name, rank=rank), error.status
    flash("Saved. From now on colleagues and residents read this name.")
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post(f"/{ID}/access")
@permission_required(Permission.ADMINISTER)
def save_access(user_id: int) -> ResponseReturnValue:
    areas = request.form.getlist("areas")
    try:
        change_access(user_id, role=_role(), areas=areas, now=utc_now(), actor_id=current_user.id)
    except BadInput as error:
        role = request.form.get("role", "")
        return _user_page(user_id, error.fields, role=role, areas=areas), error.status
    flash("Saved. They are signed out everywhere and have the new access when they sign in again.")
    return redirect(url_for(".show", user_id=user_id), 303)


@bp.post(f"/{ID}/reset")
@permission_required(Permission.ADMINISTER)
def reset(user_id: int) -> ResponseReturnValue:
    password = secrets.token_urlsafe(RANDOM_BYTES)
    reset_user(user_id, password=password, now=utc_now(), actor_id=current_user.id)
    return _password_page(user_id, password)


def _role() -> RoleName:
    role = request.form.get("role", "")
    if role not in set(RoleName):
        raise BadInput({"role": "Choose what they are employed as."})
    return RoleName(role)


def _list(page: UserPage, state: State | None = None, role: RoleName | None = None, words: str = "") -> str:
    session = db.session()
    names = {row.code: row.name for row in districts(session)} | {row.id: row.name for row in neighbourhoods(session)}
    return render_template(
        "admin/users/index.html",
        page=page, state=state, states=State, role=role, roles=RoleName, words=words, area_names=names,
    )  # fmt: skip


def _new_page(errors: dict[str, str], typed: dict[str, str], areas: list[str]) -> str:
    return render_template("admin/users/new.html", errors=errors, typed=typed, areas=areas, **_choices())


def _user_page(user_id: int, errors: dict[str, str], **typed: object) -> str:
    user: UserRow = user_of(db.session(), user_id)
    shown = {"name": user.name, "rank": user.rank, "role": next(iter(user.roles), ""), "areas": user.areas}
    return render_template(
        "admin/users/show.html",
        user=user, errors=errors, typed=shown | typed, is_own=user_id == current_user.id, **_choices(),
    )  # fmt: skip


def _password_page(user_id: int, password: str) -> str:
    """Shown once, in the answer to the press of a button; no browser keeps the page."""
    return render_template("admin/users/password.html", user=user_of(db.session(), user_id), password=password)


def _choices() -> dict[str, object]:
    session = db.session()
    listed = [
        (district, [one for one in neighbourhoods(session) if one.district_code == district.code])
        for district in districts(session)
    ]
    return {"roles": RoleName, "listed": listed}
