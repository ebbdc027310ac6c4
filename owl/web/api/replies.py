"""Replies of residents, and the answers to them. Words and references alone: no name, no address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from owl.accounts.permissions import areas_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.replies.answering import answer_reply
from owl.replies.queries import ReplyRow, replies_after, reply_in
from owl.systems.models import Scope
from owl.web.api.description import Answer, answers, spec
from owl.web.api.door import caller, done_once, scope_required
from owl.web.api.shapes import AnswerIn, OnceHeaders, RepliesOut, RepliesQuery, ReplyOut

bp = Blueprint("api_replies", __name__, url_prefix="/api/v1/replies")

ID = "<int:reply_id>"
TAGS = ["Replies"]


@bp.get("")
@scope_required(Scope.READ_REPLIES)
@spec.validate(resp=answers(RepliesOut), tags=TAGS)
def index(query: RepliesQuery) -> Answer:
    """Replies of the key's areas in the order in which they came, after one that you know."""
    rows, has_more = replies_after(db.session(), _areas(), after=query.after, limit=query.limit)
    return {"replies": [_shown(row) for row in rows], "has_more": has_more}


@bp.get(f"/{ID}")
@scope_required(Scope.READ_REPLIES)
@spec.validate(resp=answers(ReplyOut, problems=(404,)), tags=TAGS)
def one(reply_id: int) -> Answer:
    """One reply."""
    return _shown(reply_in(db.session(), _areas(), reply_id))


@bp.post(f"/{ID}/answer")
@scope_required(Scope.ANSWER)
@done_once
@spec.validate(resp=answers(ReplyOut, problems=(404, 409)), tags=TAGS)
def answer(reply_id: int, json: AnswerIn, headers: OnceHeaders) -> Answer:  # noqa: ARG001
    """Answer the reply; the answer goes out as mail or text from the team."""
    answer_reply(reply_id, json.words, author_id=caller().user_id, now=utc_now())
    db.session.expire_all()
    return _shown(reply_in(db.session(), _areas(), reply_id))


def _areas() -> frozenset[str]:
    return areas_of(db.session(), caller().user_id)


def _shown(row: ReplyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "reference": row.reference,
        "message_id": row.message_id,
        "neighbourhood": row.neighbourhood,
        "words": row.words,
        "anonymous": row.anonymous,
        "answerable": row.answerable,
        "received_at": row.received_at.isoformat(),
        "due_at": row.due_at and row.due_at.isoformat(),
        "answered_at": row.answered_at and row.answered_at.isoformat(),
    }
