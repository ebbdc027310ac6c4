"""Joining out of order, twice, too late, or from another tab."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.foundation.notices import Notice
from owl.households.models import Joining
from tests.web.public.joining_pages import CONTACT, answer_all, finish, leads_to, shown, text


def test_joining_twice_sends_once(client: FlaskClient, session: Session) -> None:
    answer_all(client)
    form = {"shown": shown(client)}
    leads_to(client.post("/join/check", data=form), "/join/done")
    leads_to(client.post("/join/check", data=form), "/join/done")
    assert session.scalar(select(func.count(Notice.id))) == 1


def test_an_answer_changed_in_another_tab_is_shown_before_anything_is_sent(
    client: FlaskClient, session: Session
) -> None:
    answer_all(client)
    form = {"shown": shown(client)}
    client.post("/join/contact", data=CONTACT | {"email": "other@example.com"})
    page = client.post("/join/check", data=form)
    assert page.status_code == 409
    assert "Your answers changed in another window" in text(page)
    assert "other@example.com" in text(page)
    assert session.scalar(select(func.count(Notice.id))) == 0


def test_a_finished_joining_is_told_kindly(client: FlaskClient) -> None:
    answer_all(client)
    finish(client)
    for answer in (client.get("/join/contact"), client.post("/join/contact", data=CONTACT), client.get("/join/check")):
        assert answer.status_code == 409
        assert "You have already finished" in text(answer)
        assert "/join/done" in answer.text
    leads_to(client.post("/join/where", data={"postcode": "SG5 1SD"}), "/join/contact")


def test_an_expired_joining_is_told_kindly(client: FlaskClient, session: Session) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    session.scalars(select(Joining)).one().expires_at = utc_now()
    session.commit()
    for answer in (client.get("/join/kinds"), client.post("/join/kinds", data={"kinds": "event"})):
        assert answer.status_code == 410
        assert "Please start again" in text(answer)
        assert "/join/where" in answer.text


@pytest.mark.parametrize("path", ["contact", "kinds", "consent", "check", "code", "done"])
def test_a_page_without_a_joining_says_how_to_begin(client: FlaskClient, path: str) -> None:
    assert client.get(f"/join/{path}").status_code == 410


@pytest.mark.parametrize("path", ["code", "done"])
def test_pages_of_the_end_lead_to_the_question_that_is_missing(client: FlaskClient, path: str) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    assert client.get(f"/join/{path}", follow_redirects=True).request.path == "/join/contact"


def test_a_page_reached_too_early_leads_to_the_question_that_is_missing(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    for path in ("consent", "check"):
        assert client.get(f"/join/{path}").location == "/join/contact"
    leads_to(client.post("/join/check", data={"shown": "x"}), "/join/check")


def test_nothing_that_was_typed_is_in_cookies_or_addresses(client: FlaskClient) -> None:
    answer_all(client, name="Jo Bloggs")
    answer = finish(client)
    with client.session_transaction() as cookie:
        assert set(cookie) <= {"joining", "csrf_token", "_fresh"}
        assert re.fullmatch(r"[\w-]{32}", cookie["joining"])
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_neighbourhood_is_remembered_only_by_those_who_said_yes(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    assert client.get_cookie("owl_place") is None
    client.set_cookie("owl_cookies", "yes")
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    kept = client.get_cookie("owl_place")
    assert kept is not None
    assert kept.value == "hitchin-urban"


def test_a_welcome_to_nowhere_is_not_found(client: FlaskClient) -> None:
    assert client.get("/join/joined/atlantis").status_code == 404
