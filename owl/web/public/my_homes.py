"""The homes that a subscriber gets messages for: one more, a move, one fewer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.geography.errors import UnknownPostcode
from owl.geography.queries import Place, neighbourhoods, place_by_hand, place_of
from owl.households.inviting import DeadInvitation, add_invited_home
from owl.households.own_homes import HaveThatHome, add_home, move_home, parse_tie, remove_home
from owl.households.queries import HomeRow
from owl.households.ties import Tie
from owl.web.conflicts import telling_of_conflicts
from owl.web.public.my_session import ask_for_a_link_again, my, owner

bp = Blueprint("my_homes", __name__, url_prefix="/my/homes")
ask_for_a_link_again(bp)

NOTHING: Mapping[str, str] = {}
FIELDS = ("tie", "postcode", "house")


@bp.get("/add")
def add() -> ResponseReturnValue:
    owner()
    return _ask(None, dict.fromkeys(FIELDS, ""), NOTHING)


@bp.post("/add")
def save_new() -> ResponseReturnValue:
    typed = _typed()
    try:
        with telling_of_conflicts():
            place = _place(typed["postcode"])
            add_home(owner(), place=place, house=typed["house"], tie=typed["tie"], now=utc_now())
            flash(
                gettext(
                    "Saved. You get messages for %(postcode)s, %(neighbourhood)s, too.",
                    postcode=place.postcode,
                    neighbourhood=place.neighbourhood_name,
                )
            )
    except BadInput as error:
        return _ask(None, typed, _tie_fault(typed) | error.fields, choose=_must_choose(error)), error.status
    return redirect(url_for("preferences.begin"), 303)


@bp.get("/<int:subscription_id>")
def home(subscription_id: int) -> ResponseReturnValue:
    found = my().home(subscription_id)
    return _ask(found, {"tie": found.tie.value, "postcode": found.postcode, "house": found.house or ""}, NOTHING)


@bp.post("/<int:subscription_id>")
def move(subscription_id: int) -> ResponseReturnValue:
    before, typed = my().home(subscription_id), _typed()
    try:
        place = _place(typed["postcode"])
        move_home(owner(), subscription_id, place=place, house=typed["house"], tie=typed["tie"] or None, now=utc_now())
    except BadInput as error:
        return _ask(before, typed, error.fields, choose=_must_choose(error)), error.status
    except HaveThatHome as refusal:
        flash(refusal.sentence, "important")
    else:
        flash(
            gettext(
                "Saved. Your home is now at %(postcode)s, %(neighbourhood)s.",
                postcode=place.postcode,
                neighbourhood=place.neighbourhood_name,
            )
        )
    return redirect(url_for("preferences.begin"), 303)


@bp.post("/<int:subscription_id>/remove")
def remove(subscription_id: int) -> ResponseReturnValue:
    gone = my().home(subscription_id)
    with telling_of_conflicts():
        remove_home(owner(), subscription_id)
        flash(gettext("Saved. We send you nothing more for %(postcode)s.", postcode=gone.postcode))
    return redirect(url_for("preferences.begin"), 303)


@bp.post("/invited/<token>")
def add_invited(token: str) -> ResponseReturnValue:
    with telling_of_conflicts(DeadInvitation):
        added = add_invited_home(owner(), token, now=utc_now())
        flash(gettext("Saved. You get messages for %(postcode)s too.", postcode=my().home(added).postcode))
    return redirect(url_for("preferences.begin"), 303)


def _typed() -> dict[str, str]:
    return {field: request.form.get(field, "") for field in FIELDS}


def _tie_fault(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong beside the postcode, so that all is said at once."""
    try:
        parse_tie(typed["tie"])
    except BadInput as error:
        return error.fields
    return {}


def _place(postcode: str) -> Place:
    """Where the typed postcode is; where our list lacks it, what was chosen decides."""
    chosen = request.form.get("neighbourhood")
    return place_of(db.session(), postcode) if chosen is None else place_by_hand(db.session(), postcode, chosen)


def _must_choose(error: BadInput) -> bool:
    return isinstance(error, UnknownPostcode) or "neighbourhood" in error.fields


def _ask(before: HomeRow | None, typed: Mapping[str, str], errors: Mapping[str, str], *, choose: bool = False) -> str:
    """The questions about a home: about one more where there was none before."""
    by_district = groupby(neighbourhoods(db.session()), key=lambda row: row.district_name)
    choices = [(district, list(rows)) for district, rows in by_district] if choose else []
    return render_template(
        "public/my/home.html" if before else "public/my/add_home.html",
        home=before,
        typed=typed,
        errors=errors,
        choices=choices,
        ties=Tie,
        others=len(my().homes) - 1,
    )
