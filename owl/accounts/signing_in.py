"""Signing in: a password, then a second step, then a session.

The password alone opens nothing: it gives the user's uniquifier, which the second step
takes. Where no second step is set up yet, setting it up comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from flask_security import hash_password, verify_password
from sqlalchemy.orm import Session

from owl.accounts.backoff import forgive, forgive_codes, take_try
from owl.accounts.models import User
from owl.accounts.passwords import LONGEST
from owl.accounts.second_steps import is_code_of, set_second_step, use_recovery_code, write_recovery_codes
from owl.accounts.sessions import start_session
from owl.accounts.users import as_stored
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Expired

WRONG_SIGN_IN = "The email address or the password is not right. After several wrong tries, wait up to 15 minutes."
WRONG_CODE = "That code is not right, or was used before. Wait for the next one and enter that."
WRONG_RECOVERY_CODE = "That recovery code is not right, or was used before."
WAIT = " After several wrong tries, wait up to 15 minutes."


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A password that was right."""

    uniquifier: str
    email: str
    has_second_step: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun."""

    user_id: int
    email: str
    token: str  # for the cookie


def check_password(email: str, password: str, *, known_browser: bool, now: datetime) -> FirstStep:
    """The first step of whoever signs in with the address and password.

    A browser that the user signed in on before (`known_browser`) need not wait for the wrong
    tries of others. Raises BadInput, the same and after the same time whether the address is
    unknown, the user is disabled or must wait, or the password is wrong.
    """
    with transaction() as session:
        who = User.email == as_stored(email)
        user_id = take_try(
            session, who, counted=User.failed_sign_ins, waits=User.locked_until, now=now, regardless=known_browser
        )
        stored = session.scalar(sa.select(User.password).where(User.id == user_id)) if user_id else None
    right = verify_password(password[: LONGEST + 1], stored or _nobodys_password()) and stored is not None
    with transaction() as session:
        record_act(
            session, "password right" if right else "password wrong",
            actor_id=None, subject="user", subject_id=user_id, now=now,
        )  # fmt: skip
        if right and user_id:
            user = session.get_one(User, user_id)
            forgive(user)
            return FirstStep(user.fs_uniquifier, user.email, has_second_step=user.tf_totp_secret is not None)
    raise BadInput({"email": WRONG_SIGN_IN})


def pass_second_step(uniquifier: str, code: str, *, browser: str, now: datetime) -> SignedIn:
    """A session for the user of the first step, whose app shows the code.

    Raises BadInput, and Expired when the first step no longer holds.
    """
    return _second_step(uniquifier, code, browser=browser, now=now, with_recovery_code=False)


def pass_with_recovery_code(uniquifier: str, code: str, *, browser: str, now: datetime) -> SignedIn:
    """As pass_second_step, with one of the codes on paper, which is struck out."""
    return _second_step(uniquifier, code, browser=browser, now=now, with_recovery_code=True)


def begin_second_step(
    uniquifier: str, secret: str, code: str, *, browser: str, now: datetime
) -> tuple[SignedIn, list[str]]:
    """A session for a user of the first step who had no second step, and their recovery codes.

    Raises BadInput when their app doesn't show the code, and Expired when the first step no
    longer holds, or a second step was set up meanwhile.
    """
    with transaction() as session:
        user = session.scalar(sa.select(User).where(User.fs_uniquifier == uniquifier, User.active).with_for_update())
        if user is None or user.tf_totp_secret is not None:
            raise Expired("Please sign in again.")
        if not is_code_of(user, code, secret=secret):
            raise BadInput({"code": WRONG_CODE})
        set_second_step(session, user, secret, now=now)
        codes = write_recovery_codes(user)
        return _enter(session, user, browser=browser, now=now), codes


def _second_step(uniquifier: str, code: str, *, browser: str, now: datetime, with_recovery_code: bool) -> SignedIn:
    with transaction() as session:
        user_id = take_try(
            session, User.fs_uniquifier == uniquifier,
            counted=User.failed_second_steps, waits=User.second_step_locked_until, now=now,
        )  # fmt: skip
        user = session.get(User, user_id, with_for_update=True, populate_existing=True) if user_id else None
        if user is not None:
            right = (
                use_recovery_code(user, code)
                if with_recovery_code
                else is_code_of(user, code, secret=user.tf_totp_secret)
            )
            if right:
                forgive_codes(user)
                return _enter(session, user, browser=browser, now=now)
            record_act(session, "code wrong", actor_id=None, subject="user", subject_id=user.id, now=now)
    raise BadInput({"code": (WRONG_RECOVERY_CODE if with_recovery_code else WRONG_CODE) + WAIT})


def _enter(session: Session, user: User, *, browser: str, now: datetime) -> SignedIn:
    user.last_login_at, user.current_login_at = user.current_login_at, now
    user.login_count = (user.login_count or 0) + 1
    record_act(session, "sign in", actor_id=user.id, subject="user", subject_id=user.id, now=now)
    return SignedIn(user.id, user.email, start_session(session, user.id, browser=browser, now=now))


@cache
def _nobodys_password() -> str:
    """Something to check against where there is no user, so that it takes as long."""
    return hash_password("nobody signs in with this")
