"""The open page of this visitor: their session holds what the magic link gave, and the database says whose it is."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.households.magic_links import PageClosed, owner_of_page
from owl.households.queries import SubscriberRow, subscriber_row

OPENED = "my"


def keep_open(opened: str) -> None:
    """Let this visitor's session open the page, and hold nothing from before."""
    session.clear()
    session[OPENED] = opened


def opened() -> str:
    """What this visitor's session holds of an open page, or nothing."""
    found = session.get(OPENED)
    return found if isinstance(found, str) else ""


def forget() -> None:
    """Let this visitor's session hold nothing."""
    session.clear()


def owner() -> int:
    """The subscriber whose page this visitor has opened. Raises PageClosed."""
    if not opened():
        raise PageClosed
    return owner_of_page(db.session(), opened(), now=utc_now())


def my() -> SubscriberRow:
    """All that the owner of the open page has chosen. Raises PageClosed."""
    return subscriber_row(db.session(), owner(), now=utc_now())


def ask_for_a_link_again(bp: Blueprint) -> None:
    """Lead who has no open page to where links are asked for."""

    @bp.errorhandler(PageClosed)
    def closed(error: PageClosed) -> ResponseReturnValue:
        forget()
        flash(error.sentence, "important")
        return redirect(url_for("preferences.begin"), 303)
