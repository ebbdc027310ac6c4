"""Signing in and out: password, second step, and setting it up the first time."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_security import current_user, login_user
from werkzeug import Response

from owl.accounts.identity import TOKEN, note_use
from owl.accounts.models import User
from owl.accounts.permissions import Permission, permissions_of
from owl.accounts.second_steps import show_secret
from owl.accounts.sessions import sign_out as end_session
from owl.accounts.signing_in import (
    SignedIn,
    begin_second_step,
    check_password,
    pass_second_step,
    pass_with_recovery_code,
)
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Expired
from owl.web.addresses import path_here
from owl.web.team.half_way import HalfWay, forget_half_way, half_way, keep_codes, remember_half_way
from owl.web.team.known_browsers import browser_name, is_known_to, make_known_to

bp = Blueprint("team_signing_in", __name__, url_prefix="/team")

HOME = "/team"
WATCHES = "/watches"  # of coordinators, who have no other page


@bp.errorhandler(Expired)
def begin_again(error: Expired) -> ResponseReturnValue:
    forget_half_way()
    flash(error.sentence, "important")
    return redirect("/team/sign-in", 303)


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    next_path = path_here(request.args.get("next"), otherwise=HOME)
    if current_user.is_authenticated:
        return redirect(next_path, 303)
    return render_template("team/account/sign_in.html", email="", next_path=next_path, errors={})


@bp.post("/sign-in")
def send_password() -> ResponseReturnValue:
    email, password = request.form.get("email", ""), request.form.get("password", "")
    next_path = path_here(request.form.get("next"), otherwise=HOME)
    try:
        first = check_password(email, password, known_browser=is_known_to(email), now=utc_now())
    except BadInput as error:
        page = render_template("team/account/sign_in.html", email=email, next_path=next_path, errors=error.fields)
        return page, error.status
    session.clear()
    remember_half_way(
        uniquifier=first.uniquifier, email=first.email, next_path=next_path, sets_up=not first.has_second_step
    )
    return redirect("/team/second-step" if first.has_second_step else "/team/second-step/set-up", 303)


@bp.get("/second-step")
def second_step() -> ResponseReturnValue:
    half_way()
    return render_template("team/account/second_step.html", errors={})


@bp.post("/second-step")
def send_code() -> ResponseReturnValue:
    who = half_way()
    try:
        signed_in = pass_second_step(
            who.uniquifier, request.form.get("code", ""), browser=browser_name(), now=utc_now()
        )
    except BadInput as error:
        return render_template("team/account/second_step.html", errors=error.fields), error.status
    return _go_in(who, signed_in)


@bp.get("/second-step/recovery-code")
def recovery_code() -> ResponseReturnValue:
    half_way()
    return render_template("team/account/recovery_code.html", errors={})


@bp.post("/second-step/recovery-code")
def send_recovery_code() -> ResponseReturnValue:
    who = half_way()
    try:
        signed_in = pass_with_recovery_code(
            who.uniquifier, request.form.get("code", ""), browser=browser_name(), now=utc_now()
        )
    except BadInput as error:
        return render_template("team/account/recovery_code.html", errors=error.fields), error.status
    return _go_in(who, signed_in)


@bp.get("/second-step/set-up")
def set_up() -> ResponseReturnValue:
    return _show_set_up(half_way(), {})


@bp.post("/second-step/set-up")
def send_first_code() -> ResponseReturnValue:
    who = half_way()
    try:
        signed_in, codes = begin_second_step(
            who.uniquifier, who.new_secret, request.form.get("code", ""), browser=browser_name(), now=utc_now()
        )
    except BadInput as error:
        return _show_set_up(who, error.fields), error.status
    response = _go_in(who, signed_in, to="/team/recovery-codes")
    keep_codes(codes)
    return response


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    end_session(session.get(TOKEN, ""))
    session.clear()
    flash("You have signed out.")
    return redirect("/team/sign-in", 303)


def _show_set_up(who: HalfWay, errors: dict[str, str]) -> str:
    shown = show_secret(who.new_secret, email=who.email)
    return render_template("team/account/set_up.html", shown=shown, errors=errors, action="/team/second-step/set-up")


def _go_in(who: HalfWay, signed_in: SignedIn, *, to: str | None = None) -> Response:
    session.clear()  # a new session: nothing that was planted before stays
    user = db.session.get_one(User, signed_in.user_id)
    login_user(user)
    session[TOKEN] = signed_in.token
    note_use(utc_now())
    runs_watches = Permission.READ not in permissions_of(user)
    response = redirect(to or (WATCHES if runs_watches and who.next == HOME else who.next), 303)
    make_known_to(response, signed_in.email)
    return response
