"""Proving an address after joining: the code from a text, the link from a mail, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from owl.accounts.teams import team_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, spoken_now
from owl.foundation.notices import Channel
from owl.geography.queries import neighbourhood
from owl.households.confirming import Confirmed, DeadLink, Outcome, confirm_code, confirm_link, link_works
from owl.households.contact_points import show_address
from owl.households.joining import JoiningRow, NotJoining, Unfinished, ask_again, neighbourhood_joined
from owl.messages.current import MOST, current_at_homes
from owl.messages.listed import ListedMessage
from owl.messages.public_lists import current_for_all
from owl.web.public.current import with_html
from owl.web.public.joining_session import asked, end_kindly, token

bp = Blueprint("proving", __name__, url_prefix="/join")
end_kindly(bp)

NOTHING: Mapping[str, str] = {}
JOINED = "joined"  # in the session: who has just joined here


@bp.get("/code")
def code() -> ResponseReturnValue:
    return _ask_code(asked(), NOTHING)


@bp.post("/code")
def try_code() -> ResponseReturnValue:
    joining = asked()
    try:
        confirmed = confirm_code(request.form.get("code", ""), joining_id=joining.id, now=utc_now())
    except BadInput as error:
        return _ask_code(joining, error.fields), error.status
    return _welcome(confirmed, joining.answers.neighbourhood_id)


@bp.get("/done")
def done() -> ResponseReturnValue:
    return render_template("public/join/done.html", addresses=_shown(asked()))


@bp.post("/again")
def again() -> ResponseReturnValue:
    asked()
    channel = Channel.SMS if request.form.get("channel") == "sms" else Channel.EMAIL
    ask_again(token(), channel=channel, now=utc_now())
    flash(gettext("If we may, we have written to you again. We send at most three messages a day to one address."))
    return redirect(url_for("proving.code" if channel is Channel.SMS else "proving.done"), 303)


@bp.get("/prove/<link>")
def prove(link: str) -> ResponseReturnValue:
    if not link_works(db.session(), link, now=utc_now()):
        raise DeadLink
    return render_template("public/join/prove.html")


@bp.post("/prove/<link>")
def press(link: str) -> ResponseReturnValue:
    confirmed = confirm_link(link, now=utc_now())
    if confirmed.joining_id is None:
        raise DeadLink
    return _welcome(confirmed, neighbourhood_joined(db.session(), confirmed.joining_id))


@bp.get("/joined/<neighbourhood_id>")
def joined(neighbourhood_id: str) -> ResponseReturnValue:
    home = neighbourhood(db.session(), neighbourhood_id)
    team = team_of(db.session(), neighbourhood_id)
    return render_template(
        "public/join/joined.html", neighbourhood=home, team=team, waiting=_still_to_prove(), current=_current(home.id)
    )


@bp.get("/in-use")
def in_use() -> ResponseReturnValue:
    return render_template("public/join/in_use.html")


def _welcome(confirmed: Confirmed, neighbourhood_id: str) -> ResponseReturnValue:
    if confirmed.outcome is Outcome.IN_USE:
        return redirect(url_for("proving.in_use"), 303)
    session[JOINED] = confirmed.subscriber_id
    return redirect(url_for("proving.joined", neighbourhood_id=neighbourhood_id), 303)


def _current(neighbourhood_id: str) -> list[tuple[ListedMessage, Markup]]:
    """What still holds: for their own home to whoever has just proved that it is them, for all to anybody else."""
    subscriber_id, now = session.get(JOINED), utc_now()
    if isinstance(subscriber_id, int):
        return with_html(current_at_homes(db.session(), subscriber_id, language=spoken_now(), now=now))
    hood = [neighbourhood_id]
    return with_html(current_for_all(db.session(), hood, language=spoken_now(), most=MOST, now=now))


def _ask_code(joining: JoiningRow, errors: Mapping[str, str]) -> str:
    return render_template("public/join/code.html", addresses=_shown(joining), errors=errors)


def _shown(joining: JoiningRow) -> dict[str, str]:
    return {channel.value: show_address(channel, address) for channel, address in joining.answers.addresses.items()}


def _still_to_prove() -> list[str]:
    """What else this visitor asked to be reached by; empty on another device."""
    try:
        joining = asked()
    except (NotJoining, Unfinished):
        return []
    return [channel.value for channel in joining.answers.addresses if channel not in joining.proved]
