"""What templates/team/messages/emergency.html needs, beside the message."""

from __future__ import annotations

from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.foundation.database import db
from owl.messages.models import Message, MessageStatus, Severity
from owl.messages.reviewing import verdict_of
from owl.messages.separation import wrote_on


def emergency_of(message: Message) -> dict[str, object]:
    """Whether the user may send it without approval, or review that; and what the review says."""
    session, granted = db.session(), permissions_of(current_user)
    covers = set(message.neighbourhood_ids) <= areas_of(session, current_user.id)
    mine = wrote_on(session, message, current_user.id)
    waits = message.status is MessageStatus.AWAITING_APPROVAL and message.severity is Severity.URGENT
    return {
        "may_act_alone": waits and mine and covers and Permission.COMPOSE in granted,
        "may_review": covers and not mine and Permission.REVIEW in granted,
        "verdict": verdict_of(session, message.id) if message.self_approved_because else None,
    }
