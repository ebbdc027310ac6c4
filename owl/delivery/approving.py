"""Approving: the moment from which a message goes out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from owl.delivery.planning import plan_batches, plan_deliveries
from owl.delivery.reached import count_reached
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, OwlError
from owl.messages.approving import mark_approved
from owl.messages.audience import Audience
from owl.messages.counting import count_reach
from owl.messages.draft import Draft
from owl.messages.models import Message, Severity
from owl.messages.text_ceilings import check_text_ceiling, segments_of
from owl.messages.training import is_training
from owl.messages.weighing import must_be_typed

DRIFT = 1000  # people join and leave while somebody reads: one home in so many more or fewer is the same number


class NobodyReached(OwlError):
    """The audience holds nobody who can be written to now."""

    def __init__(self) -> None:
        super().__init__("Nobody in this area can be reached any more. Return the message and choose a wider area.")


class NoGuests(NobodyReached):
    """Training, and nobody of the guest list gets this kind of message by these channels."""

    def __init__(self) -> None:
        OwlError.__init__(
            self, "This is training, and nobody on the guest list gets such a message. Ask your administrator."
        )


def approve_message(
    message_id: int,
    *,
    approver_id: int,
    shown_hash: bytes,
    shown_version: int | None = None,
    typed_homes: int | None = None,
    now: datetime,
) -> None:
    """Approve the message, plan every delivery and queue its batches: all or nothing.

    `shown_hash` (of the audience) and `shown_version` (of the words) are of what the approver saw; `typed_homes`
    is what they typed, which is asked where it reaches many. Planning in the same transaction is what freezes
    the audience (docs/adr/0006-approval-plans.md).

    Raises NotFound, Refused, SelfApproval, ReturnedByYou, AlreadyApproved, NotWaiting, AudienceChanged,
    NobodyReached, or BadInput for `typed_homes` or, where its texts cost more than the team has left, `channels`.
    """
    with transaction() as session:
        message = mark_approved(
            session,
            message_id,
            approver_id=approver_id,
            shown_hash=shown_hash,
            shown_version=shown_version,
            now=now,
        )
        homes = homes_of(session, message, now)
        if must_be_typed(session, homes):
            check_typed(typed_homes, homes)
        plan(session, message, act="approve message", actor_id=approver_id, now=now)


def homes_of(session: Session, message: Message, now: datetime) -> int:
    """How many homes the message would reach now."""
    if message.follows_id is not None:
        return count_reached(session, message.follows_id, now).homes
    draft = Draft.of(message)
    return count_reach(session, Audience.from_json(message.audience), draft.topic, now).homes


def check_typed(typed: int | None, homes: int) -> None:
    """Raises BadInput unless the number of homes was typed."""
    if typed is None:
        raise BadInput({"typed_homes": f"Type the number of homes that it reaches: {homes:,}."})
    if abs(typed - homes) > homes // DRIFT:
        raise BadInput({"typed_homes": f"It reaches {homes:,} homes, and you typed {typed:,}. Nothing was sent."})


def plan(session: Session, message: Message, *, act: str, actor_id: int, now: datetime) -> None:
    """Write the deliveries of a message that was let go and queue them. Raises NobodyReached or BadInput."""
    message.training = is_training(session, message)
    planned = plan_deliveries(session, message, now=now)
    if not planned.targeted:
        raise NoGuests if message.training else NobodyReached
    draft, texts = Draft.of(message), planned.targeted - planned.mails
    if message.follows_id is None and not message.training:
        check_text_ceiling(session, draft, message.neighbourhood_ids, texts=texts, now=now)
    message.targeted = planned.targeted
    message.text_segments = texts * segments_of(draft) if texts else 0
    message.homes = planned.homes
    message.overridden = planned.overridden if message.severity is Severity.URGENT else None
    plan_batches(session, message, planned, now=now)
    record_act(
        session,
        act,
        actor_id=actor_id,
        subject="message",
        subject_id=message.id,
        now=now,
        targeted=planned.targeted,
        homes=planned.homes,
        overridden=planned.overridden,
    )
