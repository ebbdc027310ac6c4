"""The front door and the pages that explain: they set no cookie and ask for none."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import NotFound
from owl.foundation.languages import gettext, mark
from owl.geography.queries import NeighbourhoodRow, neighbourhood
from owl.households.phone_numbers import show_mobile
from owl.web.addresses import path_here
from owl.web.origin import comes_from_here
from owl.web.public.remembering import keep_choice, may_remember, remembered_neighbourhood

bp = Blueprint("pages", __name__)

ANSWERS = {"yes": True, "no": False}


@bp.get("/")
def home() -> ResponseReturnValue:
    return render_template("public/pages/home.html", near=_near(), text_number=_text_number())


@bp.get("/help")
def help_() -> ResponseReturnValue:
    return render_template("public/pages/help.html", text_number=_text_number())


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("public/pages/privacy.html")


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    return render_template("public/pages/accessibility.html")


@bp.get("/cookies")
def cookies() -> ResponseReturnValue:
    return render_template("public/pages/cookies.html", choice=may_remember(), saved="saved" in request.args)


# Without the usual token: that one lives in a session, and a session is a cookie, which nobody has
# agreed to yet. The browser says where the form stood, and a form elsewhere is refused.
@bp.post("/cookies")
def choose_cookies() -> ResponseReturnValue:
    answer = ANSWERS.get(request.form.get("remember", ""))
    if answer is None or not comes_from_here():
        return render_template(
            "public/pages/cookies.html", choice=None, saved=False, errors={"remember": gettext(NOT_CHOSEN)}
        ), 400
    response: Response = redirect(path_here(request.form.get("next"), otherwise="/cookies?saved=1"), 303)
    keep_choice(response, yes=answer)
    return response


def _text_number() -> str:
    """As people here write it; a short one has one way to write it."""
    number = settings().text_number
    return show_mobile(number) if number.startswith("+") else number


def _near() -> NeighbourhoodRow | None:
    """The neighbourhood that this device was allowed to remember."""
    kept = remembered_neighbourhood()
    try:
        return neighbourhood(db.session(), kept) if kept else None
    except NotFound:
        return None


NOT_CHOSEN = mark("Choose yes or no, here on our own page.")
