"""The joining of this visitor: their session holds a random token, and nothing of what they typed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import OwlError
from owl.households.confirming import DeadLink
from owl.households.joining import AlreadyAsked, JoiningRow, NotJoining, Unfinished, read_joining

TOKEN = "joining"  # noqa: S105  # the name of a session's entry


def token() -> str | None:
    """The token in this visitor's session."""
    found = session.get(TOKEN)
    return found if isinstance(found, str) else None


def follow(new_token: str) -> None:
    """Let this visitor's session name the joining."""
    session[TOKEN] = new_token


def current() -> JoiningRow:
    """The joining that is going on. Raises NotJoining, or AlreadyAsked when it is finished."""
    row = _read()
    if row.asked:
        raise AlreadyAsked
    return row


def asked() -> JoiningRow:
    """The finished joining, whose addresses wait to be proved. Raises NotJoining or Unfinished."""
    row = _read()
    if not row.asked:
        raise Unfinished
    return row


def postcode_so_far() -> str:
    """What this visitor answered before, or nothing."""
    try:
        return current().answers.postcode
    except (NotJoining, AlreadyAsked):
        return ""


def end_kindly(bp: Blueprint) -> None:
    """Say what became of a joining that can't go on, and how to begin again."""

    @bp.errorhandler(Unfinished)
    def go_on(_: Unfinished) -> ResponseReturnValue:
        return redirect(url_for("joining.check"), 303)  # which leads to the question that is missing

    @bp.errorhandler(NotJoining)
    @bp.errorhandler(AlreadyAsked)
    @bp.errorhandler(DeadLink)
    def end(error: OwlError) -> ResponseReturnValue:
        return render_template("public/join/ended.html", error=error), error.status


def _read() -> JoiningRow:
    return read_joining(db.session(), token(), now=utc_now())
