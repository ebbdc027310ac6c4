"""Browsers that somebody has signed in on before, and what to call them.

Wrong tries from elsewhere make a user wait; on a browser known to be theirs they need not,
so that nobody can keep a user out by guessing (OWASP: device cookies).
"""

from __future__ import annotations

import re
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug import Response

from owl.accounts.users import as_stored
from owl.foundation.database import contact_keys

KEPT = timedelta(days=90)
MOST = 10  # people who share one desktop

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name() -> str:
    """What to call the browser that asks: "Firefox on Windows"."""
    agent = request.user_agent.string
    browser = next((name for mark, name in BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in SYSTEMS if re.search(rf"\b{mark}", agent)), None)
    return f"{browser} on {system}" if system else browser


def is_known_to(email: str) -> bool:
    """Whether whoever signs in with the address did so on this browser before."""
    return _index(email) in _known()


def make_known_to(response: Response, email: str) -> None:
    """Remember on this browser that its user got in."""
    known = [_index(email), *(index for index in _known() if index != _index(email))][:MOST]
    response.set_cookie(
        _cookie(),
        _signer().dumps(known),
        max_age=KEPT,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Strict",
    )


def _known() -> list[str]:
    try:
        known = _signer().loads(request.cookies.get(_cookie(), ""), max_age=int(KEPT.total_seconds()))
    except BadSignature:
        return []
    return [str(index) for index in known]


def _index(email: str) -> str:
    return contact_keys().blind_index(as_stored(email), context="known browser").hex()[:32]


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="known browser")
