"""Forms for what follows a message: an update, what happened in the end, and either of them once more."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.priorities.telling import what_was_decided
from owl.delivery.follow_up_drafts import Words
from owl.delivery.following_up import NothingToFollow, check_may_follow, follow_up, prefilled, returned, reword
from owl.delivery.queries import ledger
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.messages.draft import Draft
from owl.messages.models import FollowUp, Message, Severity
from owl.messages.queries import follow_ups_of
from owl.reports.outcomes import outcome_of
from owl.web.access import permission_required
from owl.web.addresses import shown_version
from owl.web.conflicts import telling_of_conflicts
from owl.web.team.reached_again import reached_again
from owl.web.team.seen import seen_message, to_message

bp = Blueprint("team_following_up", __name__, url_prefix="/team/messages")

ID = "<int:message_id>"
ASKED = "Sent for approval. A supervisor other than you decides."


@bp.get(f"/{ID}/update")
@permission_required(Permission.COMPOSE)
def write_update(message_id: int) -> ResponseReturnValue:
    return _begin(message_id, FollowUp.UPDATE)


@bp.post(f"/{ID}/update")
@permission_required(Permission.COMPOSE)
def ask_for_update(message_id: int) -> ResponseReturnValue:
    return _ask(message_id, FollowUp.UPDATE)


@bp.get(f"/{ID}/what-happened")
@permission_required(Permission.COMPOSE)
def write_outcome(message_id: int) -> ResponseReturnValue:
    return _begin(message_id, FollowUp.OUTCOME)


@bp.post(f"/{ID}/what-happened")
@permission_required(Permission.COMPOSE)
def ask_for_outcome(message_id: int) -> ResponseReturnValue:
    return _ask(message_id, FollowUp.OUTCOME)


@bp.get(f"/{ID}/reword")
@permission_required(Permission.COMPOSE)
def look_again(message_id: int) -> ResponseReturnValue:
    ours, message = returned(db.session(), message_id, author_id=current_user.id)
    words = Words(ours.title, ours.body, ours.sms_text or "", ours.severity is Severity.URGENT)
    return _form(message, FollowUp(ours.kind), words, {}, ours=ours)


@bp.post(f"/{ID}/reword")
@permission_required(Permission.COMPOSE)
def ask_again(message_id: int) -> ResponseReturnValue:
    ours, message = returned(db.session(), message_id, author_id=current_user.id)
    words = _typed()
    try:
        with telling_of_conflicts():
            reword(message_id, author_id=current_user.id, words=words, version=shown_version(), now=utc_now())
            flash(ASKED)
    except BadInput as error:
        return _form(message, FollowUp(ours.kind), words, error.fields, ours=ours), error.status
    return to_message(message_id)


def follow_ups(message: Message, *, may_have_reached: bool) -> dict[str, object]:
    """What templates/team/messages/followed.html needs."""
    session = db.session()
    rows = follow_ups_of(session, message.id)
    covers = set(message.neighbourhood_ids) <= areas_of(session, current_user.id)
    may_write = covers and may_have_reached and Permission.COMPOSE in permissions_of(current_user)
    told = any(row.follow_up is FollowUp.OUTCOME for row in rows)
    return {
        "follow_ups": rows,
        "may_update": may_write and _may_follow(message, FollowUp.UPDATE),
        "may_tell": may_write and not told and _may_follow(message, FollowUp.OUTCOME),
    }


def _may_follow(message: Message, which: FollowUp) -> bool:
    try:
        check_may_follow(db.session(), message, which, utc_now())
    except NothingToFollow:
        return False
    return True


def _begin(message_id: int, which: FollowUp) -> ResponseReturnValue:
    session = db.session()
    message = seen_message(message_id)
    there = [row for row in follow_ups_of(session, message_id) if row.follow_up is which]
    if which is FollowUp.OUTCOME and there:
        return to_message(there[0].id)
    try:
        check_may_follow(session, message, which, utc_now())
    except NothingToFollow as error:
        flash(error.sentence, "important")
        return to_message(message_id)
    return _form(message, which, _first_words(message, which), {})


def _first_words(message: Message, which: FollowUp) -> Words:
    if which is not FollowUp.OUTCOME:
        return prefilled(message, which)
    said = outcome_of(db.session(), message.id)
    decided = what_was_decided(db.session(), message)
    return decided or prefilled(message, which, happened=said.sentences if said else "")


def _ask(message_id: int, which: FollowUp) -> ResponseReturnValue:
    message = seen_message(message_id)
    words = _typed()
    try:
        written = follow_up(message_id, which, author_id=current_user.id, words=words, now=utc_now())
    except BadInput as error:
        return _form(message, which, words, error.fields), error.status
    except Conflict as error:
        flash(error.sentence, "important")
        return to_message(message_id)
    flash(ASKED)
    return to_message(written)


def _form(
    message: Message, which: FollowUp, words: Words, errors: dict[str, str], *, ours: Message | None = None
) -> str:
    session = db.session()
    return render_template(
        "team/messages/follow_up.html",
        message=message,
        which=which,
        words=words,
        errors=errors,
        ours=ours,
        by_text=Draft.of(message).by_text,
        ledger=ledger(session, message.id),
        **reached_again(session, message),
    )


def _typed() -> Words:
    form = request.form
    return Words(form.get("title", ""), form.get("words", ""), form.get("sms_text", ""), form.get("urgent") == "yes")
