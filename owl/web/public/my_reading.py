"""How a subscriber reads: in which language, and how large."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, speaking
from owl.households.reading import choose_reading, reading_of
from owl.web.public.my_session import ask_for_a_link_again, owner
from owl.web.speaking import keep_language

bp = Blueprint("my_reading", __name__, url_prefix="/my")
ask_for_a_link_again(bp)

NOTHING: Mapping[str, str] = {}


@bp.get("/reading")
def ask() -> ResponseReturnValue:
    reading = reading_of(db.session(), owner())
    return _ask(reading.language, NOTHING, large_text=reading.large_text)


@bp.post("/reading")
def keep() -> ResponseReturnValue:
    language, large_text = request.form.get("language", ""), "large_text" in request.form
    try:
        kept = choose_reading(owner(), language=language, large_text=large_text)
    except BadInput as error:
        return _ask(language, error.fields, large_text=large_text), error.status
    with speaking(kept.language):
        flash(gettext("Saved. From now on we write to you like that."))
    response: Response = redirect(url_for("preferences.begin"), 303)
    keep_language(response, kept.language)
    return response


def _ask(language: str, errors: Mapping[str, str], *, large_text: bool) -> str:
    return render_template("public/my/reading.html", chosen=language, large_text=large_text, errors=errors)
