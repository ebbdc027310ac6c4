"""What users change about their own account; each change takes their password again."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask_security import hash_password, verify_password
from sqlalchemy.orm import Session

from owl.accounts.backoff import forgive, take_try
from owl.accounts.models import User
from owl.accounts.passwords import LONGEST, check_new_password
from owl.accounts.second_steps import is_code_of, set_second_step, write_recovery_codes
from owl.accounts.sessions import end_sessions
from owl.accounts.signing_in import WAIT, WRONG_CODE
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput


def change_password(user_id: int, *, current: str, new: str, token: str, now: datetime) -> None:
    """Give the user a new password and end their other sessions; `token` is that of this one.

    Raises BadInput for the fields "current" and "password".
    """
    confirm_password(user_id, current, field="current", now=now)
    with transaction() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        check_new_password(new, about=[user.email, user.name])
        user.password = hash_password(new)
        ended = end_sessions(session, user_id, except_token=token)
        _record_own(session, "change password", user_id, now, ended=ended)


def change_second_step(user_id: int, secret: str, code: str, *, token: str, now: datetime) -> list[str]:
    """Make the secret the user's second step; new recovery codes, and every other session ends.

    Call it after confirm_password. Raises BadInput when the app doesn't show the code.
    """
    with transaction() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        user.tf_last_counter = None
        if not is_code_of(user, code, secret=secret):
            raise BadInput({"code": WRONG_CODE})
        set_second_step(session, user, secret, now=now)
        end_sessions(session, user_id, except_token=token)
        return write_recovery_codes(user)


def renew_recovery_codes(user_id: int, *, password: str, now: datetime) -> list[str]:
    """Ten new recovery codes in place of the old. Raises BadInput for the field "password"."""
    confirm_password(user_id, password, field="password", now=now)
    with transaction() as session:
        codes = write_recovery_codes(session.get_one(User, user_id, with_for_update=True))
        _record_own(session, "renew recovery codes", user_id, now)
        return codes


def confirm_password(user_id: int, password: str, *, field: str, now: datetime) -> None:
    """Let only the user go on, not whoever found their browser open. Raises BadInput for the field."""
    with transaction() as session:
        allowed = take_try(session, User.id == user_id, counted=User.failed_sign_ins, waits=User.locked_until, now=now)
        stored = session.scalar(sa.select(User.password).where(User.id == user_id)) if allowed else None
    right = stored is not None and verify_password(password[: LONGEST + 1], stored)
    with transaction() as session:
        if right:
            forgive(session.get_one(User, user_id, populate_existing=True))
            return
        _record_own(session, "password wrong", user_id, now)
    raise BadInput({field: "That is not your password." + WAIT})


def _record_own(session: Session, act: str, user_id: int, now: datetime, **details: object) -> None:
    record_act(session, act, actor_id=user_id, subject="user", subject_id=user_id, now=now, **details)
