"""What goes wrong between people and forms: a lost connection, no cookies, somebody who looks first.

docs/bad-input.md says where the other cases are held.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.foundation.notices import Notice
from owl.households.consent import WORDING
from owl.households.models import Household, Joining, Subscriber
from tests.households.proofs import EMAIL, word
from tests.web.public.joining_pages import CONTACT, leads_to, shown, text

STEPS = (
    ("/join/where", {"postcode": "sg51sd"}, "/join/contact"),
    ("/join/contact", CONTACT, "/join/kinds"),
    ("/join/kinds", {"kinds": ["crime_alert"]}, "/join/consent"),
    ("/join/consent", {"agree": WORDING}, "/join/check"),
)


def test_a_connection_lost_after_each_press_loses_nothing_and_doubles_nothing(
    client: FlaskClient, session: Session
) -> None:
    for path, data, following in STEPS:
        client.post(path, data=data)  # its answer never came, so it is sent again
        again = client.post(path, data=data)
        assert (again.status_code, again.location) == (303, following)
    form = {"shown": shown(client)}
    for _ in range(3):
        leads_to(client.post("/join/check", data=form), "/join/done")
    link = f"/join/prove/{word(session, 'token')}"
    for _ in range(3):
        leads_to(client.post(link), "/join/joined/hitchin-urban")
    assert [session.scalar(select(func.count()).select_from(table)) for table in (Notice, Subscriber, Household)] == [
        1, 1, 1,
    ]  # fmt: skip


def test_a_connection_lost_half_way_leaves_the_answers_where_they_were(client: FlaskClient, session: Session) -> None:
    for path, data, _ in STEPS[:2]:
        client.post(path, data=data)

    assert client.get("/join/check").location == "/join/kinds"  # the first question without an answer
    assert 'value="jo@example.com"' in client.get("/join/contact").text
    assert session.scalar(select(func.count(Joining.id))) == 1


@pytest.mark.parametrize(
    ("path", "data"), [("/join/where", {"postcode": "SG5 1SD"}), ("/my", {"contact": EMAIL}), ("/my/finish", {})]
)
def test_without_cookies_a_form_says_what_it_needs_and_nothing_is_kept(
    app: Flask, session: Session, path: str, data: dict[str, str]
) -> None:
    bare = app.test_client(bare=True, use_cookies=False)

    answer = bare.post(path, data=data)

    assert answer.status_code == 400
    assert "Please allow cookies for this page" in text(answer)
    assert session.scalar(select(func.count(Joining.id))) == 0
    assert session.scalar(select(func.count(Notice.id))) == 0


def test_a_form_that_was_open_too_long_is_told_apart_from_missing_cookies(app: Flask) -> None:
    bare = app.test_client(bare=True)
    bare.get("/join/contact")
    with bare.session_transaction() as cookie:
        cookie["csrf_token"] = "of another day"

    assert "open for too long" in text(bare.post("/join/where", data={"postcode": "SG5 1SD"}))


def test_without_cookies_looking_leaving_verifying_and_languages_still_work(app: Flask) -> None:
    bare = app.test_client(bare=True, use_cookies=False)

    assert "You are in Hitchin Urban" in text(bare.get("/join/where?postcode=SG5+1SD"))
    assert bare.get("/verify?code=HN-4821-K").status_code < 500
    assert bare.post("/language", data={"language": "pl", "next": "/verify"}).status_code == 303
    assert bare.get("/neighbourhoods/hitchin-urban/leaflet.pdf").status_code == 200


def test_a_scanner_that_opens_a_link_first_takes_nothing_from_whom_it_was_for(
    app: Flask, client: FlaskClient, session: Session, owner: Subscriber
) -> None:
    client.post("/my", data={"contact": EMAIL})
    link = f"/my/open/{word(session, 'token')}"
    scanner = app.test_client(bare=True)
    for method in ("HEAD", "GET", "GET"):
        assert scanner.open(link, method=method).status_code == 200
    scanner.post(link)  # without our form's token: refused

    assert client.post(link).location == "/my"
    assert "Hello, Anna" in text(client.get("/my"))
    used = app.test_client().post(link)
    assert used.status_code == 410
    assert "This link does not work any more" in text(used)


def test_back_and_reload_after_the_end_show_where_one_is_and_change_nothing(
    client: FlaskClient, session: Session
) -> None:
    for path, data, _ in STEPS:
        client.post(path, data=data)
    client.post("/join/check", data={"shown": shown(client)})
    before = session.scalars(select(Joining.answers)).all()

    for path, data, _ in STEPS[1:]:
        for answer in (client.get(path), client.post(path, data=data)):
            assert answer.status_code == 409
            assert "You have already finished" in text(answer)

    session.expire_all()
    assert session.scalars(select(Joining.answers)).all() == before
