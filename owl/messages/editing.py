"""Who has a draft open now, and whose words are in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.database import transaction
from owl.messages.models import MessageEditor
from owl.messages.queries import draft_for

OPEN_FOR = timedelta(seconds=60)  # after its page was last heard of; the script speaks every 20


@dataclass(frozen=True, slots=True)
class Editor:
    """A colleague at a draft."""

    name: str  # with the rank
    seen_at: datetime
    saved_at: datetime | None


def note_open(message_id: int, *, user_id: int, now: datetime) -> list[Editor]:
    """Remember that the user has the draft open; colleagues who have it open too. Raises NotFound."""
    with transaction() as session:
        draft_for(session, message_id, user_id=user_id)
        _write_down(session, message_id, user_id, seen_at=now)
        return open_elsewhere(session, message_id, user_id=user_id, now=now)


def note_saved(session: Session, message_id: int, *, user_id: int, now: datetime) -> None:
    """Remember, in the caller's transaction, that words of the user's are in the draft."""
    _write_down(session, message_id, user_id, seen_at=now, saved_at=now)


def open_elsewhere(session: Session, message_id: int, *, user_id: int, now: datetime) -> list[Editor]:
    """Colleagues who have the draft open now."""
    here = (MessageEditor.message_id == message_id, MessageEditor.user_id != user_id)
    return list(_editors(session, *here, MessageEditor.seen_at > now - OPEN_FOR))


def writing_now(session: Session, message_ids: Collection[int], *, now: datetime) -> dict[int, list[str]]:
    """Of these drafts those that somebody has open now, with the names."""
    asked = (
        sa.select(MessageEditor.message_id, sa.func.array_agg(_name()))
        .join(User, User.id == MessageEditor.user_id)
        .where(MessageEditor.message_id.in_(message_ids), MessageEditor.seen_at > now - OPEN_FOR)
        .group_by(MessageEditor.message_id)
    )
    return {message_id: sorted(names) for message_id, names in session.execute(asked)}


def saved_last(session: Session, message_id: int) -> tuple[int, Editor] | None:
    """(user id, editor) of whoever saved the draft last; None where nobody did since this is written down."""
    saved = sa.select(MessageEditor.user_id, _name(), MessageEditor.seen_at, MessageEditor.saved_at).join(
        User, User.id == MessageEditor.user_id
    )
    found = session.execute(
        saved.where(MessageEditor.message_id == message_id, MessageEditor.saved_at.is_not(None))
        .order_by(MessageEditor.saved_at.desc())
        .limit(1)
    ).one_or_none()
    return (found[0], Editor(*found[1:])) if found else None


def _editors(session: Session, *conditions: sa.ColumnElement[bool]) -> list[Editor]:
    asked = sa.select(_name(), MessageEditor.seen_at, MessageEditor.saved_at).join(
        User, User.id == MessageEditor.user_id
    )
    return [Editor(*row) for row in session.execute(asked.where(*conditions).order_by(MessageEditor.seen_at.desc()))]


def _name() -> sa.ColumnElement[str]:
    return sa.func.concat_ws(" ", User.rank, User.name)


def _write_down(session: Session, message_id: int, user_id: int, **times: datetime) -> None:
    row = insert(MessageEditor).values(message_id=message_id, user_id=user_id, **times)
    session.execute(row.on_conflict_do_update(index_elements=["message_id", "user_id"], set_=times))
