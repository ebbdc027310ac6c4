"""Choosing the language of the public pages."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from owl.foundation.errors import BadInput
from owl.foundation.languages import Language, gettext
from owl.web.addresses import path_here
from owl.web.speaking import ASKED, keep_language

bp = Blueprint("languages", __name__)


# Without the usual token, as the cookie choice: it would need a session, and it chooses no more than words.
@bp.post("/language")
def choose() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen not in {language.value for language in Language}:
        raise BadInput(gettext("Choose one of the languages on the page."))
    response: Response = redirect(_with_language(path_here(request.form.get("next")), chosen), 303)
    keep_language(response, Language(chosen))
    return response


def _with_language(address: str, chosen: str) -> str:
    """The page again, its address naming the language too: whoever takes no cookies sees at least this page in it."""
    parts = urlsplit(address)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != ASKED]
    return f"{parts.path}?{urlencode([*asked, (ASKED, chosen)])}"
