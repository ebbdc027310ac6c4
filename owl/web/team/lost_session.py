"""Whoever was signed out while writing keeps their words: the page that says so holds them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.csrf import CSRFError

from owl.web.errors import explain_missing_token

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
THE_PAGES_OWN = {"csrf_token", "act"}


def holds_words(view: View[P]) -> View[P]:
    """Answer somebody who is signed out with what they typed, instead of a sign-in page that has lost it."""

    @wraps(view)
    def held(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated and _has_words():
            return _words_held()
        return view(*args, **kwargs)

    return held


def hold_words(error: CSRFError) -> ResponseReturnValue:
    """The same where the form's token is one of an earlier session. Nothing is saved."""
    return _words_held() if _has_words() else explain_missing_token(error)


def _has_words() -> bool:
    """Whether one of our own pages sent words: another site's are not shown as somebody's own."""
    ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    is_composer = request.endpoint in {"team_composing.create", "team_composing.save"}
    return ours and is_composer and any(request.form.get(name, "").strip() for name in ("title", "body", "sms_text"))


def _words_held() -> ResponseReturnValue:
    fields = [(n, value) for n, values in request.form.lists() if n not in THE_PAGES_OWN for value in values]
    page = render_template("team/messages/still_here.html", fields=fields, action=request.path)
    return page, HTTPStatus.UNAUTHORIZED if not current_user.is_authenticated else HTTPStatus.CONFLICT
