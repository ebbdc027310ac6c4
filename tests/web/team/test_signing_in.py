"""Password and second step: what opens the pages of a team, and what does not."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.audit import Audit
from tests import factories
from tests.web.team.steps import both_steps, code, first_step, is_signed_in


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


def test_password_managers_know_the_fields(client: FlaskClient, user: User) -> None:
    page = client.get("/team/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    first_step(client, user)
    assert 'autocomplete="one-time-code"' in client.get("/team/second-step").text
