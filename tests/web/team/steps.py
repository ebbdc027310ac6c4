"""The two steps of signing in, as somebody at a browser does them."""

from __future__ import annotations

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from owl.accounts.models import User
from owl.foundation.clock import utc_now
from tests.factories import PASSWORD


def code(key: str, *, half_minutes: int = 0) -> str:
    return pyotp.TOTP(key).at(utc_now(), counter_offset=half_minutes)


def first_step(client: FlaskClient, user: User, password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/team/sign-in", data={"email": user.email, "password": password, **more})


def both_steps(client: FlaskClient, user: User, key: str, **more: str) -> TestResponse:
    assert first_step(client, user, **more).location == "/team/second-step"
    return client.post("/team/second-step", data={"code": code(key)})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/team/profile").status_code == 200
