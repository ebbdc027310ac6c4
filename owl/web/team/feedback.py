"""What came back on a message, for its page: ratings, replies, and how many answered what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_security import current_user

from owl.accounts.permissions import areas_of
from owl.consultations.asked import asked_by_message
from owl.consultations.voices import homes_heard
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.languages import Language
from owl.messages.models import Message
from owl.replies.queries import replies_to
from owl.replies.ratings import ratings_of


@dataclass(frozen=True, slots=True)
class Asked:
    """How the consultation that the message invites to stands."""

    slug: str
    title: str
    closes_at: datetime
    homes: int  # that have answered


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
    session = db.session()
    found = asked_by_message(session, message.id, language=Language.ENGLISH, now=now)
    return Asked(found.slug, found.title, found.closes_at, homes_heard(session, found.id)) if found else None
