"""Who has a reply in hand: taking it, giving it to a colleague, and giving it back."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.colleagues import acts_there, signature
from owl.accounts.models import User
from owl.accounts.permissions import Permission
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.foundation.notices import Channel, send_notice
from owl.replies.holding import hold_reply, record
from owl.replies.models import Reply
from owl.replies.references import reference_of
from owl.replies.states import ReplyState


class TakenAlready(Conflict):
    """A colleague has it in hand."""


def claim_reply(reply_id: int, *, user_id: int, now: datetime) -> None:
    """Take the reply in hand. Raises NotFound, Refused, IsMerged, or TakenAlready when a colleague has it."""
    with transaction() as session:
        reply, _ = hold_reply(session, reply_id, user_id=user_id)
        if reply.assignee_id not in {None, user_id}:
            holder = session.get_one(User, reply.assignee_id)
            raise TakenAlready(
                f"{signature(holder.rank, holder.name)} has taken this. Ask them, or give it to yourself."
            )
        reply.assignee_id = user_id
        record(session, "claim reply", reply, user_id=user_id, now=now)


def assign_reply(reply_id: int, *, to_id: int | None, user_id: int, now: datetime) -> None:
    """Give the reply to a colleague, who is told by mail; None: back to the team.

    Raises NotFound, Refused, IsMerged, or BadInput for somebody who may not answer there.
    """
    with transaction() as session:
        reply, user = hold_reply(session, reply_id, user_id=user_id)
        if to_id is not None and to_id != reply.assignee_id:
            there = acts_there(Permission.ANSWER, [reply.neighbourhood_id])
            colleague = session.scalar(sa.select(User).where(User.id == to_id, there))
            if colleague is None:
                raise BadInput({"to": "Choose a colleague who answers for this neighbourhood."})
            if to_id != user_id:
                send_notice(
                    session, "reply_assigned", channel=Channel.EMAIL, address=colleague.email, now=now,
                    by=signature(user.rank, user.name), reference=reference_of(reply_id), reply_id=reply_id,
                )  # fmt: skip
        reply.assignee_id = to_id
        record(session, "assign reply", reply, user_id=user_id, now=now, to=to_id)


def pass_on_replies(session: Session, user_id: int, *, to_id: int | None) -> int:
    """Give all that somebody who leaves has in hand to another, or back to their teams; how many. A verb's step."""
    moved = sa.update(Reply).where(Reply.assignee_id == user_id, Reply.state != ReplyState.CLOSED)
    return len(session.scalars(moved.values(assignee_id=to_id).returning(Reply.id)).all())
