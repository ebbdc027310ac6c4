"""How often one address may try: counted in Redis, and here while Redis is out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config.settings import Settings
from owl.app import create_app
from owl.foundation.database import db
from owl.web.limits import GUESSED, LIMITS, LOOKED_UP
from tests import factories
from tests.browser import Browser, sign_in

# Open to residents, and not counted: they try nothing out and send nothing.
FREE = {
    "consultations.cast": "owl.consultations.stuffing counts them, and keeps what was typed",
    "invited_ballots.cast": "a home has one voice, and thousands of homes share an address",
    "ballots.cast": "one for each signature; counting would keep an address with its time",
    "ballots.sign": "one voice for each link; likewise",
    "joining.keep_contact": "answers of one joining",
    "joining.keep_kinds": "answers of one joining",
    "joining.keep_consent": "answers of one joining",
    "languages.choose": "a choice",
    "pages.choose_cookies": "a choice",
    "preferences.finish": "closing one's own page",
    "unsubscribing.fewer": "must work wherever stopping does",
    "unsubscribing.unsubscribe": "must always work",
}
OWN_PAGE = (
    "my_choices.",
    "my_choosing.",
    "my_data.",
    "my_homes.",
    "my_invitations.",
    "my_reading.",
    "my_watches.",
    "my_addresses.remove",
    "my_addresses.restart",
)  # after a link was pressed


@pytest.fixture(params=["redis", "no redis"])
def limited(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    changed = {"rate_limits": True, "proxy_count": 1}
    if request.param == "no redis":
        changed |= {"redis_url": f"unix://{tmp_path}/nowhere.sock"}
    app = create_app(settings.model_copy(update=changed))
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


def try_code(app: Flask, address: str) -> TestResponse:
    return app.test_client().post("/team/second-step", data={"code": "000000"}, headers={"X-Forwarded-For": address})


def test_what_is_open_to_all_is_limited_or_says_why_not(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        unsafe = bool((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
        inside = rule.rule.startswith(("/team", "/admin", "/hooks", "/watches")) and not rule.rule.startswith(
            ("/team/sign-in", "/team/second-step")
        )
        if unsafe and not inside and not rule.endpoint.startswith(OWN_PAGE):
            assert rule.endpoint in {*LIMITS, *LOOKED_UP, *FREE}, f"{rule.endpoint} has no limit"
    assert {*LIMITS, *LOOKED_UP, *GUESSED, *FREE} <= set(app.view_functions)


def test_too_many_tries_are_told_to_wait_and_other_addresses_are_not(limited: Flask, session: Session) -> None:
    began = monotonic()
    tried = [try_code(limited, "203.0.113.9") for _ in range(30)]
    assert {(one.status_code, "Retry-After" in one.headers) for one in tried} == {(303, False)}

    answer = try_code(limited, "203.0.113.9")

    assert answer.status_code == 429
    assert "Please wait a little" in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert try_code(limited, "203.0.113.10").status_code == 303
    assert monotonic() - began < 15, "an absent Redis must not hold pages up"


def test_looking_is_not_counted(limited: Flask, session: Session) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9"}
    assert {limited.test_client().get("/team/sign-in", headers=headers).status_code for _ in range(40)} == {200}


def test_guessing_codes_is_limited_and_checking_a_right_one_is_not(limited: Flask, committed: Session) -> None:
    code = factories.message(committed).code
    headers = {"X-Forwarded-For": "203.0.113.9"}

    def look(code: str) -> int:
        return limited.test_client().get("/verify", query_string={"code": code}, headers=headers).status_code

    assert {look(code) for _ in range(25)} == {200}
    assert {look("HN-4821-X") for _ in range(25)} == {400}  # mistyped: it gives nothing away
    assert {look("HN-4821-K") for _ in range(20)} == {404}
    assert look("HN-4821-K") == look(code) == 429


def test_tests_run_without_limits(client: FlaskClient) -> None:
    assert {client.post("/team/second-step").status_code for _ in range(40)} == {303}


def test_users_at_one_address_are_counted_each_by_themselves(limited: Flask, committed: Session) -> None:
    for _ in range(2):
        client = limited.test_client()
        sign_in(client, committed, factories.user(committed))
        answers = [client.post("/team/profile/recovery-codes", data={"password": ""}).status_code for _ in range(31)]
        assert answers == [400] * 30 + [429]
