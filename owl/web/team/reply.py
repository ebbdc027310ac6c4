"""One conversation with a resident: reading it, answering, and all that a team does with it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.colleagues import colleagues, signature
from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict, OwlError
from owl.foundation.notices import Channel
from owl.replies.answering import LONGEST_TEXT, answer_reply, hand_over_reply
from owl.replies.assigning import assign_reply, claim_reply
from owl.replies.closing import close_reply, reopen_reply
from owl.replies.conversations import conversation
from owl.replies.history import history_of
from owl.replies.lists import entries, entry_named
from owl.replies.merging import merge_replies
from owl.replies.noting import add_note
from owl.replies.states import WITHOUT_WRITING, Ending
from owl.replies.ticket_models import ListName
from owl.replies.words import LONGEST
from owl.web.access import permission_required
from owl.web.addresses import row_id

bp = Blueprint("team_reply", __name__, url_prefix="/team/replies/<int:reply_id>")


@bp.get("")
@permission_required(Permission.READ)
def show(reply_id: int) -> ResponseReturnValue:
    found = conversation(db.session(), reply_id, areas_of(db.session(), current_user.id))
    if found.reply.merged_into_id is not None:
        return redirect(url_for(".show", reply_id=found.reply.merged_into_id))
    return _page(reply_id)


@bp.post("/answer")
@permission_required(Permission.ANSWER)
def answer(reply_id: int) -> ResponseReturnValue:
    form = request.form
    if form.get("do") == "insert":
        return _page(reply_id, typed=_with_answer_at_hand(form.get("words", ""), form.get("canned", "")))
    return _do(
        reply_id,
        lambda: answer_reply(
            reply_id,
            form.get("words", ""),
            author_id=current_user.id,
            seen=form.get("seen", type=int),
            written=form.get("written", type=int),
            waits=form.get("do") == "wait",
            now=utc_now(),
        ),
        "Your answer is on its way.",
    )


@bp.post("/hand-over")
@permission_required(Permission.ANSWER)
def hand_over(reply_id: int) -> ResponseReturnValue:
    form = request.form
    return _do(
        reply_id,
        lambda: hand_over_reply(
            reply_id,
            form.get("body", ""),
            form.get("directions", ""),
            author_id=current_user.id,
            seen=form.get("seen", type=int),
            written=form.get("written", type=int),
            now=utc_now(),
        ),
        "They are told who can help, and how to write there.",
    )


@bp.post("/note")
@permission_required(Permission.ANSWER)
def note(reply_id: int) -> ResponseReturnValue:
    words = request.form.get("note", "")
    return _do(
        reply_id, lambda: add_note(reply_id, words, author_id=current_user.id, now=utc_now()), "Your note is kept."
    )


@bp.post("/claim")
@permission_required(Permission.ANSWER)
def claim(reply_id: int) -> ResponseReturnValue:
    return _do(reply_id, lambda: claim_reply(reply_id, user_id=current_user.id, now=utc_now()), "It is yours now.")


@bp.post("/assign")
@permission_required(Permission.ANSWER)
def assign(reply_id: int) -> ResponseReturnValue:
    to_id = row_id("to")
    return _do(
        reply_id,
        lambda: assign_reply(reply_id, to_id=to_id, user_id=current_user.id, now=utc_now()),
        "Your colleague has it now, and is told by mail." if to_id else "It is back with the team.",
    )


@bp.post("/close")
@permission_required(Permission.ANSWER)
def close(reply_id: int) -> ResponseReturnValue:
    chosen, seen = request.form.get("because", ""), request.form.get("seen", type=int)
    because = Ending(chosen) if chosen in list(Ending) else None
    return _do(
        reply_id, lambda: close_reply(reply_id, because, user_id=current_user.id, seen=seen, now=utc_now()), "Closed."
    )


@bp.post("/reopen")
@permission_required(Permission.ANSWER)
def reopen(reply_id: int) -> ResponseReturnValue:
    return _do(reply_id, lambda: reopen_reply(reply_id, user_id=current_user.id, now=utc_now()), "It is open again.")


@bp.post("/merge")
@permission_required(Permission.ANSWER)
def merge(reply_id: int) -> ResponseReturnValue:
    other_id = row_id("other")
    if not other_id:
        return _page(reply_id, BadInput("Choose which reply to merge into this one."))
    return _do(
        reply_id,
        lambda: merge_replies(reply_id, other_id, user_id=current_user.id, now=utc_now()),
        "Both are one conversation now.",
    )


def _do(reply_id: int, act: Callable[[], None], done: str) -> ResponseReturnValue:
    """The page after the act; after a fault of somebody's, with its sentence and all that was typed."""
    try:
        act()
    except (BadInput, Conflict) as fault:
        return _page(reply_id, fault)
    flash(done)
    return redirect(url_for(".show", reply_id=reply_id), HTTPStatus.SEE_OTHER)


def _with_answer_at_hand(words: str, name: str) -> str:
    chosen = entry_named(db.session(), ListName.ANSWERS, name)
    return "\n\n".join(filter(None, [words.strip(), chosen.words if chosen else ""]))


def _page(reply_id: int, fault: OwlError | None = None, *, typed: str | None = None) -> ResponseReturnValue:
    session, now = db.session(), utc_now()
    found = conversation(session, reply_id, areas_of(session, current_user.id))
    may_answer = Permission.ANSWER in permissions_of(current_user)
    faults = fault.fields if isinstance(fault, BadInput) else {"": fault.sentence} if fault else {}
    html = render_template(
        "team/replies/conversation.html",
        now=now,
        found=found,
        reply=found.reply,
        history=history_of(session, reply_id),
        may_answer=may_answer,
        colleagues=colleagues(session, [found.reply.neighbourhood_id], Permission.ANSWER, now=now)
        if may_answer
        else (),
        bodies=entries(session, ListName.BODIES),
        canned=entries(session, ListName.ANSWERS),
        reasons=WITHOUT_WRITING,
        signed=signature(current_user.rank, current_user.name),
        longest=LONGEST_TEXT if found.goes_by is Channel.SMS else LONGEST,
        errors=faults,
        typed=request.form.get("words", "") if typed is None else typed,
        form=request.form,
    )
    return html, fault.status if fault else HTTPStatus.OK
