"""Being off duty: who has one's work meanwhile, and until when. No clock stops for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.colleagues import Colleague, acts_there, colleagues, signature
from owl.accounts.cover_models import Cover
from owl.accounts.models import User
from owl.accounts.permissions import Permission, areas_of, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound

LONGEST = timedelta(days=365)


def cover_of(session: Session, user_id: int, *, now: datetime) -> tuple[str, Cover] | None:
    """Who covers for the user, signed, and from when until when; None once it is over."""
    row = session.execute(
        sa.select(User, Cover)
        .join(Cover, Cover.cover_id == User.id)
        .where(Cover.user_id == user_id, Cover.until_at > now)
    ).one_or_none()
    return None if row is None else (signature(row[0].rank, row[0].name), row[1])


def may_cover(session: Session, user_id: int, *, now: datetime) -> tuple[Colleague, ...]:
    """The colleagues who may answer somewhere in the user's areas."""
    found = colleagues(session, areas_of(session, user_id), Permission.ANSWER, now=now)
    return tuple(colleague for colleague in found if colleague.id != user_id)


def go_off_duty(user_id: int, *, cover_id: int | None, from_at: datetime, until_at: datetime, now: datetime) -> None:
    """Let a colleague have the user's work for that time. Raises Refused, or BadInput."""
    with transaction() as session:
        require(session, user_id, Permission.ANSWER)
        faults = _faults(from_at, until_at, now)
        there = acts_there(Permission.ANSWER, areas_of(session, user_id))
        if cover_id == user_id or session.scalar(sa.select(User.id).where(User.id == cover_id, there)) is None:
            faults["cover"] = "Choose a colleague who answers for one of your neighbourhoods."
        if faults:
            raise BadInput(faults)
        kept = {"cover_id": cover_id, "from_at": from_at, "until_at": until_at}
        row = insert(Cover).values(user_id=user_id, **kept)
        session.execute(row.on_conflict_do_update(index_elements=["user_id"], set_=kept))
        record_act(
            session, "go off duty", actor_id=user_id, subject="user", subject_id=user_id, now=now, cover=cover_id
        )


def come_back(user_id: int, *, now: datetime) -> None:
    """End the cover. Raises NotFound."""
    with transaction() as session:
        ended = sa.delete(Cover).where(Cover.user_id == user_id).returning(Cover.user_id)
        if session.scalar(ended) is None:
            raise NotFound("Nobody covers for you.")
        record_act(session, "come back on duty", actor_id=user_id, subject="user", subject_id=user_id, now=now)


def _faults(from_at: datetime, until_at: datetime, now: datetime) -> dict[str, str]:
    if until_at <= max(from_at, now):
        return {"until": "Choose an end that is still to come, after the beginning."}
    if until_at - from_at > LONGEST:
        return {"until": "Choose an end within a year."}
    return {}
