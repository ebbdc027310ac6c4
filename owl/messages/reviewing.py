"""What was sent in an emergency is looked at afterwards by an inspector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, areas_of, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.messages.models import Message
from owl.messages.review_models import EmergencyReview
from owl.messages.separation import wrote_on
from owl.messages.word_rules import LONGEST_TEXT


class AlreadyReviewed(Conflict):
    """Another inspector has looked at it."""

    def __init__(self) -> None:
        super().__init__("Somebody has reviewed this message already, so nothing was kept of yours.")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A message that was sent in an emergency, as it waits for its review."""

    message_id: int
    title: str
    sent_by: str  # rank and name
    because: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the review; `reviewer` None: it still waits."""

    reviewer: str | None
    reviewed_at: datetime | None
    was_right: bool | None
    note: str | None


def review_emergency(message_id: int, *, reviewer_id: int, was_right: bool | None, note: str, now: datetime) -> None:
    """Keep what the inspector thinks of a message that was sent in an emergency. Once.

    Raises BadInput for `was_right` or `note`, NotFound, Refused or AlreadyReviewed.
    """
    note = note.strip()
    faults = {}
    if was_right is None:
        faults["was_right"] = "Say whether it was right to send it without a second person."
    if not note or len(note) > LONGEST_TEXT or "\0" in note:
        faults["note"] = f"Say in up to {LONGEST_TEXT:,} characters what you looked at."
    if faults:
        raise BadInput(faults)
    with transaction() as session:
        message = session.get(Message, message_id)
        if message is None or message.self_approved_because is None:
            raise NotFound("There is no such message, or it was not sent in an emergency.")
        require(session, reviewer_id, Permission.REVIEW, message.neighbourhood_ids)
        if wrote_on(session, message, reviewer_id):
            raise Refused("You wrote or sent this message, so another inspector must review it.")
        reviewed = (
            sa.update(EmergencyReview)
            .where(EmergencyReview.message_id == message_id, EmergencyReview.reviewed_at.is_(None))
            .values(reviewer_id=reviewer_id, reviewed_at=now, was_right=was_right, note=note)
            .returning(EmergencyReview.message_id)
        )
        if session.scalar(reviewed) is None:
            raise AlreadyReviewed
        record_act(
            session, "review emergency", actor_id=reviewer_id, subject="message", subject_id=message_id, now=now,
            was_right=was_right,
        )  # fmt: skip


def waiting_for_review(session: Session, *, user_id: int) -> list[ReviewRow]:
    """What was sent in an emergency in the user's areas and nobody has reviewed, longest waiting first."""
    sender = sa.func.concat_ws(" ", User.rank, User.name)
    found = session.execute(
        sa.select(Message.id, Message.title, sender, Message.self_approved_because, EmergencyReview.asked_at)
        .join(EmergencyReview, EmergencyReview.message_id == Message.id)
        .join(User, User.id == Message.approver_id)
        .where(
            EmergencyReview.reviewed_at.is_(None),
            Message.neighbourhood_ids.overlap(sorted(areas_of(session, user_id))),
            Message.approver_id != user_id,
        )
        .order_by(EmergencyReview.asked_at)
    )
    return [ReviewRow(*row) for row in found]


def verdict_of(session: Session, message_id: int) -> Verdict | None:
    """What the review of the message says; None where it was not sent in an emergency."""
    reviewer = sa.func.nullif(sa.func.concat_ws(" ", User.rank, User.name), "")
    found = session.execute(
        sa.select(reviewer, EmergencyReview.reviewed_at, EmergencyReview.was_right, EmergencyReview.note)
        .outerjoin(User, User.id == EmergencyReview.reviewer_id)
        .where(EmergencyReview.message_id == message_id)
    ).one_or_none()
    return Verdict(*found) if found else None
