"""Changing those who sign in: their name, what they may do and where, whether they come in at all.

`actor_id`: an administrator, who can't do it to themselves (so one is always left); None for somebody at the machine's
own command line.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_security import hash_password
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.accounts.passwords import check_new_password
from owl.accounts.sessions import end_sessions
from owl.accounts.users import check_person, give_access, may_administer, new_uniquifier, record_user_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound

LONGEST_RANK = 40
NOBODY = "There is no such user."


class OwnAccess(Conflict):
    """An administrator would shut themselves out."""

    def __init__(self) -> None:
        super().__init__("You can’t change your own access. Ask another administrator.")


def rename_user(user_id: int, *, name: str, rank: str, now: datetime, actor_id: int | None = None) -> None:
    """Let colleagues and residents know the user by this name and rank. Raises BadInput, NotFound and Refused."""
    name, rank = " ".join(name.split()), " ".join(rank.split())
    if len(rank) > LONGEST_RANK or not rank.isprintable():
        raise BadInput({"rank": f"Enter a rank of up to {LONGEST_RANK} characters, like PCSO."})
    with transaction() as session:
        may_administer(session, actor_id)
        user = session.get(User, user_id, with_for_update=True)
        if user is None:
            raise NotFound(NOBODY)
        check_person(user.email, name)
        user.name, user.rank = name, rank or None
        record_user_act(session, "rename user", user, actor_id, now)


def change_access(
    user_id: int, *, role: RoleName, areas: list[str], now: datetime, actor_id: int | None = None
) -> None:
    """Give the user another role and other areas; every session of theirs ends.

    Raises BadInput, NotFound and Refused.
    """
    with transaction() as session:
        user = _held(session, user_id, actor_id)
        give_access(session, user, role, areas)
        _end_everywhere(session, user)
        record_user_act(session, "change access", user, actor_id, now, role=role, areas=areas)


def disable_user(user_id: int, *, now: datetime, actor_id: int | None = None) -> None:
    """End the user's sessions and let nobody sign in as them. Raises NotFound and Refused."""
    with transaction() as session:
        close_account(session, user_id, now=now, actor_id=actor_id)


def reset_user(user_id: int, *, password: str, now: datetime, actor_id: int | None = None) -> None:
    """Give a user who is locked out a first password again, and have them set up a new second step.

    Enables a disabled user. Raises BadInput, NotFound and Refused.
    """
    check_new_password(password)
    hashed = hash_password(password)
    with transaction() as session:
        user = _held(session, user_id, actor_id)
        user.password, user.active = hashed, True
        user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = user.mf_recovery_codes = None
        user.failed_sign_ins = user.failed_second_steps = 0
        user.locked_until = user.second_step_locked_until = None
        _end_everywhere(session, user)
        record_user_act(session, "reset user", user, actor_id, now)


def close_account(session: Session, user_id: int, *, now: datetime, actor_id: int | None) -> User:
    """The user, disabled and signed out everywhere, inside the caller's transaction.

    Raises NotFound, Refused and OwnAccess.
    """
    user = _held(session, user_id, actor_id)
    user.active = False
    _end_everywhere(session, user)
    record_user_act(session, "disable user", user, actor_id, now)
    return user


def _held(session: Session, user_id: int, actor_id: int | None) -> User:
    """The user, locked together with the administrator, so that two can't shut out each other at once."""
    rows = session.scalars(
        sa.select(User)
        .where(User.id.in_([user_id, actor_id]))
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    may_administer(session, actor_id)
    if user_id == actor_id:
        raise OwnAccess
    for user in rows:
        if user.id == user_id:
            return user
    raise NotFound(NOBODY)


def _end_everywhere(session: Session, user: User) -> None:
    user.fs_uniquifier = new_uniquifier()
    end_sessions(session, user.id)
