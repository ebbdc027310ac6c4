"""What a subscriber gets, for which home, and from when on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import show_date, utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.geography.errors import UnknownPostcode
from owl.geography.queries import neighbourhoods, place_by_hand, place_of
from owl.households.choices import CHOICES
from owl.households.pausing import end_pause, pause_messages
from owl.households.preferences import choose_kinds, move_home, remove_home
from owl.households.queries import HomeRow
from owl.web.public.my_session import ask_for_a_link_again, my, owner

bp = Blueprint("my_choices", __name__, url_prefix="/my")
ask_for_a_link_again(bp)

NOTHING: Mapping[str, str] = {}


@bp.get("/homes/<int:subscription_id>")
def home(subscription_id: int) -> ResponseReturnValue:
    found = my().home(subscription_id)
    return _ask_home(found, {"postcode": found.postcode, "house": found.house or ""}, NOTHING)


@bp.post("/homes/<int:subscription_id>")
def move(subscription_id: int) -> ResponseReturnValue:
    before = my().home(subscription_id)
    typed = {field: request.form.get(field, "") for field in ("postcode", "house")}
    chosen = request.form.get("neighbourhood")
    try:
        if chosen is None:
            place = place_of(db.session(), typed["postcode"])
        else:
            place = place_by_hand(db.session(), typed["postcode"], chosen)
        move_home(owner(), subscription_id, place=place, house=typed["house"], now=utc_now())
    except BadInput as error:
        choose = isinstance(error, UnknownPostcode) or "neighbourhood" in error.fields
        return _ask_home(before, typed, error.fields, choose=choose), error.status
    flash(f"Saved. Your home is now at {place.postcode}, {place.neighbourhood_name}.")
    return redirect(url_for("preferences.begin"), 303)


@bp.post("/homes/<int:subscription_id>/remove")
def remove(subscription_id: int) -> ResponseReturnValue:
    gone = my().home(subscription_id)
    try:
        remove_home(owner(), subscription_id)
    except Conflict as refusal:
        flash(refusal.sentence, "important")
    else:
        flash(f"Saved. We send you nothing more for {gone.postcode}.")
    return redirect(url_for("preferences.begin"), 303)


@bp.get("/kinds/<int:subscription_id>")
def kinds(subscription_id: int) -> ResponseReturnValue:
    found = my().home(subscription_id)
    return _ask_kinds(found, found.kinds, NOTHING)


@bp.post("/kinds/<int:subscription_id>")
def keep_kinds(subscription_id: int) -> ResponseReturnValue:
    found = my().home(subscription_id)
    chosen = request.form.getlist("kinds")
    try:
        kept = choose_kinds(owner(), subscription_id, kinds=chosen)
    except BadInput as error:
        return _ask_kinds(found, chosen, error.fields), error.status
    flash(f"Saved. You get: {', '.join(kind.label.lower() for kind in kept)}.")
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
    flash(f"Saved. We send you nothing before {show_date(until)}.")
    return redirect(url_for("preferences.begin"), 303)


@bp.post("/resume")
def resume() -> ResponseReturnValue:
    end_pause(owner())
    flash("Saved. You get messages again from now on.")
    return redirect(url_for("preferences.begin"), 303)


def _ask_home(home: HomeRow, typed: Mapping[str, str], errors: Mapping[str, str], *, choose: bool = False) -> str:
    by_district = groupby(neighbourhoods(db.session()), key=lambda row: row.district_name)
    choices = [(district, list(rows)) for district, rows in by_district] if choose else []
    others = len(my().homes) - 1
    return render_template("public/my/home.html", home=home, typed=typed, errors=errors, choices=choices, others=others)


def _ask_kinds(home: HomeRow, chosen: Collection[str], errors: Mapping[str, str]) -> str:
    return render_template("public/my/kinds.html", home=home, kinds=CHOICES, chosen=chosen, errors=errors)


def _ask_day(typed: Mapping[str, str], paused: bool, errors: Mapping[str, str]) -> str:  # noqa: FBT001
    return render_template("public/my/pause.html", typed=typed, paused=paused, errors=errors)
