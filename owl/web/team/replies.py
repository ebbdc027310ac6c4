"""What residents wrote back: the inbox by clock, one conversation, the answer."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound, OwlError
from owl.foundation.notices import Channel
from owl.replies.answering import (
    LONGEST_TEXT,
    AddedMeanwhile,
    AlreadyAnswered,
    CannotBeAnswered,
    answer_reply,
    signature,
)
from owl.replies.conversations import conversation
from owl.replies.queries import Show, count_waiting, inbox
from owl.replies.references import reply_named
from owl.replies.words import LONGEST
from owl.web.access import permission_required

bp = Blueprint("team_replies", __name__, url_prefix="/team/replies")

ONE = "/<int:reply_id>"


@bp.get("")
@permission_required(Permission.READ)
def show_inbox() -> ResponseReturnValue:
    return _inbox()


@bp.get("/find")
@permission_required(Permission.READ)
def find() -> ResponseReturnValue:
    reference = request.args.get("reference", "").strip()
    reply_id = reply_named(reference)
    try:
        if reply_id is None:
            raise NotFound("A reference looks like R1042-3. Check it and try again.")
        conversation(db.session(), reply_id, _areas())
    except NotFound as fault:
        return _inbox(reference, {"reference": fault.sentence}), HTTPStatus.NOT_FOUND
    return redirect(url_for(".show", reply_id=reply_id))


@bp.get(ONE)
@permission_required(Permission.READ)
def show(reply_id: int) -> ResponseReturnValue:
    return _page(reply_id)


@bp.post(f"{ONE}/answer")
@permission_required(Permission.ANSWER)
def answer(reply_id: int) -> ResponseReturnValue:
    try:
        answer_reply(
            reply_id,
            request.form.get("words", ""),
            author_id=current_user.id,
            seen=request.form.get("seen", type=int),
            now=utc_now(),
        )
    except (BadInput, AddedMeanwhile, AlreadyAnswered, CannotBeAnswered) as fault:
        return _page(reply_id, fault)
    flash("Your answer is on its way.")
    return redirect(url_for(".show", reply_id=reply_id), HTTPStatus.SEE_OTHER)


def _areas() -> frozenset[str]:
    return areas_of(db.session(), current_user.id)


def _inbox(reference: str = "", errors: dict[str, str] | None = None) -> str:
    chosen = request.args.get("show", "")
    show = Show(chosen) if chosen in list(Show) else Show.WAITING
    return render_template(
        "team/replies/inbox.html",
        now=utc_now(),
        show=show,
        shows=Show,
        inbox=inbox(db.session(), _areas(), show=show, page=request.args.get("page", 1, type=int)),
        waiting=count_waiting(db.session(), _areas()),
        reference=reference,
        errors=errors or {},
    )


def _page(reply_id: int, fault: OwlError | None = None) -> ResponseReturnValue:
    """The conversation; after a fault, with its sentence and the answer as it was typed."""
    found = conversation(db.session(), reply_id, _areas())
    faults = fault.fields if isinstance(fault, BadInput) else {"": fault.sentence} if fault else {}
    html = render_template(
        "team/replies/conversation.html",
        now=utc_now(),
        found=found,
        reply=found.reply,
        may_answer=Permission.ANSWER in permissions_of(current_user),
        signed=signature(current_user.rank, current_user.name),
        longest=LONGEST_TEXT if found.goes_by is Channel.SMS else LONGEST,
        errors=faults,
        typed=request.form.get("words", ""),
    )
    return html, fault.status if fault else HTTPStatus.OK
