"""What the follow-ups of a message have in common: its audience, its channels, and a wait for approval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.training import in_training
from owl.foundation.clock import show_time
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.events import EventName, record_events
from owl.messages.approving import follow_up_hash
from owl.messages.audience import Audience
from owl.messages.checking import check_words
from owl.messages.draft import Draft
from owl.messages.markdown import as_text
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.moving import move
from owl.messages.training import keep_apart
from owl.messages.word_rules import LONGEST_TITLE


@dataclass(frozen=True, slots=True)
class Words:
    """What a follow-up says. `body` is Markdown; an empty `sms_text` means that a text says the same."""

    title: str
    body: str
    sms_text: str = ""
    urgent: bool = False


def wrote_about(message: Message) -> str:
    """How a follow-up names what it follows: 'On Sunday 22 November, 14:05 we wrote to you about "Sheds".'."""
    when = f"On {show_time(message.approved_at)} we" if message.approved_at else "We"
    return f'{when} wrote to you about "{message.title}".'


def title_after(message: Message, which: FollowUp) -> str:
    """The title to begin with: "Update: Sheds broken into"."""
    return f"{which.label}: {message.title}"[:LONGEST_TITLE]


def draft_after(message: Message, which: FollowUp, words: Words, now: datetime) -> Draft:
    """What is to be approved. Raises BadInput for `title`, `words` or `sms_text`."""
    severity = Severity.URGENT if words.urgent else Severity.ROUTINE
    until = message.valid_until if which is FollowUp.UPDATE and message.valid_until else None
    draft = Draft(
        which.kind, severity, words.title, words.body, words.sms_text, Audience.from_json(message.audience),
        valid_until=until if until and until > now else None, partner_id=message.partner_id,
    ).tidied()  # fmt: skip
    try:
        draft.check_shape()
        text = (draft.sms_text or as_text(draft.body)) if draft.by_text else ""
        draft = replace(draft, sms_text=text)
        draft.check_ready(public_url=settings().public_url, now=now)
        check_words(db.session(), draft)
    except BadInput as error:
        faults = {"words" if field == "body" else field: why for field, why in error.fields.items()}
        if "words" in faults and not words.sms_text:
            faults.pop("sms_text", None)  # it would have said the same
        raise BadInput(faults) from None
    return draft


def write(
    session: Session, message: Message, which: FollowUp, draft: Draft, *, author_id: int, now: datetime
) -> int | None:
    """The id of a new follow-up that waits for approval; None where a colleague's came first."""
    keep_apart(session.get_one(User, author_id), message)
    new = Message(
        kind=draft.kind, status=MessageStatus.AWAITING_APPROVAL, follows_id=message.id, follow_up=which,
        audience=draft.audience.to_json(), audience_hash=follow_up_hash(message.id),
        neighbourhood_ids=message.neighbourhood_ids, partner_id=message.partner_id, author_id=author_id,
        created_at=now, submitted_at=now,
        training=message.training or in_training(session, author_id), **_words_of(draft),
    )  # fmt: skip
    session.add(new)
    try:
        session.flush()
    except IntegrityError:
        return None
    record_events(session, EventName.MESSAGE_AWAITING_APPROVAL, [new.id])
    return new.id


def ask_again(
    session: Session, follow_up: Message, draft: Draft, *conditions: sa.ColumnElement[bool], author_id: int,
    now: datetime,
) -> bool:  # fmt: skip
    """Whether the author's own follow-up, which came back, waits for approval again with these words."""
    own = (Message.author_id == author_id, *conditions)
    again = {"submitted_at": now, "returned_reason": None, **_words_of(draft)}
    return move(session, follow_up.id, MessageStatus.AWAITING_APPROVAL, *own, **again)


def _words_of(draft: Draft) -> dict[str, Any]:
    return {
        "severity": draft.severity,
        "title": draft.title,
        "body": draft.body,
        "sms_text": draft.sms_text or None,
        "valid_until": draft.valid_until,
    }
