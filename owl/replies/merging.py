"""Making one conversation of two that the same resident began."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import Conflict
from owl.replies.holding import hold_reply, record, runs
from owl.replies.models import Reply
from owl.replies.states import ReplyState


class NotTheSamePerson(Conflict):
    """Merging would show one resident what another wrote."""

    def __init__(self) -> None:
        super().__init__("Only replies of the same resident can be made one.")


def merge_replies(reply_id: int, other_id: int, *, user_id: int, now: datetime) -> None:
    """Let the other reply go on in this one; the earlier of their clocks holds.

    Raises NotFound, Refused, IsMerged, or NotTheSamePerson.
    """
    with transaction() as session:
        # In one order, so that two officers who merge the same pair never wait for each other.
        first, second = sorted((reply_id, other_id))
        held = {one: hold_reply(session, one, user_id=user_id)[0] for one in (first, second)}
        reply, other = held[reply_id], held[other_id]
        if reply_id == other_id or reply.subscriber_id is None or reply.subscriber_id != other.subscriber_id:
            raise NotTheSamePerson
        _take_over_clock(reply, other)
        session.execute(sa.update(Reply).where(Reply.merged_into_id == other_id).values(merged_into_id=reply_id))
        other.merged_into_id, other.state, other.assignee_id = reply_id, ReplyState.CLOSED, None
        record(session, "merge replies", reply, user_id=user_id, now=now, other=other_id)
        record(session, "merge replies", other, user_id=user_id, now=now, into=reply_id)


def _take_over_clock(reply: Reply, other: Reply) -> None:
    """Merging stops no clock: where one of the two runs, the earlier due time is the reply's."""
    if other.state is not ReplyState.CLOSED and reply.state is not ReplyState.OPEN:
        reply.state = other.state
    if runs(other) and other.due_at is not None:
        both = [other.due_at, reply.due_at] if runs(reply) and reply.due_at else [other.due_at]
        reply.due_at, reply.answered_at, reply.closed_because = min(both), None, None
        reply.state = ReplyState.OPEN
    reply.urgent = reply.urgent or (other.urgent and other.state is ReplyState.OPEN)


def goes_on_in(session: Session, reply_id: int) -> int:
    """The reply in which this one goes on: itself, unless it was merged into another."""
    into = session.scalar(sa.select(Reply.merged_into_id).where(Reply.id == reply_id))
    return reply_id if into is None else into
