"""How a subscriber is reached: addresses are added by proof, removed, and used again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.languages import gettext
from owl.foundation.notices import Channel
from owl.households.confirming import Confirmed, DeadLink, Outcome, confirm_code, confirm_link, link_works
from owl.households.own_addresses import (
    address_asked_about,
    ask_for_address,
    ask_for_code_again,
    remove_address,
    start_again,
)
from owl.web.conflicts import telling_of_conflicts
from owl.web.public.my_session import ask_for_a_link_again, my, owner

bp = Blueprint("my_addresses", __name__, url_prefix="/my")
ask_for_a_link_again(bp)

NOTHING: Mapping[str, str] = {}


@bp.get("/add/<channel>")
def add(channel: str) -> ResponseReturnValue:
    owner()
    return _ask_address(_channel(channel), "", NOTHING)


@bp.post("/add/<channel>")
def send_proof(channel: str) -> ResponseReturnValue:
    chosen = _channel(channel)
    field = _field(chosen)
    typed = request.form.get(field, "")
    try:
        ask_for_address(owner(), channel=chosen, typed=typed, allow_drama=settings().allow_drama_numbers, now=utc_now())
    except BadInput as error:
        return _ask_address(chosen, typed, error.fields), error.status
    return redirect(url_for("my_addresses.code" if chosen is Channel.SMS else "my_addresses.sent"), 303)


@bp.get("/sent-link")
def sent() -> ResponseReturnValue:
    asked = address_asked_about(db.session(), owner(), channel=Channel.EMAIL)
    return render_template("public/my/sent_link.html", address=asked)


@bp.get("/code")
def code() -> ResponseReturnValue:
    return _ask_code(NOTHING)


@bp.post("/code")
def try_code() -> ResponseReturnValue:
    try:
        confirmed = confirm_code(request.form.get("code", ""), subscriber_id=owner(), now=utc_now())
    except BadInput as error:
        return _ask_code(error.fields), error.status
    flash(_what_came_of(confirmed))
    return redirect(url_for("preferences.begin"), 303)


@bp.post("/code/again")
def again() -> ResponseReturnValue:
    ask_for_code_again(owner(), now=utc_now())
    flash(gettext("If we may, we have sent you a new code. We send at most three a day to one number."))
    return redirect(url_for("my_addresses.code"), 303)


@bp.get("/prove/<token>")
def look(token: str) -> ResponseReturnValue:
    if not link_works(db.session(), token, now=utc_now()):
        raise DeadLink
    return render_template("public/my/prove.html")


@bp.post("/prove/<token>")
def press(token: str) -> ResponseReturnValue:
    flash(_what_came_of(confirm_link(token, now=utc_now())))
    return redirect(url_for("preferences.begin"), 303)


@bp.get("/remove/<int:contact_point_id>")
def ask_to_remove(contact_point_id: int) -> ResponseReturnValue:
    return render_template("public/my/remove.html", point=my().contact_point(contact_point_id))


@bp.post("/remove/<int:contact_point_id>")
def remove(contact_point_id: int) -> ResponseReturnValue:
    return _saved(
        lambda: remove_address(owner(), contact_point_id, now=utc_now()),
        gettext("Saved. The address is removed, and we have forgotten it."),
    )


@bp.post("/restart/<int:contact_point_id>")
def restart(contact_point_id: int) -> ResponseReturnValue:
    return _saved(
        lambda: start_again(owner(), contact_point_id, now=utc_now()), gettext("Saved. You get messages there again.")
    )


@bp.errorhandler(DeadLink)
def ended(error: DeadLink) -> ResponseReturnValue:
    return render_template("public/my/ended.html", sentence=error.sentence), error.status


def _saved(act: Callable[[], None], sentence: str) -> ResponseReturnValue:
    """Do it and say so, or say why it can't be."""
    with telling_of_conflicts():
        act()
        flash(sentence)
    return redirect(url_for("preferences.begin"), 303)


def _channel(name: str) -> Channel:
    for channel in Channel:
        if _field(channel) == name:
            return channel
    raise NotFound(gettext("There is no such page. Choose email or mobile."))


def _field(channel: Channel) -> str:
    return "email" if channel is Channel.EMAIL else "mobile"


def _what_came_of(confirmed: Confirmed) -> str:
    if confirmed.outcome is Outcome.IN_USE:
        return gettext("This address gets messages from us already, so nothing has changed.")
    return gettext("Saved. You get messages there from now on.")


def _ask_address(channel: Channel, typed: str, errors: Mapping[str, str]) -> str:
    return render_template(f"public/my/add_{_field(channel)}.html", typed=typed, errors=errors)


def _ask_code(errors: Mapping[str, str]) -> str:
    asked = address_asked_about(db.session(), owner(), channel=Channel.SMS)
    return render_template("public/my/code.html", address=asked, errors=errors)
