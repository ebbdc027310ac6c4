"""What the clock does for replies: sergeants hear of urgent words and of 48 hours, residents of 72."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.accounts.permissions import Permission
from owl.foundation.clock import LONDON
from owl.foundation.database import transaction
from owl.foundation.jobs import Queue
from owl.foundation.languages import gettext
from owl.foundation.notices import Channel, send_notice
from owl.replies.clock import ESCALATED_BEFORE
from owl.replies.links import conversation_token
from owl.replies.models import Answer, Reply
from owl.replies.reaching import address_for_answer, can_be_answered
from owl.replies.references import reference_of
from owl.replies.sergeants import tell_those_with
from owl.replies.states import ReplyState

AT_ONCE = 200  # of each kind in a run, half a minute apart
FIRST_HOUR, LAST_HOUR = 9, 20  # in London, for texts: nobody is woken to hear that they wait
FORGOTTEN = timedelta(days=14)  # after which a resident who was asked something won't answer

OPEN = Reply.state == ReplyState.OPEN
RUNS = sa.and_(OPEN, Reply.answered_at.is_(None), Reply.due_at.is_not(None), can_be_answered())


def watch_clocks(now: datetime) -> None:
    """Tell whoever is to be told of a reply's clock now, each once; close what nobody answers. For the clock."""
    _tell_of_words(now)
    _tell_of_two_days(now)
    _tell_residents(now)
    _close_forgotten(now)


def _tell_of_words(now: datetime) -> None:
    with transaction() as session:
        new = sa.select(Reply.id).where(OPEN, Reply.urgent, ~Reply.urgent_told)
        told = _mark(session, new, urgent_told=True)
        replies = {row.id: row.neighbourhood_id for row in told}
        tell_those_with(Permission.VET, session, "replies_urgent", replies, now=now)


def _tell_of_two_days(now: datetime) -> None:
    with transaction() as session:
        late = sa.select(Reply.id).where(RUNS, Reply.due_at <= now + ESCALATED_BEFORE, Reply.escalated_at.is_(None))
        told = _mark(session, late.order_by(Reply.due_at), escalated_at=now)
        replies = {row.id: row.neighbourhood_id for row in told}
        holders = {row.id: row.assignee_id for row in told if row.assignee_id is not None}
        tell_those_with(Permission.VET, session, "replies_waiting", replies, holders=holders, now=now)


def _tell_residents(now: datetime) -> None:
    """That theirs is late, and whom they can turn to: by mail at once, by text in the daytime."""
    by_day = FIRST_HOUR <= now.astimezone(LONDON).hour < LAST_HOUR
    with transaction() as session:
        late = sa.select(Reply).where(RUNS, Reply.due_at <= now, Reply.late_told_at.is_(None)).order_by(Reply.due_at)
        for reply in session.scalars(late.limit(AT_ONCE).with_for_update(skip_locked=True, of=Reply)).all():
            _tell_resident(session, reply, now, by_day=by_day)


def _tell_resident(session: Session, reply: Reply, now: datetime, *, by_day: bool) -> None:
    point = address_for_answer(session, reply.subscriber_id) if reply.subscriber_id else None
    if point is None or point.address is None or (point.channel is Channel.SMS and not by_day):
        return
    reply.late_told_at = now
    team = session.scalar(sa.select(Team.name).where(Team.neighbourhood_id == reply.neighbourhood_id))
    send_notice(
        session, "answer_late", channel=point.channel, address=point.address, now=now, queue=Queue.BULK,
        team=team or gettext("Safer Neighbourhood Team"), reference=reference_of(reply.id),
        token=conversation_token(reply.id),
    )  # fmt: skip


def _close_forgotten(now: datetime) -> None:
    last = sa.select(sa.func.max(Answer.written_at)).where(Answer.reply_id == Reply.id).scalar_subquery()
    with transaction() as session:
        session.execute(
            sa.update(Reply)
            .where(Reply.state == ReplyState.WAITING, last < now - FORGOTTEN)
            .values(state=ReplyState.CLOSED)
            .execution_options(synchronize_session=False)
        )


def _mark(session: Session, which: sa.Select[int], **values: object) -> list[sa.Row[int, str, int | None]]:
    """Those that nobody else is telling of, marked."""
    held = which.limit(AT_ONCE).with_for_update(skip_locked=True, of=Reply).cte("held")
    return list(
        session.execute(
            sa.update(Reply)
            .where(Reply.id.in_(sa.select(held.c.id)))
            .values(**values)
            .returning(Reply.id, Reply.neighbourhood_id, Reply.assignee_id)
            .execution_options(synchronize_session=False)
        )
    )
