"""The pages of whoever runs a watch: counts and no names, mails to members, and what is brought on paper."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from markupsafe import Markup

from owl.accounts.permissions import Permission
from owl.accounts.teams import team_of
from owl.delivery.approving import NobodyReached
from owl.delivery.last_mile import sheets_of
from owl.delivery.to_members import send_to_members
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.messages.markdown import as_html
from owl.messages.small_cells import FEWEST
from owl.messages.to_members import KINDS, Words, messages_of_watch, returned_to
from owl.watches.coordinating import require_tier
from owl.watches.paper import add_paper_home, paper_homes, remove_paper_home
from owl.watches.queries import watch_row, watches_run_by
from owl.watches.vetting import Tier
from owl.web.access import permission_required
from owl.web.addresses import row_id

bp = Blueprint("watches", __name__, url_prefix="/watches")

ID = "<int:watch_id>"


@bp.get("")
@permission_required(Permission.RUN_WATCH)
def index() -> ResponseReturnValue:
    mine = watches_run_by(db.session(), current_user.id, now=utc_now())
    return render_template("team/watches/mine.html", mine=mine)


@bp.get(f"/{ID}")
@permission_required(Permission.RUN_WATCH)
def show(watch_id: int) -> ResponseReturnValue:
    session, now = db.session(), utc_now()
    watch, tier = require_tier(session, current_user.id, watch_id, Tier.SEES, now)
    return render_template(
        "team/watches/run.html",
        watch=watch_row(session, watch_id),
        tier=tier,
        team=team_of(session, watch.neighbourhood_id),
        sheets=sheets_of(session, watch_id, now=now),
        messages=messages_of_watch(session, watch_id) if tier >= Tier.ASKS else [],
        fewest=FEWEST,
    )


@bp.get(f"/{ID}/write")
@permission_required(Permission.RUN_WATCH)
def write(watch_id: int) -> ResponseReturnValue:
    again, words = row_id("again"), Words()
    if again is not None:
        message = returned_to(db.session(), watch_id, again, author_id=current_user.id)
        words = Words(message.kind.value, message.title, message.body, message.names_a_person)
    return _write(watch_id, words, {}, again=again)


@bp.post(f"/{ID}/write")
@permission_required(Permission.RUN_WATCH)
def send(watch_id: int) -> ResponseReturnValue:
    form = request.form
    words = Words(form.get("kind", ""), form.get("title", ""), form.get("body", ""), "names_a_person" in form)
    again = row_id("again")
    if form.get("act") == "look":
        return _write(watch_id, words, {}, again=again, looks=True)
    try:
        _, waits = send_to_members(watch_id, words, author_id=current_user.id, again=again, now=utc_now())
    except BadInput as error:
        return _write(watch_id, words, error.fields, again=again), error.status
    except (Conflict, NobodyReached) as error:
        return _write(watch_id, words, {"": error.sentence}, again=again), error.status
    flash("Your police team looks at it first. It goes out once they approve it." if waits else "It is going out now.")
    return redirect(url_for(".show", watch_id=watch_id), 303)


@bp.get(f"/{ID}/homes")
@permission_required(Permission.RUN_WATCH)
def homes(watch_id: int) -> ResponseReturnValue:
    return _homes(watch_id, {})


@bp.post(f"/{ID}/homes")
@permission_required(Permission.RUN_WATCH)
def add_home(watch_id: int) -> ResponseReturnValue:
    postcode, house = request.form.get("postcode", ""), request.form.get("house", "")
    try:
        if "agreed" not in request.form:
            raise BadInput({"agreed": "Ask them first. Tick this when they have agreed."})
        add_paper_home(watch_id, postcode=postcode, house=house, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _homes(watch_id, error.fields, postcode=postcode, house=house), error.status
    except Conflict as error:
        return _homes(watch_id, {"": error.sentence}, postcode=postcode, house=house), error.status
    flash("Added. From the next message on, this home is on your sheet.")
    return redirect(url_for(".homes", watch_id=watch_id), 303)


@bp.post(f"/{ID}/homes/<int:household_id>/remove")
@permission_required(Permission.RUN_WATCH)
def remove_home(watch_id: int, household_id: int) -> ResponseReturnValue:
    remove_paper_home(watch_id, household_id, actor_id=current_user.id, now=utc_now())
    flash("Taken off your list, and forgotten.")
    return redirect(url_for(".homes", watch_id=watch_id), 303)


def _write(watch_id: int, words: Words, errors: dict[str, str], *, again: int | None, looks: bool = False) -> str:
    session, now = db.session(), utc_now()
    _, tier = require_tier(session, current_user.id, watch_id, Tier.ASKS, now)
    return render_template(
        "team/watches/write.html",
        watch=watch_row(session, watch_id),
        tier=tier,
        words=words,
        shown=Markup(as_html(words.body)) if looks else None,  # noqa: S704  # as_html lets only its few elements through
        again=again,
        kinds=KINDS,
        errors=errors,
        fewest=FEWEST,
    )


def _homes(watch_id: int, errors: dict[str, str], *, postcode: str = "", house: str = "") -> str:
    session = db.session()
    require_tier(session, current_user.id, watch_id, Tier.SEES, utc_now())
    return render_template(
        "team/watches/homes.html",
        watch=watch_row(session, watch_id),
        homes=paper_homes(session, watch_id),
        errors=errors,
        postcode=postcode,
        house=house,
    )
