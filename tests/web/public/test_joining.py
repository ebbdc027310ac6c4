"""Joining, question by question: what is asked, what is refused, what is sent."""

from __future__ import annotations

import json

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.foundation.notices import Notice
from owl.households.consent import WORDING
from owl.households.models import Consent, ContactPoint, Household, Subscriber, Subscription
from tests.web.public.joining_pages import answer_all, finish, leads_to, text


def word(session: Session, template: str, name: str) -> str:
    notice = session.scalars(select(Notice).where(Notice.template == template).order_by(Notice.id.desc())).first()
    assert notice is not None
    assert notice.words is not None
    return str(json.loads(notice.words)[name])


def test_joining_by_email_takes_a_link_and_a_press(client: FlaskClient, session: Session) -> None:
    answer_all(client, name="Jo Bloggs", house="12")
    leads_to(finish(client), "/join/done")
    assert "Press the link in our mail" in text(client.get("/join/done"))
    link = f"/join/prove/{word(session, 'prove_email', 'token')}"

    for _ in range(2):  # a mail scanner looks, and looks again
        assert "Confirm my address" in text(client.get(link))
    assert session.scalar(select(func.count(Subscriber.id))) == 0

    leads_to(client.post(link), "/join/joined/hitchin-urban")
    assert "You have joined Hitchin Urban, North Herts" in text(client.get("/join/joined/hitchin-urban"))
    assert session.scalars(select(Subscriber.name)).all() == ["Jo Bloggs"]
    home = session.scalars(select(Household)).one()
    assert (home.postcode, home.house, home.neighbourhood_id) == ("SG5 1SD", "12", "hitchin-urban")
    assert home.ward_code is not None
    assert session.scalars(select(Subscription.kinds)).all() == [["crime_alert", "event"]]
    evidence = session.scalars(select(Consent)).one()
    assert (evidence.wording, evidence.source, evidence.given) == (WORDING, "web form", True)


def test_a_link_works_on_another_device_and_a_second_press_says_the_same(
    client: FlaskClient, session: Session, app: object
) -> None:
    answer_all(client)
    finish(client)
    link = f"/join/prove/{word(session, 'prove_email', 'token')}"
    phone = client.application.test_client()
    leads_to(phone.post(link), "/join/joined/hitchin-urban")
    leads_to(phone.post(link), "/join/joined/hitchin-urban")
    assert session.scalar(select(func.count(Subscriber.id))) == 1


def test_a_damaged_link_says_so_kindly(client: FlaskClient, session: Session) -> None:
    answer_all(client)
    finish(client)
    link = f"/join/prove/{word(session, 'prove_email', 'token')[:-1]}"
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "This link does not work any more" in text(answer)
        assert "/join/where" in answer.text


def test_joining_by_text_takes_the_code(client: FlaskClient, session: Session) -> None:
    answer_all(client, email="", mobile="07700 900123")
    leads_to(finish(client), "/join/code")
    assert "07700 900123" in text(client.get("/join/code"))
    code = word(session, "prove_mobile", "code")

    wrong = client.post("/join/code", data={"code": f"{(int(code) + 1) % 10**6:06}"})
    assert wrong.status_code == 400
    assert 'href="#code"' in wrong.text
    assert "You have 4 tries left" in text(wrong)

    leads_to(client.post("/join/code", data={"code": f" {code[:3]} {code[3:]}"}), "/join/joined/hitchin-urban")
    assert session.scalars(select(ContactPoint.address)).all() == ["+447700900123"]


def test_five_wrong_codes_are_enough_and_a_new_one_can_be_had(client: FlaskClient, session: Session) -> None:
    answer_all(client, email="", mobile="07700 900123")
    finish(client)
    code = word(session, "prove_mobile", "code")
    for _ in range(5):
        page = client.post("/join/code", data={"code": f"{(int(code) + 1) % 10**6:06}"})
    assert "Ask for a new one" in text(page)
    assert "Ask for a new one" in text(client.post("/join/code", data={"code": code}))
    leads_to(client.post("/join/again", data={"channel": "sms"}), "/join/code")
    leads_to(
        client.post("/join/code", data={"code": word(session, "prove_mobile", "code")}), "/join/joined/hitchin-urban"
    )


def test_with_both_addresses_the_end_says_what_is_still_to_do(client: FlaskClient, session: Session) -> None:
    answer_all(client, mobile="07700 900123")
    leads_to(finish(client), "/join/code")
    client.post("/join/code", data={"code": word(session, "prove_mobile", "code")})
    assert "To get mails too, press the link" in text(client.get("/join/joined/hitchin-urban"))
    client.post(f"/join/prove/{word(session, 'prove_email', 'token')}")
    assert "To get mails too" not in text(client.get("/join/joined/hitchin-urban"))
    assert session.scalar(select(func.count(Subscriber.id))) == 1
    assert session.scalar(select(func.count(ContactPoint.id))) == 2
