"""What homes said, counted: only after the close, and never a group so small that it points at somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.builtin_question import closes_at, turnout
from owl.consultations.issues import Issue
from owl.consultations.models import Ballot
from owl.foundation.clock import show_time
from owl.foundation.errors import Conflict, NotFound
from owl.households.choices import Kind
from owl.messages.models import Message

SMALLEST_GROUP = 5  # homes


class StillOpen(Conflict):
    """Nobody sees results before the close."""


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How many homes chose an issue; None: fewer than five, perhaps none."""

    issue: Issue
    homes: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a question."""

    homes: int  # that took part
    rows: tuple[IssueCount, ...]  # most chosen first, what is too small last
    words: tuple[str, ...]  # written anonymously, in the order of the alphabet


def results(session: Session, message_id: int, *, now: datetime) -> Results:
    """What homes answered. Raises NotFound for a message that asks nothing, StillOpen before the close."""
    message = session.get(Message, message_id)
    if message is None or message.kind is not Kind.CONSULTATION_INVITATION:
        raise NotFound("This message asks no question.")
    if now < closes_at(message):
        raise StillOpen(f"Nobody sees the answers before the question closes on {show_time(closes_at(message))}.")
    issue = sa.func.unnest(Ballot.issues).label("issue")
    chosen = sa.select(issue, sa.func.count().label("homes")).where(Ballot.message_id == message_id).group_by(issue)
    counts = {row.issue: row.homes for row in session.execute(chosen)}
    shown = [(count if (count := counts.get(issue.value, 0)) >= SMALLEST_GROUP else None, issue) for issue in Issue]
    rows = sorted((IssueCount(issue, homes) for homes, issue in shown), key=lambda row: -(row.homes or 0))
    said = session.scalars(sa.select(Ballot.words).where(Ballot.message_id == message_id, Ballot.words.is_not(None)))
    return Results(turnout(session, message_id), tuple(rows), tuple(sorted(words for words in said if words)))
