"""Every failure is a page with a kind sentence, and none tells more than it should."""

from __future__ import annotations

import pytest
import structlog
from flask import Flask, abort
from flask.testing import FlaskClient

from config.settings import Settings
from owl.app import create_app
from owl.foundation.errors import Expired


@pytest.fixture
def breaking(settings: Settings) -> FlaskClient:
    app: Flask = create_app(settings)

    @app.get("/break/<int:status>")
    def break_(status: int) -> str:
        abort(status)

    @app.get("/hooks/twilio/break")
    @app.get("/team/break")
    @app.get("/break")
    def fail() -> str:
        raise ZeroDivisionError("mary@example.com")

    @app.get("/expire")
    def expire() -> str:
        raise Expired("This link was used already.")

    return app.test_client()


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 429, 500, 503])
def test_each_status_has_its_page(breaking: FlaskClient, status: int) -> None:
    answer = breaking.get(f"/break/{status}")

    assert answer.status_code == status
    assert answer.text.count("<h1") == 1
    assert "Quick exit" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_failure_of_ours_shows_a_reference_and_nothing_else(breaking: FlaskClient) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = breaking.get("/break")

    assert answer.status_code == 500
    assert "mary@example.com" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    [failure] = [entry for entry in logs if entry["event"] == "failed"]
    assert failure["reference"] in answer.text


def test_a_page_for_users_fails_in_the_frame_for_users(breaking: FlaskClient) -> None:
    answer = breaking.get("/team/break")

    assert answer.status_code == 500
    assert "owl-team" in answer.text
    assert "Quick exit" not in answer.text


def test_a_provider_gets_one_plain_line(breaking: FlaskClient) -> None:
    answer = breaking.get("/hooks/twilio/break")

    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"


def test_an_error_of_ours_says_its_own_sentence(breaking: FlaskClient) -> None:
    answer = breaking.get("/expire")

    assert answer.status_code == 410
    assert "This link was used already." in answer.text


def test_a_wrong_method_says_which_are_right(breaking: FlaskClient) -> None:
    answer = breaking.post("/expire")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
