"""What came back on a message, for its page: ratings, replies, and the answers to its question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_security import current_user

from owl.accounts.permissions import areas_of
from owl.consultations.builtin_question import closes_at, turnout
from owl.consultations.results import Results, results
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.households.choices import Kind
from owl.messages.models import Message
from owl.replies.queries import replies_to
from owl.replies.ratings import ratings_of


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question stands."""

    closes_at: datetime
    homes: int  # that have answered
    results: Results | None  # None: still open


def feedback_of(message: Message) -> dict[str, object]:
    """What templates/team/messages/feedback.html needs."""
    session, now = db.session(), utc_now()
    return {
        "now": now,
        "ratings": ratings_of(session, message.id),
        "replies": replies_to(session, message.id, areas_of(session, current_user.id)),
        "asked": _asked(message, now),
    }


def _asked(message: Message, now: datetime) -> Asked | None:
    if message.kind is not Kind.CONSULTATION_INVITATION:
        return None
    session, close = db.session(), closes_at(message)
    return Asked(close, turnout(session, message.id), results(session, message.id, now=now) if now >= close else None)
