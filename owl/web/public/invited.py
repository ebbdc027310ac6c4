"""Somebody follows an invitation to a home: looking changes nothing, pressing begins to join there."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from owl.accounts.teams import team_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.households.inviting import DeadInvitation, invited_home
from owl.households.joining import start_joining
from owl.households.magic_links import PageClosed
from owl.households.queries import SubscriberRow
from owl.web.public.joining_session import end_kindly, follow
from owl.web.public.joining_session import token as joining_token
from owl.web.public.my_session import my

bp = Blueprint("invited", __name__, url_prefix="/join/invited")
end_kindly(bp)


@bp.get("/<token>")
def look(token: str) -> ResponseReturnValue:
    home = invited_home(db.session(), token, now=utc_now())
    team = team_of(db.session(), home.place.neighbourhood_id)
    return render_template("public/join/invited.html", place=home.place, team=team, token=token, my=_my())


@bp.post("/<token>")
def join(token: str) -> ResponseReturnValue:
    home = invited_home(db.session(), token, now=utc_now())
    new_token, step = start_joining(home.place, token=joining_token(), invitation_id=home.invitation_id, now=utc_now())
    follow(new_token)
    return redirect(url_for(f"joining.{step}"), 303)


@bp.errorhandler(DeadInvitation)
def ended(error: DeadInvitation) -> ResponseReturnValue:
    return render_template("public/join/invitation_ended.html", sentence=error.sentence), error.status


def _my() -> SubscriberRow | None:
    """The page that this visitor has open, if any."""
    try:
        return my()
    except PageClosed:
        return None
