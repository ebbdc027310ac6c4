"""Standing down: telling exactly those whom a message reached that it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.delivery.cancelling import CANCELLABLE, stop_for_good
from owl.delivery.digests.waiting import let_go_of
from owl.delivery.reached import reached_anybody
from owl.delivery.settling import settle_cancelled
from owl.foundation.audit import record_act
from owl.foundation.clock import show_time
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.households.choices import Kind
from owl.messages.approving import stand_down_hash
from owl.messages.audience import Audience
from owl.messages.draft import LONGEST_TITLE, Draft
from owl.messages.markdown import as_text
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from owl.messages.moving import move
from owl.messages.queries import message_for, stand_down_of


class NothingToStandDown(Conflict):
    """Nobody has got the message, or it is a stand-down itself."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class StoodDown(Conflict):
    """Somebody has written a stand-down of this message already."""

    def __init__(self) -> None:
        super().__init__("There is a stand-down of this message already, so nothing was written.")


def prefilled(message: Message) -> tuple[str, str]:
    """(title, words) to begin a stand-down with."""
    when = f"On {show_time(message.approved_at)} we" if message.approved_at else "We"
    words = f'{when} wrote to you about "{message.title}". This is over. You need do nothing more. Thank you.'
    return f"Stand-down: {message.title}"[:LONGEST_TITLE], words


def stand_down(
    message_id: int, *, author_id: int, title: str, words: str, version: int | None = None, now: datetime
) -> int:
    """The id of a stand-down that waits for approval. The message stops for good at once, approved or not.

    It will go to those whom the message reached, ahead of everything else. A stand-down that came back to
    its author is asked for again with the new words. `version` is of the message as the author saw it.
    Raises NotFound, Refused, BadInput for `title` or `words`, NothingToStandDown, StoodDown or MovedMeanwhile.
    """
    with transaction() as session:
        message = message_for(session, message_id, user_id=author_id)
        require(session, author_id, Permission.COMPOSE, message.neighbourhood_ids)
        _check(session, message, now)
        draft = _draft(message, title, words, now)
        if message.status in CANCELLABLE:
            stop_for_good(session, message_id, user_id=author_id, version=version, now=now)
        written = _write(session, message, draft, author_id=author_id, now=now)
        record_act(
            session, "ask for stand-down", actor_id=author_id, subject="message", subject_id=written, now=now,
            of=message_id,
        )  # fmt: skip
    settle_cancelled(now=now)
    let_go_of(message_id, now=now)
    return written


def _check(session: Session, message: Message, now: datetime) -> None:
    if message.kind is Kind.STAND_DOWN:
        raise NothingToStandDown("This is a stand-down itself. Write a new message instead.")
    if message.approved_at is None or not reached_anybody(session, message.id, now):
        raise NothingToStandDown("Nobody has got this message, so there is nothing to stand down.")


def _draft(message: Message, title: str, words: str, now: datetime) -> Draft:
    """What is to be approved. Raises BadInput for `title` or `words`."""
    audience = Audience.from_json(message.audience)
    draft = Draft(Kind.STAND_DOWN, Severity.URGENT, title, words, "", audience, valid_until=None).tidied()
    try:
        draft.check_shape()
        draft = replace(draft, sms_text=as_text(draft.body) if draft.by_text else "")
        draft.check_ready(public_url=settings().public_url, now=now)
    except BadInput as error:
        raise BadInput({"title" if field == "title" else "words": why for field, why in error.fields.items()}) from None
    return draft


def _write(session: Session, message: Message, draft: Draft, *, author_id: int, now: datetime) -> int:
    """The id of the stand-down: a new one, or the author's own that came back."""
    values: dict[str, Any] = {
        "title": draft.title,
        "body": draft.body,
        "sms_text": draft.sms_text or None,
        "audience_hash": stand_down_hash(message.id),
        "submitted_at": now,
        "returned_reason": None,
    }
    there = stand_down_of(session, message.id)
    if there is not None:
        mine = Message.author_id == author_id
        if not move(session, there.id, MessageStatus.AWAITING_APPROVAL, mine, **values):
            raise StoodDown
        return there.id
    new = Message(
        kind=draft.kind, severity=draft.severity, status=MessageStatus.AWAITING_APPROVAL, follows_id=message.id,
        follow_up=FollowUp.STAND_DOWN, audience=draft.audience.to_json(),
        neighbourhood_ids=message.neighbourhood_ids, author_id=author_id, created_at=now, **values,
    )  # fmt: skip
    session.add(new)
    try:
        session.flush()
    except IntegrityError as error:  # a colleague's came first
        raise StoodDown from error
    return new.id
