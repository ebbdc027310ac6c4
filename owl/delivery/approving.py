"""Approving: the moment from which a message goes out."""

from __future__ import annotations

from datetime import datetime

from owl.delivery.planning import plan_batches, plan_deliveries
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import OwlError
from owl.messages.approving import mark_approved
from owl.messages.models import Severity


class NobodyReached(OwlError):
    """The audience holds nobody who can be written to now."""

    def __init__(self) -> None:
        super().__init__("Nobody in this area can be reached any more. Return the message and choose a wider area.")


def approve_message(
    message_id: int, *, approver_id: int, shown_hash: bytes, shown_version: int | None = None, now: datetime
) -> None:
    """Approve the message, plan every delivery and queue its batches: all or nothing.

    `shown_hash` (of the audience) and `shown_version` (of the words) are of what the approver saw.
    Planning in the same transaction is what freezes the audience (docs/adr/0006-approval-plans.md).

    Raises NotFound, Refused, SelfApproval, AlreadyApproved, NotWaiting, AudienceChanged or NobodyReached.
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
        planned = plan_deliveries(session, message, now=now)
        if not planned.targeted:
            raise NobodyReached
        message.targeted = planned.targeted
        message.homes = planned.homes
        message.overridden = planned.overridden if message.severity is Severity.URGENT else None
        plan_batches(session, message, planned, now=now)
        record_act(
            session,
            "approve message",
            actor_id=approver_id,
            subject="message",
            subject_id=message_id,
            now=now,
            targeted=planned.targeted,
            homes=planned.homes,
            overridden=planned.overridden,
        )
