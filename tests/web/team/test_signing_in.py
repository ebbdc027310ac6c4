"""Password, second step, session, and the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import process_time

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.accounts.models import RoleName, User, UserSession
from owl.accounts.second_steps import give_second_step
from owl.accounts.signing_in import WRONG_SIGN_IN
from owl.accounts.users import change_access, disable_user, reset_user
from owl.foundation.audit import Audit
from owl.foundation.clock import utc_now
from tests import factories
from tests.factories import PASSWORD

SignIn = Callable[..., TestResponse]


@pytest.fixture
def user(session: Session) -> User:
    return factories.user(session, areas=["hitchin-urban"])


@pytest.fixture
def key(user: User) -> str:
    return give_second_step(user.id, now=utc_now())


def code(key: str, *, half_minutes: int = 0) -> str:
    return pyotp.TOTP(key).at(utc_now(), counter_offset=half_minutes)


def first_step(client: FlaskClient, user: User, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/team/sign-in", data={"email": user.email, "password": password, **more})


def both_steps(client: FlaskClient, user: User, key: str, **more: str) -> TestResponse:
    assert first_step(client, user, **more).location == "/team/second-step"
    return client.post("/team/second-step", data={"code": code(key)})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/team/profile").status_code == 200


def test_a_password_alone_opens_nothing_and_a_code_opens_the_rest(client: FlaskClient, user: User, key: str) -> None:
    assert client.get("/team/profile").location == "/team/sign-in?next=/team/profile"
    assert first_step(client, user).location == "/team/second-step"
    assert not is_signed_in(client)

    answer = client.post("/team/second-step", data={"code": f" {code(key)[:3]} {code(key)[3:]} "})

    assert answer.location == "/team"
    assert is_signed_in(client)
    assert user.name in client.get("/team/profile").text


def test_a_user_without_a_second_step_sets_one_up_and_gets_recovery_codes(
    client: FlaskClient, session: Session
) -> None:
    user = factories.user(session, areas=["hitchin-urban"], second_step=False)
    assert first_step(client, user).location == "/team/second-step/set-up"
    page = client.get("/team/second-step/set-up").text
    assert "<svg" in page
    key = re.search(r'owl-key">([A-Z2-7-]+)<', page)[1].replace("-", "")
    assert not is_signed_in(client)

    wrong = client.post("/team/second-step/set-up", data={"code": "000000"})
    assert wrong.status_code == 400
    assert key[:4] in wrong.text, "the same secret is shown again"
    assert client.post("/team/second-step/set-up", data={"code": code(key)}).location == "/team/recovery-codes"

    codes = re.findall(r'owl-key">([0-9a-f-]+)<', client.get("/team/recovery-codes").text)
    assert len(codes) == 10
    client.post("/team/recovery-codes")
    assert client.get("/team/recovery-codes").status_code == 303, "never shown again"

    client.post("/team/sign-out")
    first_step(client, user)
    assert client.post("/team/second-step/recovery-code", data={"code": codes[3].upper()}).location == "/team"
    assert "9 left" in client.get("/team/profile").text
    client.post("/team/sign-out")
    first_step(client, user)
    assert client.post("/team/second-step/recovery-code", data={"code": codes[3]}).status_code == 400


def test_recovery_codes_are_not_in_the_database(client: FlaskClient, session: Session) -> None:
    user = factories.user(session, areas=["hitchin-urban"], second_step=False)
    first_step(client, user)
    key = re.search(r'owl-key">([A-Z2-7-]+)<', client.get("/team/second-step/set-up").text)[1].replace("-", "")
    client.post("/team/second-step/set-up", data={"code": code(key)})
    shown = re.findall(r'owl-key">([0-9a-f-]+)<', client.get("/team/recovery-codes").text)
    stored = session.scalar(sa.text("SELECT mf_recovery_codes || encode(tf_totp_secret, 'escape') FROM \"user\""))
    assert not any(text in stored for text in (*shown, key))


def test_a_set_up_second_step_cannot_be_replaced_with_the_password_alone(
    client: FlaskClient, user: User, key: str
) -> None:
    first_step(client, user)
    answer = client.get("/team/second-step/set-up")
    assert answer.location == "/team/sign-in"


def test_a_code_works_once(app: Flask, client: FlaskClient, user: User, key: str) -> None:
    used = code(key)
    both_steps(client, user, key)
    other = app.test_client()
    first_step(other, user)
    assert other.post("/team/second-step", data={"code": used}).status_code == 400
    assert other.post("/team/second-step", data={"code": code(key, half_minutes=1)}).location == "/team"


@pytest.mark.parametrize(
    "typed", ["", "12345", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "1" * 100_000, "-12345"]
)
def test_anything_else_is_not_a_code(client: FlaskClient, user: User, key: str, typed: str) -> None:
    first_step(client, user)
    answer = client.post("/team/second-step", data={"code": typed})
    assert answer.status_code == 400
    assert "That code is not right" in answer.text
    assert "<title>Error: Second step" in answer.text


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


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/team/replies?open=1", "/team/replies?open=1"),
        ("//evil.example", "/team"),
        ("/\\evil.example", "/team"),
        ("\\\\evil.example", "/team"),
        ("https:evil.example", "/team"),
        ("https://evil.example/team", "/team"),
        ("/team\r\nSet-Cookie: a=b", "/team"),
        ("/\t/evil.example", "/team"),
        ("javascript:alert(1)", "/team"),
        ("", "/team"),
    ],
)
def test_after_signing_in_only_a_path_of_this_site_is_followed(
    client: FlaskClient, user: User, key: str, wanted: str, got: str
) -> None:
    assert both_steps(client, user, key, next=wanted).location == got
    assert client.get("/team/sign-in", query_string={"next": wanted}).location == got


def test_every_try_is_in_the_audit_without_addresses(
    client: FlaskClient, session: Session, user: User, key: str
) -> None:
    first_step(client, user, "wrong")
    client.post("/team/sign-in", data={"email": "nobody@example.com", "password": "x"})
    both_steps(client, user, key)
    rows = session.execute(sa.select(Audit.act, Audit.subject_id, Audit.details).order_by(Audit.id)).all()
    assert [(row.act, row.subject_id) for row in rows] == [
        ("set second step", user.id),
        ("password wrong", user.id),
        ("password wrong", None),
        ("password right", user.id),
        ("sign in", user.id),
    ]
    assert "@" not in json.dumps([row.details for row in rows])


def test_a_session_is_stored_as_a_hash(client: FlaskClient, session: Session, user: User, key: str) -> None:
    both_steps(client, user, key)
    with client.session_transaction() as cookie:
        token = cookie["session_token"]
    [row] = session.scalars(sa.select(UserSession)).all()
    assert token.encode() not in row.token_hash
    assert row.browser == "A browser"


def test_password_managers_know_the_fields(client: FlaskClient, user: User) -> None:
    page = client.get("/team/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    first_step(client, user)
    assert 'autocomplete="one-time-code"' in client.get("/team/second-step").text
