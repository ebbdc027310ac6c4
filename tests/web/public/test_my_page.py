"""A subscriber's page: opened by a link, shown to its owner alone, closed for good."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.households.models import MagicLink, Subscriber
from tests import factories
from tests.households.proofs import EMAIL, MOBILE, sent, word
from tests.web.public.pages import shows_fault, text


def test_the_page_asks_where_to_send_a_link(client: FlaskClient) -> None:
    page = client.get("/my")
    assert page.status_code == 200
    assert "Your email address or mobile number" in text(page)


@pytest.mark.parametrize(("typed", "template"), [(f" {EMAIL.upper()} ", "magic_link"), ("07700 900 123", "magic_link")])
def test_a_link_is_sent_to_a_known_address(client: FlaskClient, session: Session, typed: str, template: str) -> None:
    owner = factories.subscriber(session)
    factories.contact_point(session, owner, address=EMAIL)
    factories.contact_point(session, owner, channel=Channel.SMS, address=MOBILE)
    assert client.post("/my", data={"contact": typed}).location == "/my/sent"
    assert [name for name, _, _ in sent(session)] == [template]


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(client: FlaskClient, owner: Subscriber) -> None:
    answers = []
    for address in (EMAIL, "nobody@example.com"):
        answer = client.post("/my", data={"contact": address}, follow_redirects=True)
        answers.append((answer.status_code, answer.request.path, text(answer)))
        assert "set-cookie" not in answer.headers
    assert answers[0] == answers[1]
    assert EMAIL not in answers[0][2]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter your email address or your mobile number."),
        ("Anna", "Enter your email address or your mobile number."),
        ("anna@", "Check the email address"),
        ("anna@example.com\r\nBcc: x@example.com", "Take out the space or line break"),
        ("01727 812345", "This is a landline."),
        ("+33 6 12 34 56 78", "from another country"),
        ("0740881234", "has 11 digits"),
        ("1" * 5000, "has 11 digits"),
        ("👵" * 50, "Enter your email address or your mobile number."),
        ("\u202eanna@", "Check the email address"),
    ],
)
def test_what_is_no_address_is_told_beside_the_field(client: FlaskClient, typed: str, sentence: str) -> None:
    shows_fault(client.post("/my", data={"contact": typed}), "contact", sentence)


def test_looking_at_a_link_opens_nothing_and_pressing_opens_the_page(
    client: FlaskClient, session: Session, owner: Subscriber
) -> None:
    client.post("/my", data={"contact": EMAIL})
    path = f"/my/open/{word(session, 'token')}"
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert client.open(path, method=method).status_code == 200
    assert session.scalars(sa.select(MagicLink.used_at)).all() == [None]
    assert "Your email address or mobile number" in text(client.get("/my"))

    assert client.post(path).location == "/my"

    assert "Hello, Anna" in text(client.get("/my"))
    again = client.post(path)
    assert again.status_code == 410
    assert "does not work any more" in text(again)
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "0" * 32, "a" * 5000, "\u200f", "..%2f..%2fetc"])
def test_a_damaged_link_gets_a_kind_page(client: FlaskClient, token: str) -> None:
    for answer in (client.get(f"/my/open/{token}"), client.post(f"/my/open/{token}")):
        assert answer.status_code in {404, 410}
    assert client.get(f"/my/prove/{'0' * 32}").status_code == 410
    assert client.post(f"/my/prove/{'0' * 32}").status_code == 410


def test_opening_the_page_leaves_nothing_of_the_session_before(
    client: FlaskClient, session: Session, owner: Subscriber
) -> None:
    with client.session_transaction() as before:
        before["joining"] = "something"
    client.post("/my", data={"contact": EMAIL})
    client.post(f"/my/open/{word(session, 'token')}")
    with client.session_transaction() as after:
        assert set(after) <= {"my", "csrf_token"}


def test_the_page_shows_what_its_owner_gets_and_how(page: FlaskClient) -> None:
    shown = text(page.get("/my"))
    for part in ("12, SG5 1SD, Hitchin Urban", "Crime alert Witness appeal", EMAIL, "Pause my messages", "Leave OWL"):
        assert part in shown
    assert page.get("/my").headers["Cache-Control"] == "no-store"


def test_the_page_closes_after_half_an_hour(
    still_november: time_machine.Coordinates, page: FlaskClient, session: Session
) -> None:
    still_november.shift(timedelta(minutes=29))
    assert "Hello, Anna" in text(page.get("/my"))
    still_november.shift(timedelta(minutes=2))
    closed = page.get("/my/pause", follow_redirects=True)
    assert "Ask for a new link" in text(closed)
    assert "Anna" not in text(closed)


def test_who_finishes_leaves_nothing_behind_even_for_a_copied_cookie(page: FlaskClient, app: Flask) -> None:
    cookie = page.get_cookie("owl")
    assert cookie is not None
    assert page.post("/my/finish").location == "/my"
    assert "Your page is closed" in text(page.get("/my"))
    copied = app.test_client()
    copied.set_cookie("owl", cookie.value)
    assert "Anna" not in text(copied.get("/my"))


def test_a_name_is_shown_as_it_was_typed_and_as_nothing_else(client: FlaskClient, session: Session) -> None:
    names = [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "\u202eevil",
        "👵🏽",
        "N" * 100,
    ]
    for number, name in enumerate(names):
        address = f"n{number}@example.com"
        factories.contact_point(session, factories.subscriber(session, name=name), address=address)
        client.post("/my", data={"contact": address})
        client.post(f"/my/open/{word(session, 'token')}")
        shown = client.get("/my")
        assert f"Hello, {name}" in text(shown) or "<" in name
        assert not re.search(r"<script>alert|<img src=x", shown.text)
        assert "Hello, 49" not in shown.text


def test_a_form_without_its_token_changes_nothing(app: Flask, session: Session, owner: Subscriber) -> None:
    bare = app.test_client(bare=True)
    assert bare.post("/my", data={"contact": EMAIL}).status_code == 400
    assert sent(session) == []


@pytest.mark.parametrize("field", ["contact", "postcode", "house", "kinds", "until-day", "email", "mobile", "code"])
def test_a_hundred_kilobytes_in_a_field_are_answered(page: FlaskClient, field: str) -> None:
    for path in ("/my", "/my/pause", "/my/add/email", "/my/add/mobile", "/my/code"):
        assert page.post(path, data={field: "a1@ " * 25_000}).status_code == 400


def test_no_log_shows_an_address_a_name_or_a_link(
    client: FlaskClient,
    session: Session,
    owner: Subscriber,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    client.post("/my", data={"contact": EMAIL})
    token = word(session, "token")
    client.post(f"/my/open/{token}")
    client.post("/my/add/email", data={"email": "anna2@example.com"})
    second = word(session, "token")
    client.post(f"/my/prove/{second}")
    client.post("/my/add/mobile", data={"mobile": "07700 900123"})
    code = word(session, "code")
    client.post("/my/code", data={"code": code})
    client.get("/my/data")
    client.post("/my/delete", data={"sure": "yes"})

    written = caplog.text + "".join(capfd.readouterr())

    assert "/my" in written
    for secret in (EMAIL, "anna2", "7700", "Anna", token, second, code):
        assert secret not in written
