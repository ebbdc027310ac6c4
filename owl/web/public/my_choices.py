"""From when on a subscriber gets messages again."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import show_date, utc_now
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.households.pausing import end_pause, pause_messages
from owl.web.public.my_session import ask_for_a_link_again, my, owner

bp = Blueprint("my_choices", __name__, url_prefix="/my")
ask_for_a_link_again(bp)

NOTHING: Mapping[str, str] = {}


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


def _ask_day(typed: Mapping[str, str], paused: bool, errors: Mapping[str, str]) -> str:  # noqa: FBT001
    return render_template("public/my/pause.html", typed=typed, paused=paused, errors=errors)
