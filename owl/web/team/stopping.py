"""Buttons for a message on its way: pause, go on, cancel the rest, send late, stand down."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.delivery.cancelling import CANCELLABLE, cancel_message
from owl.delivery.digests.withdrawing import take_out_of_digests
from owl.delivery.models import DeliveryStatus
from owl.delivery.pausing import pause_message, resume_message
from owl.delivery.queries import Progress, ledger
from owl.delivery.reached import reached_anybody
from owl.delivery.spending import lift_ceiling, next_day, texts_wait
from owl.delivery.standing_down import prefilled, stand_down
from owl.delivery.starting import send_anyway
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.households.choices import Kind
from owl.messages.models import Message, MessageStatus
from owl.messages.queries import stand_down_of
from owl.messages.schedule import is_late
from owl.web.access import permission_required
from owl.web.addresses import shown_version
from owl.web.conflicts import telling_of_conflicts
from owl.web.team.reached_again import reached_again
from owl.web.team.seen import seen_message, to_message

bp = Blueprint("team_stopping", __name__, url_prefix="/team/messages")

ID = "<int:message_id>"


@bp.post(f"/{ID}/pause")
@permission_required(Permission.STOP)
def pause(message_id: int) -> ResponseReturnValue:
    return _do(pause_message, message_id, "Paused. Nothing more goes out until somebody lets it go on.")


@bp.post(f"/{ID}/resume")
@permission_required(Permission.STOP)
def resume(message_id: int) -> ResponseReturnValue:
    return _do(resume_message, message_id, "It goes on, with those who have not been written to yet.")


@bp.post(f"/{ID}/send-anyway")
@permission_required(Permission.STOP)
def send_late(message_id: int) -> ResponseReturnValue:
    return _do(send_anyway, message_id, "It is going out now.")


@bp.post(f"/{ID}/lift-ceiling")
@permission_required(Permission.APPROVE)
def lift(message_id: int) -> ResponseReturnValue:
    seen_message(message_id)
    lift_ceiling(user_id=current_user.id, now=utc_now())
    flash("Texts go out now, and for the rest of the day whatever they cost.")
    return to_message(message_id)


@bp.post(f"/{ID}/take-out")
@permission_required(Permission.STOP)
def take_out(message_id: int) -> ResponseReturnValue:
    with telling_of_conflicts():
        take_out_of_digests(message_id, user_id=current_user.id, now=utc_now())
        flash("Taken out. No digest carries it any more.")
    return to_message(message_id)


@bp.get(f"/{ID}/stop")
@permission_required(Permission.STOP)
def ask_to_cancel(message_id: int) -> ResponseReturnValue:
    message = seen_message(message_id)
    if message.status not in CANCELLABLE:
        return to_message(message_id)
    return render_template("team/messages/cancel.html", message=message, ledger=ledger(db.session(), message_id))


@bp.post(f"/{ID}/stop")
@permission_required(Permission.STOP)
def cancel(message_id: int) -> ResponseReturnValue:
    return _do(cancel_message, message_id, "Cancelled. Nobody else gets it.")


@bp.get(f"/{ID}/stand-down")
@permission_required(Permission.COMPOSE)
def write_stand_down(message_id: int) -> ResponseReturnValue:
    session = db.session()
    message = seen_message(message_id)
    there = stand_down_of(session, message_id)
    if there is not None and not _is_returned_to_me(there):
        return to_message(there.id)
    title, words = (there.title, there.body) if there else prefilled(message)
    return _stand_down(message, title, words, {})


@bp.post(f"/{ID}/stand-down")
@permission_required(Permission.COMPOSE)
def ask_for_stand_down(message_id: int) -> ResponseReturnValue:
    message = seen_message(message_id)
    title, words = request.form.get("title", ""), request.form.get("words", "")
    try:
        written = stand_down(
            message_id, author_id=current_user.id, title=title, words=words, version=shown_version(), now=utc_now()
        )
    except BadInput as error:
        return _stand_down(message, title, words, error.fields), error.status
    except Conflict as error:
        flash(error.sentence, "important")
        return to_message(message_id)
    flash("Sent for approval. A supervisor other than you decides; it then overtakes everything else.")
    return to_message(written)


def stopping_of(message: Message, how_far: Progress) -> dict[str, object]:
    """What templates/team/messages/stopping.html needs."""
    session, now = db.session(), utc_now()
    granted = permissions_of(current_user)
    covers = set(message.neighbourhood_ids) <= areas_of(session, current_user.id)
    there = stand_down_of(session, message.id) if message.kind is not Kind.STAND_DOWN else None
    may_write = covers and Permission.COMPOSE in granted and message.kind is not Kind.STAND_DOWN
    went_out = message.approved_at is not None and message.status is not MessageStatus.SCHEDULED
    return {
        "message": message,
        "may_stop": covers and Permission.STOP in granted and message.status in CANCELLABLE,
        "may_take_out": covers
        and Permission.STOP in granted
        and message.status in {MessageStatus.SENT, MessageStatus.CLOSED}
        and how_far.whole.count(DeliveryStatus.HELD_FOR_DIGEST) > 0,
        "is_late": message.status is MessageStatus.SCHEDULED
        and bool(message.send_at and is_late(message.send_at, now)),
        "texts_wait_until": next_day(now) if texts_wait(session, message, now) else None,
        "may_lift": Permission.APPROVE in granted,
        "stand_down": there,
        "stands_down": session.get(Message, message.follows_id) if message.follows_id else None,
        "may_stand_down": may_write
        and went_out
        and there is None
        and how_far.may_have_reached
        and reached_anybody(session, message.id, now),
    }


def _do(act: Callable[..., None], message_id: int, done: str) -> ResponseReturnValue:
    seen_message(message_id)
    with telling_of_conflicts():
        act(message_id, user_id=current_user.id, version=shown_version(), now=utc_now())
        flash(done)
    return to_message(message_id)


def _stand_down(message: Message, title: str, words: str, errors: dict[str, str]) -> str:
    session = db.session()
    there = stand_down_of(session, message.id)
    return render_template(
        "team/messages/stand_down.html",
        message=message,
        ledger=ledger(session, message.id),
        **reached_again(session, message),
        is_going_out=message.status in CANCELLABLE,
        reason=there.returned_reason if there else None,
        title=title,
        words=words,
        errors=errors,
    )


def _is_returned_to_me(there: Message) -> bool:
    return there.status is MessageStatus.RETURNED and there.author_id == current_user.id
