"""Leaving: somebody's access ends, and a colleague goes on with what they had in hand, all at once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.changing_users import close_account
from owl.accounts.colleagues import signature
from owl.accounts.models import User
from owl.accounts.officers import take_off_pages
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel, send_notice
from owl.handover.asking import hand_over_asking
from owl.handover.unfinished import UNFINISHED, Unfinished, successors, unfinished_of
from owl.messages.models import Message, MessageEditor
from owl.replies.assigning import pass_on_replies


def let_go(user_id: int, *, successor_id: int | None, actor_id: int, now: datetime) -> Unfinished:
    """End the user's access; what they had in hand is the successor's from now on. Returns what that was.

    Raises BadInput for the field "successor" where there is something to take over and nobody is named who may
    go on with all of it; then nothing is changed. Raises NotFound, Refused and OwnAccess.
    """
    with transaction() as session:
        close_account(session, user_id, now=now, actor_id=actor_id)
        take_off_pages(session, user_id)
        left = unfinished_of(session, user_id)
        if left.is_nothing:
            return left
        if successor_id not in {one.id for one in successors(session, left.neighbourhood_ids, instead_of=user_id)}:
            raise BadInput({"successor": "Choose who goes on with it: somebody who may write in all of these areas."})
        _hand_over_drafts(session, user_id, successor_id, now)
        pass_on_replies(session, user_id, to_id=successor_id)
        hand_over_asking(session, user_id, successor_id, now)
        _tell(session, successor_id, of=user_id, left=left, now=now)
        record_act(
            session, "hand over", actor_id=actor_id, subject="user", subject_id=user_id, now=now,
            to=successor_id, drafts=left.drafts, replies=left.replies, consultations=left.consultations,
            priorities=left.priorities,
        )  # fmt: skip
        return left


def _tell(session: Session, successor_id: int, *, of: int, left: Unfinished, now: datetime) -> None:
    leaver = session.get_one(User, of)
    send_notice(
        session, "handed_over", channel=Channel.EMAIL, address=session.get_one(User, successor_id).email, now=now,
        leaver=signature(leaver.rank, leaver.name), drafts=left.drafts, replies=left.replies,
        consultations=left.consultations, priorities=left.priorities,
    )  # fmt: skip


def _hand_over_drafts(session: Session, user_id: int, successor_id: int, now: datetime) -> None:
    """Whoever wrote them stays named as having written: they could come back, and must not approve their own words."""
    moved = session.scalars(
        sa.update(Message)
        .where(Message.author_id == user_id, Message.status.in_(UNFINISHED))
        .values(author_id=successor_id, version=Message.version + 1)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    if moved:
        wrote = insert(MessageEditor).values(
            [{"message_id": moved_id, "user_id": user_id, "seen_at": now, "saved_at": now} for moved_id in moved]
        )
        kept = {"saved_at": sa.func.coalesce(MessageEditor.saved_at, wrote.excluded.saved_at)}
        session.execute(wrote.on_conflict_do_update(index_elements=["message_id", "user_id"], set_=kept))
