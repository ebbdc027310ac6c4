"""One reply, held while somebody of its team changes it: steps of the verbs around it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.errors import Conflict, NotFound
from owl.messages.models import Message
from owl.messages.training import keep_apart
from owl.replies.models import Addition, Reply
from owl.replies.references import reference_of
from owl.replies.states import Ending
from owl.replies.ticket_models import EndedClock
from owl.replies.turns import whole


class AddedMeanwhile(Conflict):
    """The resident wrote more after the officer had opened the conversation."""

    def __init__(self) -> None:
        super().__init__("They have written more since you opened this. Read it below, then send it again.")


class IsMerged(Conflict):
    """It goes on in another reply."""

    def __init__(self, into_id: int) -> None:
        super().__init__(f"This goes on in {reference_of(into_id)}. Open that one.")


def hold_reply(session: Session, reply_id: int, *, user_id: int) -> tuple[Reply, User]:
    """The reply, locked, and the user who may answer it. Raises NotFound, Refused, or IsMerged."""
    reply = session.get(Reply, reply_id, with_for_update=True, populate_existing=True)
    if reply is None:
        raise NotFound("We can't find that reply.")
    user = require(session, user_id, Permission.ANSWER, [reply.neighbourhood_id])
    keep_apart(user, session.get_one(Message, reply.message_id))
    if reply.merged_into_id is not None:
        raise IsMerged(reply.merged_into_id)
    return reply, user


def refuse_unread(session: Session, reply_id: int, *, seen: int | None) -> None:
    """Raises AddedMeanwhile when the resident wrote more than the officer was shown. `seen`: None: not asked."""
    if seen is not None and seen != additions(session, reply_id):
        raise AddedMeanwhile


def additions(session: Session, reply_id: int) -> int:
    """How many there are, also of what was merged into it; no more can come while the reply is locked."""
    return session.scalar(sa.select(sa.func.count()).where(Addition.reply_id.in_(whole(reply_id)))) or 0


def runs(reply: Reply) -> bool:
    """Whether the reply's clock is running."""
    return reply.due_at is not None and reply.answered_at is None and reply.closed_because is None


def stop_clock(session: Session, reply: Reply, ending: Ending, *, now: datetime) -> None:
    """Count how the clock ended, if it runs."""
    if reply.due_at is not None and runs(reply):
        session.add(
            EndedClock(neighbourhood_id=reply.neighbourhood_id, due_at=reply.due_at, ended_at=now, ending=ending)
        )


def record(
    session: Session, act: str, reply: Reply, *, user_id: int, now: datetime, **details: str | int | None
) -> None:
    """Write into the audit what was done with the reply."""
    record_act(session, act, actor_id=user_id, subject="reply", subject_id=reply.id, now=now, **details)
