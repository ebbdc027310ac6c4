"""Whoever was signed out while writing keeps their words: the page that says so holds them."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask_security import current_user

OF_TEAMS = ("/team/", "/admin/", "/watches/")
COMPOSER = frozenset({"team_composing.create", "team_composing.save"})
THE_PAGES_OWN = frozenset({"csrf_token"})
NOT_SHOWN = frozenset({"password", "code"})  # fields that no page writes out


def is_lost_press() -> bool:
    """Whether somebody pressed a button of ours for teams: no script that asks by itself, no page of another site."""
    if request.method != "POST" or not request.path.startswith(OF_TEAMS):
        return False
    ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return ours and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def words_held() -> Response | None:
    """A page that holds the words of a lost press, to be sent again; None where there were none. Nothing is saved."""
    if not is_lost_press() or not _has_words():
        return None
    composes = request.endpoint in COMPOSER
    left_out = THE_PAGES_OWN | {"act"} if composes else THE_PAGES_OWN
    fields = [(name, value) for name, values in request.form.lists() if name not in left_out for value in values]
    page = render_template("team/still_here.html", fields=fields, action=request.path, composes=composes)
    status = HTTPStatus.CONFLICT if current_user.is_authenticated else HTTPStatus.UNAUTHORIZED
    return make_response(page, status)


def _has_words() -> bool:
    """Whether it took somebody more than ticks and numbers."""
    if NOT_SHOWN & set(request.form):
        return False
    typed = (value.split() for name, value in request.form.items() if name not in THE_PAGES_OWN)
    return any(len(words) > 1 for words in typed)
