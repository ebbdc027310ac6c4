"""Signing, casting and looking over HTTP, as a browser with JavaScript does it: without a cookie."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bench.resident import Resident
from owl.consultations.consultation_models import Consultation, SealedBallot
from owl.consultations.counting import count_due
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.signed_links import Purpose
from tests.consultations.boxes import Invited, invite, open_consultation


def open_now(session: Session) -> Consultation:
    now = utc_now()
    return open_consultation(session, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1))


@pytest.fixture
def asked(session: Session) -> Consultation:
    return open_now(session)


@pytest.fixture
def bare(app: Flask, session: Session) -> FlaskClient:
    return app.test_client(bare=True, use_cookies=False)


def sign(client: FlaskClient, asked: Consultation, home: Invited) -> dict[str, str]:
    """The fields of a ballot that was signed."""
    keys = client.get(f"/consultations/{asked.slug}/keys.json")
    assert keys.headers["Access-Control-Allow-Origin"] == "*"
    listed = keys.json
    assert listed
    (key,) = [row["key"] for row in listed["keys"] if row["ward"] == home.ward_code]
    browser = Resident(base64.b64decode(key))
    token = delivery_token(Purpose.FEEDBACK, home.message_id, home.seq)
    answer = client.post(f"/r/{token}/sign", data=browser.blinded)
    assert answer.status_code == 200, answer.text
    signature = base64.urlsafe_b64encode(browser.unblind(answer.data)).decode()
    return {"ward": home.ward_code, "code": base64.urlsafe_b64encode(browser.code).decode(), "signature": signature}


def test_a_ballot_is_signed_cast_and_found_without_a_cookie(
    session: Session, asked: Consultation, bare: FlaskClient
) -> None:
    (home,) = invite(session, asked)
    ballot = sign(bare, asked, home)
    cast, counted = (f"/consultations/{asked.slug}/{name}" for name in ("ballots", "counted"))

    wrong = bare.post(cast, data=ballot | {"q1": "ufos"})
    sent = bare.post(cast, data=ballot | {"q1": "burglary", "q2": "The bend by the school."})
    again = bare.post(cast, data=ballot | {"q1": "drugs"})

    assert (wrong.status_code, wrong.json) == (400, {"errors": {"q1": "Choose from the list."}})
    assert sent.status_code == 200
    assert sent.json
    assert (again.status_code, list(again.json["errors"])) == (409, [""])  # type: ignore[index]
    assert len(session.scalars(sa.select(SealedBallot)).all()) == 1
    assert "in the box" in bare.post(counted, data={"code": sent.json["code"]}).text
    assert asked.closes_at
    count_due(asked.closes_at)
    assert "were counted" in bare.post(counted, data={"code": sent.json["code"]}).text
    assert "can’t find" in bare.post(counted, data={"code": "ABCD-" * 5 + "ABCD"}).text
    assert bare.post(counted, data={"code": "?"}).status_code == 400
    assert not any("Set-Cookie" in answer.headers for answer in (wrong, sent, again, bare.get(counted)))


def test_a_damaged_link_a_strange_body_and_a_forged_signature_are_refused(
    session: Session, asked: Consultation, bare: FlaskClient
) -> None:
    (home,) = invite(session, asked)
    token = delivery_token(Purpose.FEEDBACK, home.message_id, home.seq)

    assert bare.post("/r/nonsense/sign", data=b"x" * 256).status_code == 404
    assert bare.post(f"/r/{token}/sign", data=b"x").status_code == 400
    forged = {"ward": home.ward_code, "code": "A" * 20, "signature": "ÄÖ", "q1": "burglary"}
    assert bare.post(f"/consultations/{asked.slug}/ballots", data=forged).status_code == 400
    assert bare.post("/consultations/nowhere/ballots", data=forged).status_code == 404
