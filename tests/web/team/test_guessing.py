"""Wrong passwords and codes: the same answer to everybody, and a wait that keeps nobody out for long."""

from __future__ import annotations

import re
from datetime import timedelta
from statistics import median
from time import process_time

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.signing_in import WRONG_SIGN_IN
from owl.foundation.clock import utc_now
from tests import factories
from tests.factories import PASSWORD
from tests.web.team.steps import both_steps, code, first_step


def test_every_wrong_sign_in_gets_the_same_answer(client: FlaskClient, session: Session, user: User) -> None:
    disabled = factories.user(session, active=False)
    tries = [
        (user.email, "not the password"),
        ("nobody@police.example.com", PASSWORD),
        (disabled.email, PASSWORD),
        ("", ""),
        ("x" * 5000, "x" * 100_000),
    ]
    pages = set()
    for email, password in tries:
        answer = client.post("/team/sign-in", data={"email": email, "password": password})
        assert answer.status_code == 400
        shown = answer.text.replace(email, "EMAIL") if email else answer.text.replace('value=""', 'value="EMAIL"')
        assert WRONG_SIGN_IN in answer.text
        pages.add(re.sub(r'value="[^"]*"', "", shown))
    assert len(pages) == 1


def test_a_wrong_password_and_an_unknown_address_take_the_same_time(client: FlaskClient, session: Session) -> None:
    users = [factories.user(session) for _ in range(12)]

    def seconds(email: str) -> float:
        began = process_time()
        client.post("/team/sign-in", data={"email": email, "password": "not the password"})
        return process_time() - began

    seconds("warming.up@example.com")
    known, unknown = [], []
    for user in users:
        known.append(seconds(user.email))
        unknown.append(seconds(f"not.{user.email}"))
    assert median(known) == pytest.approx(median(unknown), rel=0.2)


def test_after_five_wrong_passwords_the_right_one_waits_and_then_works(
    client: FlaskClient, user: User, key: str
) -> None:
    for _ in range(5):
        first_step(client, user, "wrong")
    answer = first_step(client, user)
    assert answer.status_code == 400
    assert WRONG_SIGN_IN in answer.text

    with time_machine.travel(utc_now() + timedelta(minutes=1, seconds=1)):
        assert first_step(client, user).location == "/team/second-step"
        assert user.failed_sign_ins == 0


def test_the_wait_never_grows_past_a_quarter_of_an_hour(client: FlaskClient, session: Session, user: User) -> None:
    user.failed_sign_ins = 100_000
    session.commit()
    first_step(client, user, "wrong")
    session.refresh(user)
    assert user.locked_until is not None
    assert user.locked_until - utc_now() <= timedelta(minutes=15)


def test_tries_during_the_wait_do_not_prolong_it(client: FlaskClient, session: Session, user: User) -> None:
    for _ in range(5):
        first_step(client, user, "wrong")
    session.refresh(user)
    until = user.locked_until
    for _ in range(5):
        first_step(client, user, "wrong")
    session.refresh(user)
    assert user.locked_until == until


def test_nobody_can_keep_a_user_out_of_a_browser_that_is_known_to_be_theirs(
    app: Flask, client: FlaskClient, user: User, key: str
) -> None:
    both_steps(client, user, key)
    client.post("/team/sign-out")
    attacker = app.test_client()
    for _ in range(8):
        first_step(attacker, user, "wrong")
    assert first_step(attacker, user).status_code == 400
    assert first_step(client, user).location == "/team/second-step"


def test_five_wrong_codes_make_even_the_right_code_wait(client: FlaskClient, user: User, key: str) -> None:
    first_step(client, user)
    for _ in range(5):
        client.post("/team/second-step", data={"code": "000000"})
    answer = client.post("/team/second-step", data={"code": code(key)})
    assert answer.status_code == 400
    assert "wait up to 15 minutes" in answer.text
    assert client.post("/team/second-step/recovery-code", data={"code": "x"}).status_code == 400
