"""What a subscriber gets, and from when on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import show_date, utc_now
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.households.choices import CHOICES
from owl.households.pausing import end_pause, pause_messages
from owl.households.preferences import choose_kinds
from owl.households.queries import HomeRow
from owl.web.public.my_session import ask_for_a_link_again, my, owner

bp = Blueprint("my_choices", __name__, url_prefix="/my")
ask_for_a_link_again(bp)

NOTHING: Mapping[str, str] = {}


@bp.get("/kinds/<int:subscription_id>")
def kinds(subscription_id: int) -> ResponseReturnValue:
    found = my().home(subscription_id)
    return _ask_kinds(found, found.kinds, NOTHING)


@bp.post("/kinds/<int:subscription_id>")
def keep_kinds(subscription_id: int) -> ResponseReturnValue:
    found = my().home(subscription_id)
    chosen = request.form.getlist("kinds")
    try:
        kept = choose_kinds(owner(), subscription_id, kinds=chosen, now=utc_now())
    except BadInput as error:
        return _ask_kinds(found, chosen, error.fields), error.status
    flash(gettext("Saved. You get: %(kinds)s.", kinds=", ".join(kind.label.lower() for kind in kept)))
    return redirect(url_for("preferences.begin"), 303)


@bp.get("/pause")
def pause() -> ResponseReturnValue:
    return _ask_day({}, my().paused_until is not None, NOTHING)


@bp.post("/pause")
def keep_pause() -> ResponseReturnValue:
    typed = {part: request.form.get(f"until-{part}", "") for part in ("day", "month", "year")}
    paused = my().paused_until is not None
    try:
        until = pause_messages(owner(), typed=typed, now=utc_now())
    except BadInput as error:
        return _ask_day(typed, paused, error.fields), error.status
    flash(gettext("Saved. We send you nothing before %(until)s.", until=show_date(until)))
    return redirect(url_for("preferences.begin"), 303)


@bp.post("/resume")
def resume() -> ResponseReturnValue:
    end_pause(owner())
    flash(gettext("Saved. You get messages again from now on."))
    return redirect(url_for("preferences.begin"), 303)


def _ask_kinds(home: HomeRow, chosen: Collection[str], errors: Mapping[str, str]) -> str:
    return render_template("public/my/kinds.html", home=home, kinds=CHOICES, chosen=chosen, errors=errors)


def _ask_day(typed: Mapping[str, str], paused: bool, errors: Mapping[str, str]) -> str:  # noqa: FBT001
    return render_template("public/my/pause.html", typed=typed, paused=paused, errors=errors)
