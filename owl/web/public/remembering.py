"""What OWL may remember on a resident's device: nothing until they say yes."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from werkzeug import Response

from owl.foundation.current import settings

CHOICE = "owl_cookies"  # "yes" or "no"
NEIGHBOURHOOD = "owl_place"  # the id of one neighbourhood, after "yes"
KEPT = timedelta(days=365)


def may_remember() -> bool | None:
    """What this device said: yes, no, or nothing yet."""
    return {"yes": True, "no": False}.get(request.cookies.get(CHOICE, ""))


def keep_choice(response: Response, *, yes: bool) -> None:
    """Write down the choice, and forget at once what a "no" forbids."""
    _set(response, CHOICE, "yes" if yes else "no")
    if not yes:
        response.delete_cookie(NEIGHBOURHOOD)


def remember_neighbourhood(response: Response, neighbourhood_id: str) -> None:
    """Keep where this device's home is, if its owner agreed; else do nothing."""
    if may_remember():
        _set(response, NEIGHBOURHOOD, neighbourhood_id)


def remembered_neighbourhood() -> str | None:
    """The id that was kept, as the browser says it: it may be anything."""
    return request.cookies.get(NEIGHBOURHOOD) if may_remember() else None


def _set(response: Response, name: str, value: str) -> None:
    over_tls = settings().public_url.startswith("https://")
    response.set_cookie(name, value, max_age=KEPT, secure=over_tls, httponly=True, samesite="Lax")
