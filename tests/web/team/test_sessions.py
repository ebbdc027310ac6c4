"""A signed-in session: how it begins, what ends it, and how it is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.changing_users import change_access, disable_user, reset_user
from owl.accounts.models import RoleName, User, UserSession
from owl.foundation.clock import utc_now
from tests.web.team.steps import both_steps, code, first_step, is_signed_in


def test_the_second_step_must_follow_within_ten_minutes(client: FlaskClient, user: User, key: str) -> None:
    first_step(client, user)
    with time_machine.travel(utc_now() + timedelta(minutes=11)):
        answer = client.post("/team/second-step", data={"code": code(key)})
        assert answer.location == "/team/sign-in"
        assert "longer than ten minutes" in client.get("/team/sign-in").text


def test_without_the_first_step_there_is_no_second(client: FlaskClient, user: User, key: str) -> None:
    for path in ("/team/second-step", "/team/second-step/recovery-code", "/team/second-step/set-up"):
        assert client.get(path).location == "/team/sign-in"
        assert client.post(path, data={"code": code(key)}).location == "/team/sign-in"


def test_signing_in_starts_a_new_session(client: FlaskClient, user: User, key: str) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["csrf_token"] = "known to somebody else"
    both_steps(client, user, key)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != "known to somebody else"


def test_signing_out_ends_the_session_even_for_a_copy_of_its_cookie(
    app: Flask, client: FlaskClient, user: User, key: str
) -> None:
    both_steps(client, user, key)
    stolen = client.get_cookie("owl")
    thief = app.test_client()
    thief.set_cookie("owl", stolen.value)
    assert is_signed_in(thief)

    client.post("/team/sign-out")

    assert not is_signed_in(client)
    assert not is_signed_in(thief)


def test_a_session_ends_after_half_an_hour_of_rest_and_twelve_hours_of_use(
    client: FlaskClient, user: User, key: str
) -> None:
    begin = utc_now()
    with time_machine.travel(begin, tick=False) as clock:
        both_steps(client, user, key)
        for minutes in range(25, 12 * 60, 25):
            clock.move_to(begin + timedelta(minutes=minutes))
            assert is_signed_in(client)
        clock.move_to(begin + timedelta(hours=12, seconds=1))
        assert not is_signed_in(client)

    with time_machine.travel(begin + timedelta(days=1), tick=False) as clock:
        both_steps(client, user, key)
        clock.shift(timedelta(minutes=31))
        assert not is_signed_in(client)


@pytest.mark.parametrize(
    "end",
    [
        lambda user: disable_user(user.id, now=utc_now()),
        lambda user: reset_user(user.id, password="another fine kettle", now=utc_now()),
        lambda user: change_access(user.id, role=RoleName.SUPERVISOR, areas=["hitchin-urban"], now=utc_now()),
    ],
    ids=["disabled", "reset", "access changed"],
)
def test_what_an_administrator_changes_ends_the_session(
    client: FlaskClient, user: User, key: str, end: Callable[[User], None]
) -> None:
    both_steps(client, user, key)
    end(user)
    assert not is_signed_in(client)


def test_a_session_is_stored_as_a_hash(client: FlaskClient, session: Session, user: User, key: str) -> None:
    both_steps(client, user, key)
    with client.session_transaction() as cookie:
        token = cookie["session_token"]
    [row] = session.scalars(sa.select(UserSession)).all()
    assert token.encode() not in row.token_hash
    assert row.browser == "A browser"
