"""Tries that arrive at the same moment are counted one by one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.backoff import FREE_TRIES
from owl.accounts.changing_users import reset_user
from owl.accounts.second_steps import give_second_step
from owl.accounts.signing_in import check_password, pass_second_step, pass_with_recovery_code
from owl.foundation.clock import utc_now
from owl.foundation.database import contact_keys
from owl.foundation.errors import BadInput
from tests import factories
from tests.factories import PASSWORD

AT_ONCE = 8


def at_once(app: Flask, act: Callable[[], object]) -> list[bool]:
    """Whether each of several tries at the same moment got through."""

    def one(_: int) -> bool:
        with app.app_context():
            try:
                act()
            except BadInput:
                return False
            return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_one_code_lets_one_browser_in(app: Flask, committed: Session) -> None:
    user = factories.user(committed)
    code = pyotp.TOTP(give_second_step(user.id, now=utc_now())).now()
    uniquifier = user.fs_uniquifier
    committed.close()
    entered = at_once(app, lambda: pass_second_step(uniquifier, code, browser="A browser", now=utc_now()))
    assert entered.count(True) == 1


def test_one_recovery_code_lets_one_browser_in(app: Flask, committed: Session) -> None:
    user = factories.user(committed)
    index = contact_keys().blind_index("1a2b3c4d5e6f", context=f"recovery code of user {user.id}").hex()
    user.mf_recovery_codes = [index]
    committed.commit()
    uniquifier = user.fs_uniquifier
    committed.close()
    entered = at_once(
        app, lambda: pass_with_recovery_code(uniquifier, "1a2b-3c4d-5e6f", browser="A browser", now=utc_now())
    )
    assert entered.count(True) == 1


def test_no_more_passwords_are_looked_at_than_are_free(app: Flask, committed: Session) -> None:
    user = factories.user(committed)
    email, user_id = user.email, user.id
    committed.close()
    at_once(app, lambda: check_password(email, "a guess", known_browser=False, now=utc_now()))
    with app.app_context():
        committed.expire_all()
        assert committed.get_one(type(user), user_id).failed_sign_ins == FREE_TRIES
        reset_user(user_id, password=PASSWORD, now=utc_now())
        assert check_password(email, PASSWORD, known_browser=False, now=utc_now())
