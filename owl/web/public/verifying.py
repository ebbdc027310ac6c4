"""Is this message from us? Its code shows the original. Nothing is stored, and no cookie is set."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.languages import gettext, spoken_now
from owl.messages.codes import LONGEST_TYPED, read_code
from owl.messages.markdown import as_html
from owl.messages.verifying import UnknownCode, original
from owl.web.limits import GUESS

bp = Blueprint("verifying", __name__)


@bp.get("/verify")
def check() -> ResponseReturnValue:
    typed = request.args.get("code", "")[:LONGEST_TYPED].strip()
    if not typed:
        if "code" not in request.args:
            return _ask("")
        return _ask(gettext("Type the code that stands in the message.")), HTTPStatus.BAD_REQUEST
    code = read_code(typed)
    if code is None:
        sentence = gettext(
            "Check the code: it has two letters, four digits and a letter, like HN-4821-K. One of them is wrong."
        )
        return _ask(sentence, typed), HTTPStatus.BAD_REQUEST
    try:
        found = original(db.session(), code, language=spoken_now(), now=utc_now())
    except UnknownCode:
        return render_template("public/verify/unknown.html", code=code), GUESS
    body = Markup(as_html(found.body))  # noqa: S704  # made safe there
    others = [(words, Markup(as_html(words.body))) for words in found.others]  # noqa: S704  # as above
    return render_template("public/verify/found.html", found=found, body=body, others=others)


def _ask(sentence: str, typed: str = "") -> str:
    errors = {"code": sentence} if sentence else {}
    return render_template("public/verify/ask.html", host=settings().public_url, typed=typed, errors=errors)
