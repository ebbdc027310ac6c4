"""What became of a message, for its page and as a file: by channel, by area, beside earlier ones."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.delivery.following_up import NothingToFollow, check_may_follow
from owl.delivery.queries import Progress, progress
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.messages.models import FollowUp, Message
from owl.messages.queries import follow_ups_of
from owl.replies.queries import count_replies_to
from owl.replies.ratings import ratings_of
from owl.reports.as_csv import afterwards_csv
from owl.reports.comparing import with_earlier
from owl.reports.models import LedTo
from owl.reports.outcomes import NoOutcome, check_may_have_outcome, outcome_of, record_outcome
from owl.reports.tallies import areas_of_message
from owl.web.access import permission_required
from owl.web.team.seen import seen_message, to_message

bp = Blueprint("team_afterwards", __name__, url_prefix="/team/messages")

ID = "<int:message_id>"


@bp.get(f"/{ID}/figures.csv")
@permission_required(Permission.READ)
def figures(message_id: int) -> ResponseReturnValue:
    session = db.session()
    message = seen_message(message_id)
    how_far = progress(session, message_id)
    written = afterwards_csv(
        ledgers=how_far.by_channel,
        faults=how_far.faults,
        areas=areas_of_message(session, message_id),
        ratings=[(rating.value, count) for rating, count in ratings_of(session, message_id)],
        replies=count_replies_to(session, message_id),
    )
    named = {"Content-Disposition": f'attachment; filename="{message.code}.csv"'}
    return Response(written, mimetype="text/csv", headers=named)


@bp.get(f"/{ID}/outcome")
@permission_required(Permission.COMPOSE)
def ask(message_id: int) -> ResponseReturnValue:
    message = seen_message(message_id)
    try:
        check_may_have_outcome(message)
    except NoOutcome as error:
        flash(error.sentence, "important")
        return to_message(message_id)
    said = outcome_of(db.session(), message_id)
    return _form(message, [one.value for one in said.led_to] if said else [], {}, closes=said is None)


@bp.post(f"/{ID}/outcome")
@permission_required(Permission.COMPOSE)
def record(message_id: int) -> ResponseReturnValue:
    message = seen_message(message_id)
    led_to, closes = request.form.getlist("led_to"), request.form.get("closes") == "yes"
    try:
        record_outcome(message_id, led_to=led_to, closes=closes, user_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _form(message, led_to, error.fields, closes=closes), HTTPStatus.BAD_REQUEST
    except Conflict as error:
        flash(error.sentence, "important")
        return to_message(message_id)
    if led_to != [LedTo.NONE] and _may_tell(message):
        flash("Saved. Now tell those who got the message, or leave it for later.")
        return redirect(url_for("team_following_up.write_outcome", message_id=message_id), 303)
    flash("Saved. It counts in the reports.")
    return to_message(message_id)


def shown_progress(message: Message, how_far: Progress) -> dict[str, object]:
    """What templates/team/messages/ledger.html and areas_reached.html need."""
    session = db.session()
    return {
        "ledger": how_far.whole,
        "ledgers": how_far.by_channel,
        "faults": how_far.faults,
        "areas": areas_of_message(session, message.id) if message.approved_at else None,
    }


def outcome_and_comparison(message: Message) -> dict[str, object]:
    """What templates/team/messages/led_to.html and compared.html need."""
    session = db.session()
    own = areas_of(session, current_user.id)
    covers = set(message.neighbourhood_ids) <= own
    return {
        "outcome": outcome_of(session, message.id),
        "may_say_outcome": covers and Permission.COMPOSE in permissions_of(current_user) and _may_have_outcome(message),
        "compared": with_earlier(session, message, own) if message.approved_at and message.follows_id is None else [],
    }


def _may_have_outcome(message: Message) -> bool:
    try:
        check_may_have_outcome(message)
    except NoOutcome:
        return False
    return True


def _may_tell(message: Message) -> bool:
    session = db.session()
    if any(row.follow_up is FollowUp.OUTCOME for row in follow_ups_of(session, message.id)):
        return False
    try:
        check_may_follow(session, message, FollowUp.OUTCOME, utc_now())
    except NothingToFollow:
        return False
    return True


def _form(message: Message, led_to: list[str], errors: dict[str, str], *, closes: bool) -> str:
    return render_template(
        "team/messages/outcome.html", message=message, choices=list(LedTo), led_to=led_to, closes=closes, errors=errors
    )
