"""A subscriber's page: a link opens it, it shows what they get and how, and they close it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, spoken_now
from owl.households.contact_points import parse_any_address
from owl.households.magic_links import (
    PageClosed,
    UsedLink,
    close_page,
    magic_link_works,
    open_page,
    send_magic_link,
)
from owl.messages.current import current_at_homes
from owl.web.public.current import with_html
from owl.web.public.my_session import ask_for_a_link_again, forget, keep_open, my, opened

bp = Blueprint("preferences", __name__, url_prefix="/my")
ask_for_a_link_again(bp)


@bp.get("")
def begin() -> ResponseReturnValue:
    try:
        mine = my()
    except PageClosed:
        return render_template("public/my/ask.html", typed="", errors={})
    current = with_html(current_at_homes(db.session(), mine.id, language=spoken_now(), now=utc_now()))
    return render_template("public/my/page.html", my=mine, current=current)


@bp.post("")
def send_link() -> ResponseReturnValue:
    typed = request.form.get("contact", "")
    try:
        channel, address = parse_any_address(typed, allow_drama=settings().allow_drama_numbers)
    except BadInput as error:
        return render_template("public/my/ask.html", typed=typed, errors={"contact": error.sentence}), error.status
    send_magic_link(channel=channel, address=address, now=utc_now())
    return redirect(url_for("preferences.sent"), 303)


@bp.get("/sent")
def sent() -> ResponseReturnValue:
    return render_template("public/my/sent.html")


@bp.get("/open/<token>")
def look(token: str) -> ResponseReturnValue:
    if not magic_link_works(db.session(), token, now=utc_now()):
        raise UsedLink
    return render_template("public/my/open.html")


@bp.post("/open/<token>")
def use_link(token: str) -> ResponseReturnValue:
    keep_open(open_page(token, now=utc_now()))
    return redirect(url_for("preferences.begin"), 303)


@bp.post("/finish")
def finish() -> ResponseReturnValue:
    close_page(opened(), now=utc_now())
    forget()
    flash(gettext("Your page is closed. Nobody can open it here without a new link."))
    return redirect(url_for("preferences.begin"), 303)


@bp.errorhandler(UsedLink)
def ended(error: UsedLink) -> ResponseReturnValue:
    return render_template("public/my/ended.html", sentence=error.sentence), error.status
