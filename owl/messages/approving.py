"""What a supervisor decides: the step that lets a message go, and the way back to its author."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.clock import show_time
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.messages.audience import Audience
from owl.messages.draft import LONGEST_TEXT
from owl.messages.models import Message, MessageStatus
from owl.messages.moving import move
from owl.messages.reach import audience_hash, neighbourhoods_touched


class SelfApproval(Refused):
    """An author may not decide about their own message."""

    def __init__(self) -> None:
        super().__init__("Somebody other than its author must decide about a message.")


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
    Raises NotFound, Refused, SelfApproval, AlreadyApproved, NotWaiting, Over, AudienceChanged,
    EmptyAudience or UnknownArea.
    """
    message = _decided_by(session, message_id, approver_id)
    if message.valid_until and message.valid_until <= now:
        raise Over(message.valid_until)
    as_shown = Message.version == (message.version if shown_version is None else shown_version)
    conditions = (Message.author_id != approver_id, as_shown, Message.status == MessageStatus.AWAITING_APPROVAL)
    onward = MessageStatus.SCHEDULED if message.send_at and message.send_at > now else MessageStatus.SENDING
    if not move(session, message_id, onward, *conditions, approver_id=approver_id, approved_at=now):
        raise _why_not(session, message)
    session.refresh(message)
    current = _frozen(session, message)
    if not hmac.compare_digest(current, message.audience_hash or b"") or not hmac.compare_digest(current, shown_hash):
        raise AudienceChanged
    return message


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
        record_act(session, "return message", actor_id=supervisor_id, subject="message", subject_id=message_id, now=now)


def stand_down_hash(message_id: int) -> bytes:
    """What stands for the audience of the message's stand-down: no areas, but those whom the message reached."""
    return hashlib.sha256(f"stand-down of {message_id}".encode()).digest()


def _frozen(session: Session, message: Message) -> bytes:
    if message.follows_id is not None:
        return stand_down_hash(message.follows_id)
    return audience_hash(session, Audience.from_json(message.audience))


def _decided_by(session: Session, message_id: int, user_id: int) -> Message:
    """The message, which this user may decide about."""
    message = session.get(Message, message_id)
    if message is None or message.submitted_at is None:
        raise NotFound("There is no such message.")
    touched = set(message.neighbourhood_ids)
    if message.follows_id is None:
        touched.update(neighbourhoods_touched(session, Audience.from_json(message.audience)))
    require(session, user_id, Permission.APPROVE, touched)
    if message.author_id == user_id:
        raise SelfApproval
    return message


def _why_not(session: Session, message: Message) -> Conflict:
    session.refresh(message)
    if message.approved_at is not None:
        return AlreadyApproved(message.id)
    return NotWaiting(message.status)
