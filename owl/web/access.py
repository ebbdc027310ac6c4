"""Who may open a page: signed in, and with a role that grants it. The verbs check the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, permissions_of
from owl.foundation.errors import Refused
from owl.web.lost_session import is_lost_press, words_held

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def permission_required(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Open the view to users whose role grants the permission; others sign in first, or are refused."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return ask_to_sign_in()
            if permission not in permissions_of(current_user):
                raise Refused(f"You may not {permission.words}. Ask your administrator if you need to.")
            return view(*args, **kwargs)

        return guarded

    return guard


def sign_in_required(view: View[P]) -> View[P]:
    """Open the view to every user: it is about themselves."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(*args, **kwargs) if current_user.is_authenticated else ask_to_sign_in()

    return guarded


def ask_to_sign_in() -> ResponseReturnValue:
    """Send somebody to the sign-in page, and from there back to where they wanted to go.

    Of a button that was pressed nothing is done: what was typed is on the page that says so, or they are told.
    """
    if held := words_held():
        return held
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if is_lost_press():
        flash(
            "You were signed out, so nothing was saved or sent. Sign in, look again and press once more.", "important"
        )
        wanted = _page_of_the_button()
    return redirect(url_for("team_signing_in.sign_in", next=wanted), 303)


def _page_of_the_button() -> str | None:
    """The page that the button stands on: at its address, or one step above."""
    routes = current_app.create_url_adapter(request)
    for path in (request.path, request.path.rpartition("/")[0]):
        if routes is not None and routes.test(path, "GET"):
            return path
    return None
