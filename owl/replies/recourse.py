"""The way on for a resident whose team is late: an inspector looks at it."""

from __future__ import annotations

from datetime import datetime

from owl.accounts.permissions import Permission
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict, NotFound
from owl.foundation.languages import gettext
from owl.replies.holding import runs
from owl.replies.models import Reply
from owl.replies.sergeants import tell_those_with


class NotLateYet(Conflict):
    """The 72 hours are not over, or there is an answer."""

    def __init__(self) -> None:
        super().__init__(gettext("Your team still has time to answer, or has answered."))


def may_ask(reply: Reply, now: datetime) -> bool:
    """Whether its writer may turn to an inspector: the team is late, and they have not asked yet."""
    return runs(reply) and reply.due_at is not None and reply.due_at < now and reply.recourse_at is None


def ask_inspector(reply_id: int, *, now: datetime) -> None:
    """Put the late reply before the area's inspectors, who are told by mail; twice is the same as once.

    Raises NotFound, or NotLateYet.
    """
    with transaction() as session:
        reply = session.get(Reply, reply_id, with_for_update=True, populate_existing=True)
        if reply is None or reply.subscriber_id is None:
            raise NotFound(gettext("We can't find that reply."))
        if reply.recourse_at is not None and runs(reply):
            return
        if not may_ask(reply, now):
            raise NotLateYet
        reply.recourse_at = now
        tell_those_with(Permission.REVIEW, session, "reply_recourse", {reply_id: reply.neighbourhood_id}, now=now)
        record_act(session, "ask inspector", actor_id=None, subject="reply", subject_id=reply_id, now=now)
