"""Joining under pressure: too many requests, too much text, too many at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.app import create_app
from owl.foundation.database import db, transaction
from owl.foundation.jobs import connection as redis_connection
from owl.foundation.notices import Notice
from owl.foundation.signed_links import hash_token
from owl.households.answers import Answers
from owl.households.choices import Kind
from owl.households.joining import TO_ANSWER, ask_to_join
from owl.households.models import Joining
from tests.browser import Browser
from tests.factories import NOW

HUGE = 100_000  # characters


@pytest.fixture
def limited(app: Flask, session: Session, settings: Settings) -> Iterator[FlaskClient]:
    """A visitor of OWL with its limits on."""
    other = create_app(settings.model_copy(update={"rate_limits": True}))
    other.test_client_class = Browser
    yield other.test_client()
    with other.app_context():
        redis_connection().flushall()
        db.engine.dispose()


def test_postcodes_can_not_be_looked_up_without_end(limited: FlaskClient) -> None:
    answers = [limited.get("/join/where?postcode=nonsense").status_code for _ in range(61)]
    assert answers == [400] * 60 + [429]


def test_codes_and_proofs_can_not_be_asked_for_without_end(limited: FlaskClient) -> None:
    assert [limited.post("/join/again").status_code for _ in range(11)][-2:] == [410, 429]
    assert [limited.post("/join/code").status_code for _ in range(21)][-2:] == [410, 429]


@pytest.mark.parametrize("field", ["email", "mobile", "name", "house"])
@pytest.mark.parametrize("letter", ["a", "0", " ", "\u200b", "@", "\u0301"])
def test_a_field_of_100_kilobytes_is_answered(client: FlaskClient, field: str, letter: str) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    typed = {"email": "jo@example.com", "mobile": "", "name": "", "house": ""} | {field: letter * HUGE + "x"}
    page = client.post("/join/contact", data=typed)
    assert page.status_code in {303, 400}


@pytest.mark.parametrize("letter", ["1", "I", " ", "O0IL"])
def test_a_postcode_of_100_kilobytes_is_answered(client: FlaskClient, letter: str) -> None:
    assert client.post("/join/where", data={"postcode": letter * HUGE}).status_code == 400


def test_twenty_presses_at_once_are_one_joining(app: Flask, committed: Session) -> None:
    answers = Answers("SG5 1SD", "hitchin-urban", email="jo@example.com", kinds=(Kind.EVENT,), wording="2026-11")
    with transaction() as session:
        token = "of-a-test"
        session.add(_joining(token, answers))
    came_of_it: list[Answers] = []

    def press() -> None:
        with app.app_context():
            came_of_it.append(ask_to_join(token, fingerprint=answers.fingerprint, now=NOW))

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came_of_it == [answers] * 20
    assert committed.scalar(select(func.count(Notice.id))) == 1


def _joining(token: str, answers: Answers) -> Joining:
    return Joining(token_hash=hash_token(token), answers=answers.to_json(), expires_at=NOW + TO_ANSWER)
