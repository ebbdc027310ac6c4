"""Closing a reply without an answer in writing, and opening it again."""

from __future__ import annotations

from datetime import datetime

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.replies.holding import hold_reply, record, refuse_unread, stop_clock
from owl.replies.states import WITHOUT_WRITING, Ending, ReplyState


def close_reply(
    reply_id: int, because: Ending | None = None, *, user_id: int, seen: int | None = None, now: datetime
) -> None:
    """Close the reply. One that nobody has answered needs the reason, which the 72 hours are told.

    `seen`: how many additions the officer was shown. Raises NotFound, Refused, IsMerged, AddedMeanwhile or BadInput.
    """
    with transaction() as session:
        reply, _ = hold_reply(session, reply_id, user_id=user_id)
        refuse_unread(session, reply_id, seen=seen)
        if reply.state is ReplyState.CLOSED:
            raise Conflict("This is closed already.")
        if reply.answered_at is None:
            if because not in WITHOUT_WRITING:
                raise BadInput({"because": "Say why it needs no answer in writing."})
            stop_clock(session, reply, because, now=now)
            reply.closed_because = because
        reply.state = ReplyState.CLOSED
        record(session, "close reply", reply, user_id=user_id, now=now, because=because.value if because else None)


def reopen_reply(reply_id: int, *, user_id: int, now: datetime) -> None:
    """Open the reply again. A clock that no answer had stopped goes on as if it had never stopped.

    Raises NotFound, Refused, IsMerged, or Conflict where it is open.
    """
    with transaction() as session:
        reply, _ = hold_reply(session, reply_id, user_id=user_id)
        if reply.state is ReplyState.OPEN:
            raise Conflict("This is open already.")
        reply.state, reply.closed_because = ReplyState.OPEN, None
        record(session, "reopen reply", reply, user_id=user_id, now=now)
