"""Leaving by one press from a mail: looking changes nothing, pressing needs neither cookie nor sign-in.

RFC 8058: mail programs press with `List-Unsubscribe=One-Click`, and may not be sent elsewhere.
"""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from owl.delivery import unsubscribing
from owl.foundation.clock import utc_now
from owl.foundation.current import named_delivery
from owl.foundation.errors import NotFound
from owl.foundation.languages import gettext
from owl.foundation.signed_links import Purpose

bp = Blueprint("unsubscribing", __name__, url_prefix="/unsubscribe")


class DamagedLink(NotFound):
    """A token that we did not sign, or that names no delivery."""


@bp.get("/<token>")
def look(token: str) -> ResponseReturnValue:
    _delivery(token)
    return render_template("public/unsubscribe/ask.html")


@bp.post("/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    message_id, seq = _delivery(token)
    unsubscribing.unsubscribe(message_id, seq, now=utc_now())
    return render_template("public/unsubscribe/done.html")


@bp.errorhandler(NotFound)
def damaged(error: NotFound) -> ResponseReturnValue:
    return render_template("public/unsubscribe/damaged.html"), error.status


def _delivery(token: str) -> tuple[int, int]:
    found = named_delivery(Purpose.UNSUBSCRIBE, token)
    if found is None:
        raise DamagedLink(gettext("This link is not complete."))
    return found
