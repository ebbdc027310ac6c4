"""Addresses, as their owner adds, proves and removes them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.households.models import Subscriber
from tests import factories
from tests.households.proofs import EMAIL, MOBILE, sent, word, wrong
from tests.web.public.my_page import now_chosen, saved
from tests.web.public.pages import shows_fault, text


def test_an_email_address_is_added_by_its_link(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    assert page.post("/my/add/email", data={"email": "anna2@example.com"}).location == "/my/sent-link"
    assert "anna2@example.com" in text(page.get("/my/sent-link"))
    path = f"/{word(session, 'path')}/{word(session, 'token')}"
    assert page.get(path).status_code == 200
    assert len(now_chosen(session, owner).contact_points) == 1

    saved(page, path, "Saved. You get messages there from now on.")

    assert [point.address for point in now_chosen(session, owner).contact_points] == [EMAIL, "anna2@example.com"]
    assert page.post(path).status_code == 303
    assert [(name, to) for name, to, _ in sent(session)][-1] == ("address_added", EMAIL)


def test_a_mobile_is_added_by_its_code(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    assert page.post("/my/add/mobile", data={"mobile": "07700 900123"}).location == "/my/code"
    assert "07700 900123" in text(page.get("/my/code"))
    code = word(session, "code")
    shows_fault(page.post("/my/code", data={"code": wrong(code)}), "code", "You have 4 tries left.")
    shows_fault(page.post("/my/code", data={"code": "12"}), "code", "Enter the 6 digits")
    assert page.post("/my/code/again").location == "/my/code"
    assert word(session, "code") != code or len(sent(session)) == 3

    saved(page, "/my/code", "Saved. You get messages there from now on.", code=word(session, "code"))

    assert [point.address for point in now_chosen(session, owner).contact_points] == [EMAIL, "07700 900123"]


@pytest.mark.parametrize("known", [True, False])
def test_the_page_never_tells_whether_an_address_is_somebody_elses(
    page: FlaskClient, session: Session, known: bool
) -> None:
    if known:
        factories.contact_point(session, channel=Channel.SMS, address=MOBILE)
    answer = page.post("/my/add/mobile", data={"mobile": "07700 900123"}, follow_redirects=True)
    assert "We have sent a text to 07700 900123." in text(answer)
    shows_fault(page.post("/my/code", data={"code": "000000"}), "code", "You have 4 tries left.")


def test_an_address_of_ones_own_is_not_added_twice(page: FlaskClient) -> None:
    shows_fault(page.post("/my/add/email", data={"email": EMAIL.upper()}), "email", "You get messages here already")
    assert page.get("/my/add/pigeon").status_code == 404


def test_an_address_is_removed_after_a_question_but_never_the_last(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    text_point = factories.contact_point(session, owner, channel=Channel.SMS, address=MOBILE)
    assert "07700 900123" in text(page.get(f"/my/remove/{text_point.id}"))
    shown = saved(page, f"/my/remove/{text_point.id}", "The address is removed")
    assert "07700" not in shown
    last = now_chosen(session, owner).contact_points[0]
    assert EMAIL in saved(page, f"/my/remove/{last.id}", "Add another address first, or leave OWL.")
