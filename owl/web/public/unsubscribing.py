"""Leaving by one press from a mail: looking changes nothing, pressing needs neither cookie nor sign-in.

RFC 8058: mail programs press with `List-Unsubscribe=One-Click`, and may not be sent elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.delivery import unsubscribing
from owl.foundation.clock import utc_now
from owl.foundation.current import named_delivery
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.languages import gettext
from owl.foundation.signed_links import Purpose
from owl.households.fewer import Remedy, read_remedy

bp = Blueprint("unsubscribing", __name__, url_prefix="/unsubscribe")

REMEDIES = (Remedy.WEEKLY, Remedy.DAILY, Remedy.NEAR, Remedy.URGENT, Remedy.PAUSE)


class DamagedLink(NotFound):
    """A token that we did not sign, or that names no delivery."""


@bp.get("/<token>")
def look(token: str) -> ResponseReturnValue:
    _delivery(token)
    return _ask(token, {})


@bp.get("/<token>/fewer")
def look_again(token: str) -> ResponseReturnValue:  # for whoever reloads a page with errors
    return redirect(url_for(".look", token=token))


@bp.post("/<token>/fewer")
def fewer(token: str) -> ResponseReturnValue:
    message_id, seq = _delivery(token)
    try:
        remedy = read_remedy(request.form.get("remedy", ""))
    except BadInput as error:
        return _ask(token, error.fields), error.status
    unsubscribing.get_fewer_instead(message_id, seq, remedy, now=utc_now())
    return render_template("public/unsubscribe/fewer.html", remedy=remedy, token=token)


@bp.post("/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    message_id, seq = _delivery(token)
    unsubscribing.unsubscribe(message_id, seq, now=utc_now())
    return render_template("public/unsubscribe/done.html")


@bp.errorhandler(NotFound)
def damaged(error: NotFound) -> ResponseReturnValue:
    return render_template("public/unsubscribe/damaged.html"), error.status


def _ask(token: str, errors: Mapping[str, str]) -> str:
    return render_template("public/unsubscribe/ask.html", token=token, remedies=REMEDIES, errors=errors)


def _delivery(token: str) -> tuple[int, int]:
    found = named_delivery(Purpose.UNSUBSCRIBE, token)
    if found is None:
        raise DamagedLink(gettext("This link is not complete."))
    return found
