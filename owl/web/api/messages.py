"""Messages: drafts in, and what became of them out. Approving is for people alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from owl.delivery.queries import faults, ledger
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.messages.composing import cancel_draft, create_draft, save_draft, submit_message
from owl.messages.queries import MessageRow, message_for, messages_in
from owl.systems.models import Scope
from owl.web.api.description import Answer, answers, spec
from owl.web.api.door import caller, done_once, scope_required
from owl.web.api.reading import draft_of, shown
from owl.web.api.shapes import (
    DraftChange,
    DraftIn,
    LedgerOut,
    MessageOut,
    MessagesOut,
    MessagesQuery,
    OnceHeaders,
    Submission,
)

bp = Blueprint("api_messages", __name__, url_prefix="/api/v1/messages")

ID = "<int:message_id>"
MISSING, CONFLICT = (404,), (404, 409)
TAGS = ["Messages"]


@bp.get("")
@scope_required(Scope.READ_MESSAGES)
@spec.validate(resp=answers(MessagesOut), tags=TAGS)
def index(query: MessagesQuery) -> Answer:
    """One page of the messages that concern the key's areas."""
    page = messages_in(db.session(), query.tab, user_id=caller().user_id, page=query.page)
    return {"messages": [_line(row) for row in page.rows], "page": page.number, "has_next": page.has_next}


@bp.post("")
@scope_required(Scope.WRITE_MESSAGES)
@done_once
@spec.validate(resp=answers(MessageOut, status=201, problems=(409,)), tags=TAGS)
def create(json: DraftIn, headers: OnceHeaders) -> Answer:  # noqa: ARG001  # described by it
    """Write a new draft. Nobody gets it before a person has approved it."""
    message_id = create_draft(draft_of(json), author_id=caller().user_id, now=utc_now())
    return _shown(message_id), 201


@bp.get(f"/{ID}")
@scope_required(Scope.READ_MESSAGES)
@spec.validate(resp=answers(MessageOut, problems=MISSING), tags=TAGS)
def one(message_id: int) -> Answer:
    """One message as it stands."""
    return _shown(message_id)


@bp.put(f"/{ID}")
@scope_required(Scope.WRITE_MESSAGES)
@spec.validate(resp=answers(MessageOut, problems=CONFLICT), tags=TAGS)
def save(message_id: int, json: DraftChange) -> Answer:
    """Put these words in place of the draft's, if nobody has changed it since."""
    draft = draft_of(DraftIn(**json.model_dump(exclude={"version"})))
    save_draft(message_id, draft, user_id=caller().user_id, version=json.version, now=utc_now())
    return _shown(message_id)


@bp.post(f"/{ID}/submission")
@scope_required(Scope.WRITE_MESSAGES)
@done_once
@spec.validate(resp=answers(MessageOut, problems=CONFLICT), tags=TAGS)
def submit(message_id: int, json: Submission, headers: OnceHeaders) -> Answer:  # noqa: ARG001
    """Send the draft for approval, as it was read."""
    submit_message(message_id, user_id=caller().user_id, version=json.version, now=utc_now())
    return _shown(message_id)


@bp.post(f"/{ID}/cancellation")
@scope_required(Scope.WRITE_MESSAGES)
@done_once
@spec.validate(resp=answers(MessageOut, problems=CONFLICT), tags=TAGS)
def cancel(message_id: int, headers: OnceHeaders) -> Answer:  # noqa: ARG001
    """Put the draft away before it is approved."""
    cancel_draft(message_id, user_id=caller().user_id, now=utc_now())
    return _shown(message_id)


@bp.get(f"/{ID}/ledger")
@scope_required(Scope.READ_MESSAGES)
@spec.validate(resp=answers(LedgerOut, problems=MISSING), tags=TAGS)
def show_ledger(message_id: int) -> Answer:
    """How its deliveries stand at this moment."""
    message = message_for(db.session(), message_id, user_id=caller().user_id)
    found = ledger(db.session(), message.id)
    why = [{"reason": fault.sentence, "deliveries": fault.count} for fault in faults(db.session(), message.id)]
    return {"targeted": found.targeted, "states": found.by_state, "holds": found.holds, "faults": why}


def _shown(message_id: int) -> dict[str, Any]:
    db.session.expire_all()
    return shown(message_for(db.session(), message_id, user_id=caller().user_id))


def _line(row: MessageRow) -> dict[str, Any]:
    return {
        "id": row.id, "title": row.title, "kind": row.kind.value, "severity": row.severity.value,
        "status": row.status.value, "version": row.version, "homes": row.homes, "targeted": row.targeted,
        "created_at": row.created_at.isoformat(), "approved_at": row.approved_at and row.approved_at.isoformat(),
    }  # fmt: skip
