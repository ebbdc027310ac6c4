"""One's own account: name and rank, password, second step, recovery codes, signed-in browsers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.identity import TOKEN
from owl.accounts.own_account import change_password, change_second_step, confirm_password, renew_recovery_codes
from owl.accounts.second_steps import show_secret
from owl.accounts.sessions import sessions_of, sign_out_elsewhere
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Expired
from owl.web.access import sign_in_required
from owl.web.team.half_way import drop_codes, forget_half_way, half_way, keep_codes, kept_codes, remember_half_way

bp = Blueprint("team_profile", __name__, url_prefix="/team")

PROFILE = "/team/profile"


@bp.errorhandler(Expired)
def begin_again(_: Expired) -> ResponseReturnValue:
    forget_half_way()
    flash("That took longer than ten minutes. Please begin again.", "important")
    return redirect(PROFILE, 303)


@bp.get("/profile")
@sign_in_required
def profile() -> ResponseReturnValue:
    sessions = sessions_of(db.session(), current_user.id, token=session.get(TOKEN, ""), now=utc_now())
    codes_left = len(current_user.mf_recovery_codes or ())
    return render_template("team/account/profile.html", sessions=sessions, codes_left=codes_left)


@bp.get("/profile/password")
@sign_in_required
def password() -> ResponseReturnValue:
    return render_template("team/account/password.html", errors={})


@bp.post("/profile/password")
@sign_in_required
def save_password() -> ResponseReturnValue:
    form = request.form
    try:
        change_password(
            current_user.id, current=form.get("current", ""), new=form.get("password", ""),
            token=session.get(TOKEN, ""), now=utc_now(),
        )  # fmt: skip
    except BadInput as error:
        return render_template("team/account/password.html", errors=error.fields), error.status
    flash("Your password is changed. You are signed out everywhere else.")
    return redirect(PROFILE, 303)


@bp.get("/profile/second-step")
@sign_in_required
def second_step() -> ResponseReturnValue:
    return _ask_password("second-step", {})


@bp.post("/profile/second-step")
@sign_in_required
def begin_second_step() -> ResponseReturnValue:
    try:
        confirm_password(current_user.id, request.form.get("password", ""), field="password", now=utc_now())
    except BadInput as error:
        return _ask_password("second-step", error.fields), error.status
    remember_half_way(uniquifier=current_user.fs_uniquifier, email=current_user.email, next_path=PROFILE, sets_up=True)
    return redirect("/team/profile/second-step/set-up", 303)


@bp.get("/profile/second-step/set-up")
@sign_in_required
def set_up() -> ResponseReturnValue:
    return _show_set_up({})


@bp.post("/profile/second-step/set-up")
@sign_in_required
def save_second_step() -> ResponseReturnValue:
    secret, code = half_way().new_secret, request.form.get("code", "")
    try:
        codes = change_second_step(current_user.id, secret, code, token=session.get(TOKEN, ""), now=utc_now())
    except BadInput as error:
        return _show_set_up(error.fields), error.status
    forget_half_way()
    keep_codes(codes)
    return redirect("/team/recovery-codes", 303)


@bp.get("/profile/recovery-codes")
@sign_in_required
def recovery_codes() -> ResponseReturnValue:
    return _ask_password("recovery-codes", {})


@bp.post("/profile/recovery-codes")
@sign_in_required
def renew_codes() -> ResponseReturnValue:
    try:
        codes = renew_recovery_codes(current_user.id, password=request.form.get("password", ""), now=utc_now())
    except BadInput as error:
        return _ask_password("recovery-codes", error.fields), error.status
    keep_codes(codes)
    return redirect("/team/recovery-codes", 303)


@bp.get("/recovery-codes")
@sign_in_required
def show_codes() -> ResponseReturnValue:
    codes = kept_codes()
    return render_template("team/account/recovery_codes.html", codes=codes) if codes else redirect(PROFILE, 303)


@bp.post("/recovery-codes")
@sign_in_required
def codes_are_kept() -> ResponseReturnValue:
    drop_codes()
    flash("Your second step is ready.")
    return redirect("/team", 303)


@bp.post("/profile/sign-out-elsewhere")
@sign_in_required
def leave_elsewhere() -> ResponseReturnValue:
    ended = sign_out_elsewhere(current_user.id, token=session.get(TOKEN, ""))
    flash(f"Signed out of {ended} other browser{'' if ended == 1 else 's'}.")
    return redirect(PROFILE, 303)


def _ask_password(purpose: str, errors: dict[str, str]) -> str:
    return render_template("team/account/confirm_password.html", purpose=purpose, errors=errors)


def _show_set_up(errors: dict[str, str]) -> str:
    who = half_way()
    shown = show_secret(who.new_secret, email=who.email)
    return render_template(
        "team/account/set_up.html", shown=shown, errors=errors, action="/team/profile/second-step/set-up"
    )
