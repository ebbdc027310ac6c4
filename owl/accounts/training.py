"""Training: who is in it, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.listing_users import MOST_FOUND, ON_A_PAGE, is_named
from owl.accounts.models import User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """Somebody who signs in, and whether only to practise."""

    id: int
    name: str  # with the rank
    email: str
    training: bool


@dataclass(frozen=True, slots=True)
class TraineePage:
    """One page of those in training."""

    rows: tuple[TraineeRow, ...]
    number: int  # from 1
    pages: int


def in_training(session: Session, user_id: int) -> bool:
    """Whether what the user writes reaches the guest list and nobody else."""
    asked = sa.select(User.training).where(User.id == user_id)
    return settings().training or bool(session.scalar(asked))


def practising(session: Session, *, page: int) -> TraineePage:
    """The page of those in training, by name."""
    asked = _rows().where(User.training)
    total = session.scalar(sa.select(sa.func.count()).select_from(asked.subquery())) or 0
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(max(page, 1), pages)
    found = session.execute(asked.offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE))
    return TraineePage(tuple(TraineeRow(*row) for row in found), number, pages)


def who_could_practise(session: Session, words: str) -> list[TraineeRow]:
    """Those in whose name or address each of the words is, in training or not, by name; at most MOST_FOUND."""
    return [TraineeRow(*row) for row in session.execute(_rows().where(is_named(words)).limit(MOST_FOUND))]


def set_training(user_id: int, *, training: bool, actor_id: int, now: datetime) -> None:
    """Let the user practise from now on, or work for real. Raises NotFound or Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        changed = sa.update(User).where(User.id == user_id).values(training=training).returning(User.id)
        if session.scalar(changed) is None:
            raise NotFound("There is no such user.")
        act = "begin training" if training else "end training"
        record_act(session, act, actor_id=actor_id, subject="user", subject_id=user_id, now=now)


def _rows() -> sa.Select[int, str, str, bool]:
    name = sa.func.concat_ws(" ", User.rank, User.name)
    return sa.select(User.id, name, User.email, User.training).where(User.active).order_by(User.name, User.id)
