"""What a supervisor decides: the step that lets a message go, and the way back to its author."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.clock import show_time
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.messages.audience import Audience
from owl.messages.models import Message, MessageStatus
from owl.messages.moving import move
from owl.messages.reach import audience_hash, neighbourhoods_touched
from owl.messages.separation import note_return, returned_it, wrote_on
from owl.messages.training import keep_apart
from owl.messages.word_rules import LONGEST_TEXT


class SelfApproval(Refused):
    """Whoever wrote on a message may not decide about it."""

    def __init__(self) -> None:
        super().__init__("Somebody other than its author must decide about a message.")


class ReturnedByYou(Refused):
    """Whoever said what has to change does not say as well that it is good now."""

    def __init__(self) -> None:
        super().__init__("You returned this message before, so somebody else must approve it.")


class AlreadyApproved(Conflict):
    """A second approval arrived: a colleague was faster, or the button was pressed twice."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"Message {message_id} is already approved; nothing was sent again.")


class AudienceChanged(Conflict):
    """The homes that the message reaches are not those that were shown."""

    def __init__(self) -> None:
        super().__init__(
            "The areas of this message changed after it was shown to you, so nothing was sent. "
            "Look at it again, or return it to its author."
        )


class Over(Conflict):
    """The message is not valid any more."""

    def __init__(self, valid_until: datetime) -> None:
        super().__init__(f"This message was valid until {show_time(valid_until)}, so nothing was sent.")


class NotWaiting(Conflict):
    """The message does not wait for approval, or not as it was shown."""

    def __init__(self, status: MessageStatus) -> None:
        super().__init__(
            "This message was changed after you opened it, so nothing was done. Look at it again. "
            f"It stands at: {status.label.lower()}."
        )


def mark_approved(
    session: Session,
    message_id: int,
    *,
    approver_id: int,
    shown_hash: bytes,
    shown_version: int | None = None,
    now: datetime,
) -> Message:
    """The message, approved, and sending or waiting for its time, inside the caller's transaction. One caller wins.

    `shown_hash` (its audience) and `shown_version` (its words) are of what the approver saw.
    Raises NotFound, Refused, SelfApproval, ReturnedByYou, AlreadyApproved, NotWaiting, Over,
    AudienceChanged, EmptyAudience or UnknownArea.
    """
    message = _decided_by(session, message_id, approver_id)
    if returned_it(session, message_id, approver_id):
        raise ReturnedByYou
    as_shown = Message.version == (message.version if shown_version is None else shown_version)
    let_go(
        session, message, as_shown, Message.author_id != approver_id, shown_hash=shown_hash, now=now,
        approver_id=approver_id,
    )  # fmt: skip
    return message


def let_go(
    session: Session, message: Message, *conditions: sa.ColumnElement[bool], shown_hash: bytes, now: datetime,
    **values: Any,
) -> None:  # fmt: skip
    """Let a message that waits for approval go out, or wait for its time, inside the caller's transaction.

    Who may have that done is the caller's to check. Raises AlreadyApproved, NotWaiting, Over or AudienceChanged.
    """
    if message.valid_until and message.valid_until <= now:
        raise Over(message.valid_until)
    waits = Message.status == MessageStatus.AWAITING_APPROVAL
    onward = MessageStatus.SCHEDULED if message.send_at and message.send_at > now else MessageStatus.SENDING
    if not move(session, message.id, onward, waits, *conditions, approved_at=now, **values):
        raise _why_not(session, message)
    session.refresh(message)
    current = _frozen(session, message)
    if not hmac.compare_digest(current, message.audience_hash or b"") or not hmac.compare_digest(current, shown_hash):
        raise AudienceChanged


def return_message(message_id: int, *, supervisor_id: int, reason: str, version: int, now: datetime) -> None:
    """Give the message back to its author, with the reason.

    Raises BadInput, NotFound, Refused, SelfApproval, AlreadyApproved or NotWaiting.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput({"reason": "Say why you return it, so that its author knows what to change."})
    if len(reason) > LONGEST_TEXT or "\0" in reason:
        raise BadInput({"reason": f"Give the reason in {LONGEST_TEXT:,} characters or fewer."})
    with transaction() as session:
        message = _decided_by(session, message_id, supervisor_id)
        if not move(session, message_id, MessageStatus.RETURNED, Message.version == version, returned_reason=reason):
            raise _why_not(session, message)
        note_return(session, message_id, supervisor_id, now=now)
        record_act(session, "return message", actor_id=supervisor_id, subject="message", subject_id=message_id, now=now)


def follow_up_hash(message_id: int) -> bytes:
    """What stands for the audience of the message's follow-ups: no areas, but those whom the message reached."""
    return hashlib.sha256(f"follow-up of {message_id}".encode()).digest()


def _frozen(session: Session, message: Message) -> bytes:
    if message.follows_id is not None:
        return follow_up_hash(message.follows_id)
    return audience_hash(session, Audience.from_json(message.audience))


def _decided_by(session: Session, message_id: int, user_id: int) -> Message:
    """The message, which this user may decide about."""
    message = session.get(Message, message_id)
    if message is None or message.submitted_at is None:
        raise NotFound("There is no such message.")
    touched = set(message.neighbourhood_ids)
    if message.follows_id is None:
        touched.update(neighbourhoods_touched(session, Audience.from_json(message.audience)))
    # Read anew and held: a role that is taken away this moment is not used any more.
    session.get(User, user_id, populate_existing=True, with_for_update={"read": True})
    keep_apart(require(session, user_id, Permission.APPROVE, touched), message)
    if wrote_on(session, message, user_id):
        raise SelfApproval
    return message


def _why_not(session: Session, message: Message) -> Conflict:
    session.refresh(message)
    if message.approved_at is not None:
        return AlreadyApproved(message.id)
    return NotWaiting(message.status)
