"""What users change about their own account."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_security import verify_password
from sqlalchemy.orm import Session

from owl.accounts.models import User, UserSession
from owl.accounts.second_steps import give_second_step
from owl.foundation.audit import Audit
from owl.foundation.clock import utc_now
from tests import factories
from tests.browser import sign_in
from tests.factories import PASSWORD

NEW = "umbrella cactus tuba"


@pytest.fixture
def user(session: Session) -> User:
    return factories.user(session, areas=["hitchin-urban"])


@pytest.fixture
def here(app: Flask, session: Session, user: User) -> FlaskClient:
    client = app.test_client()
    sign_in(client, session, user)
    return client


@pytest.fixture
def elsewhere(app: Flask, session: Session, user: User) -> FlaskClient:
    client = app.test_client()
    sign_in(client, session, user)
    return client


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/team/profile").status_code == 200


def test_the_profile_shows_who_and_where(here: FlaskClient, elsewhere: FlaskClient, user: User) -> None:
    page = here.get("/team/profile").text
    assert user.name in page
    assert page.count("Firefox on Windows") == 2
    assert page.count("(this browser)") == 1


def test_a_new_password_ends_every_other_session(
    here: FlaskClient, elsewhere: FlaskClient, session: Session, user: User
) -> None:
    answer = here.post("/team/profile/password", data={"current": PASSWORD, "password": NEW})
    assert answer.location == "/team/profile"
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    session.refresh(user)
    assert user.password is not None
    assert verify_password(NEW, user.password)
    assert "change password" in session.scalars(sa.select(Audit.act)).all()


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("not mine", NEW, "That is not your password."),
        (PASSWORD, "short", "12 characters or more"),
        (PASSWORD, "password1234", "easy to guess"),
        (PASSWORD, "", "12 characters or more"),
        ("x" * 100_000, "y" * 100_000, "That is not your password."),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(
    here: FlaskClient, elsewhere: FlaskClient, session: Session, user: User, current: str, new: str, sentence: str
) -> None:
    before = user.password
    answer = here.post("/team/profile/password", data={"current": current, "password": new})
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "<title>Error: Change your password" in answer.text
    session.refresh(user)
    assert user.password == before
    assert is_signed_in(elsewhere)


def test_somebody_who_found_an_open_browser_cannot_guess_the_password_for_ever(here: FlaskClient, user: User) -> None:
    for _ in range(5):
        here.post("/team/profile/recovery-codes", data={"password": "a guess"})
    assert here.post("/team/profile/recovery-codes", data={"password": PASSWORD}).status_code == 400


def test_another_phone_takes_over_the_second_step(
    here: FlaskClient, elsewhere: FlaskClient, session: Session, user: User
) -> None:
    old = give_second_step(user.id, now=utc_now())
    assert here.get("/team/profile/second-step/set-up").location == "/team/profile", "not without the password"
    assert here.post("/team/profile/second-step", data={"password": "a guess"}).status_code == 400
    begun = here.post("/team/profile/second-step", data={"password": PASSWORD})
    assert begun.location == "/team/profile/second-step/set-up"
    found = re.search(r'owl-key">([A-Z2-7-]+)<', here.get("/team/profile/second-step/set-up").text)
    assert found
    new = found[1].replace("-", "")
    assert new != old

    assert here.post("/team/profile/second-step/set-up", data={"code": pyotp.TOTP(old).now()}).status_code == 400
    answer = here.post("/team/profile/second-step/set-up", data={"code": pyotp.TOTP(new).now()})

    assert answer.location == "/team/recovery-codes"
    assert len(re.findall(r'owl-key">', here.get("/team/recovery-codes").text)) == 10
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_setting_up_must_follow_the_password_within_ten_minutes(here: FlaskClient, user: User) -> None:
    here.post("/team/profile/second-step", data={"password": PASSWORD})
    with time_machine.travel(utc_now() + timedelta(minutes=11)):
        answer = here.post("/team/profile/second-step/set-up", data={"code": "000000"})
        assert answer.location == "/team/profile"
        assert "longer than ten minutes" in here.get("/team/profile").text


def test_new_recovery_codes_take_the_place_of_the_old(here: FlaskClient, session: Session, user: User) -> None:
    here.post("/team/profile/recovery-codes", data={"password": PASSWORD})
    first = list(user.mf_recovery_codes or ())
    here.post("/team/profile/recovery-codes", data={"password": PASSWORD})
    session.refresh(user)
    assert len(user.mf_recovery_codes or ()) == 10
    assert not set(first) & set(user.mf_recovery_codes or ())


def test_signing_out_everywhere_else_leaves_this_browser(
    here: FlaskClient, elsewhere: FlaskClient, session: Session, user: User
) -> None:
    here.post("/team/profile/sign-out-elsewhere")
    assert "Signed out of 1 other browser." in here.get("/team/profile").text
    assert not is_signed_in(elsewhere)
    assert session.scalar(sa.select(sa.func.count()).select_from(UserSession)) == 1


def test_fields_that_a_form_does_not_have_are_ignored(here: FlaskClient, session: Session, user: User) -> None:
    extra = {"role": "administrator", "is_admin": "1", "active": "0", "user_id": "1", "email": "x@example.com"}
    here.post("/team/profile/password", data={"current": PASSWORD, "password": NEW, **extra})
    session.refresh(user)
    assert [role.name for role in user.roles] == ["officer"]
    assert user.active
    assert user.email != "x@example.com"
