"""What somebody types while joining: kept, checked, and shown as it was typed."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.foundation.notices import Channel, Notice
from owl.households.models import Joining
from tests import factories
from tests.web.public.joining_pages import CONTACT, answer_all, finish, leads_to, text


def without_tokens(page: TestResponse) -> str:
    return re.sub(r'name="csrf_token"\s+value="[^"]*"', "", page.text)


@pytest.mark.parametrize(
    ("channel", "contact", "address"),
    [
        (Channel.EMAIL, {"email": "jo@example.com"}, "jo@example.com"),
        (Channel.SMS, {"email": "", "mobile": "07700 900123"}, "+447700900123"),
    ],
)
def test_a_known_address_gets_the_same_pages_and_its_owner_a_notice(
    client: FlaskClient, session: Session, channel: Channel, contact: dict[str, str], address: str
) -> None:
    def join() -> tuple[int, str, str, str]:
        browser = client.application.test_client()
        answer_all(browser, **contact)
        answer = finish(browser)
        assert answer.location is not None
        page = without_tokens(browser.get(answer.location))
        wrong = browser.post("/join/code", data={"code": "12345"}) if channel is Channel.SMS else None
        return answer.status_code, answer.location, page, without_tokens(wrong) if wrong else ""

    as_a_stranger = join()
    factories.contact_point(session, channel=channel, address=address)
    assert join() == as_a_stranger
    assert session.scalars(select(Notice.template).order_by(Notice.id)).all()[-1] == "already_known"


def test_what_was_typed_stays_and_each_fault_is_linked(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    typed = {"email": "jo@@example.com", "mobile": "01438 757000", "name": "n" * 5000, "house": "1\r\nBcc: x"}
    page = client.post("/join/contact", data=typed)
    assert page.status_code == 400
    assert "<title>Error: How can we reach you?" in page.text
    for field in ("email", "mobile", "name", "house"):
        assert f'href="#{field}"' in page.text
        assert f'id="{field}-error"' in page.text
    assert 'value="jo@@example.com"' in page.text
    assert 'value="01438 757000"' in page.text
    assert "n" * 5000 in page.text
    assert "This is a landline" in text(page)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": "", "mobile": ""}, "Enter an email address, a mobile number, or both."),
        ({"mobile": "+33 6 12 34 56 78"}, "from another country"),
        ({"mobile": "07700 9O0123"}, "Take out letters"),
        ({"name": "Jo\r\nBcc: everybody@example.com"}, "Write your name on one line"),
        ({"email": "jo@example.com\r\nBcc: x@example.com"}, "email address"),
    ],
)
def test_bad_contact_details_are_refused_with_what_to_do(
    client: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    page = client.post("/join/contact", data=CONTACT | typed)
    assert page.status_code == 400
    assert sentence in text(page)


@pytest.mark.parametrize(
    "name", ["\U0001f989 Owl", "שרה כהן", "<script>alert(1)</script>", "{{ 7 * 7 }}", "O’Brien & Söhne"]
)
def test_any_name_is_shown_as_it_is(client: FlaskClient, name: str) -> None:
    answer_all(client, name=name)
    page = client.get("/join/check")
    assert html.escape(name, quote=False) in page.text.replace("&#39;", "'")
    assert "<script>alert" not in page.text


def test_nothing_is_ticked_beforehand(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    client.post("/join/contact", data=CONTACT)
    assert not re.search(r"\bchecked\b", client.get("/join/kinds").text)
    client.post("/join/kinds", data={"kinds": "event"})
    assert not re.search(r"\bchecked\b", client.get("/join/consent").text)


def test_without_a_kind_or_a_tick_the_question_is_asked_again(client: FlaskClient) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD"})
    client.post("/join/contact", data=CONTACT)
    page = client.post("/join/kinds", data={})
    assert (page.status_code, 'href="#kinds"' in page.text) == (400, True)
    client.post("/join/kinds", data={"kinds": "event"})
    page = client.post("/join/consent", data={})
    assert (page.status_code, 'href="#agree"' in page.text) == (400, True)
    assert "Tick the box if you agree" in text(page)


def test_a_change_leads_back_to_the_check(client: FlaskClient) -> None:
    answer_all(client)
    leads_to(client.post("/join/kinds", data={"kinds": "event"}), "/join/check")
    leads_to(client.post("/join/where", data={"postcode": "AL1 1AG"}), "/join/check")
    leads_to(client.post("/join/contact", data=CONTACT | {"mobile": "07700900123"}), "/join/consent")
    assert 'value="07700 900123"' in client.get("/join/contact").text


def test_fields_that_nobody_asked_for_are_ignored(client: FlaskClient, session: Session) -> None:
    client.post("/join/where", data={"postcode": "SG5 1SD", "ward_code": "E1", "neighbourhood_id": "harpenden"})
    extra = {
        "wording": "2026-11",
        "kinds": "event",
        "subscriber_id": "1",
        "consented_at": "2020-01-01",
        "role": "admin",
    }
    leads_to(client.post("/join/contact", data=CONTACT | extra), "/join/kinds")
    joining = session.scalars(select(Joining)).one()
    read = json.loads(joining.answers)
    assert (read["kinds"], read["wording"], read["neighbourhood_id"]) == ([], None, "hitchin-urban")
    assert (joining.subscriber_id, joining.consented_at) == (None, None)
