"""Answering a consultation without JavaScript: by the link of an invitation, and by the open link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import HouseLimit, Limit
from owl.consultations.codes import hash_code, read_code
from owl.consultations.consultation_models import Consultation, ConsultationStatus, SealedBallot, Source
from owl.foundation.current import delivery_token
from owl.foundation.signed_links import Purpose
from owl.messages.voice_models import Voice
from owl.replies.models import Reply
from tests import factories
from tests.consultations.boxes import ISSUES, PLACE, WORDS, Invited, invite, open_consultation
from tests.factories import NOW

KEY = "a-key-of-a-form-that-nobody-guesses"
HERE = {"Sec-Fetch-Site": "same-origin"}
RANK = ISSUES | {"id": "q4", "type": "rank", "text": "What first?", "required": False, "most": 3}
SCALE = {"id": "q5", "type": "scale", "text": "How safe?", "from": 1, "to": 5, "low": "Not safe", "high": "Very safe"}
STATEMENTS = {"id": "q6", "type": "statements", "text": "Agree?", "statements": [{"id": "s1", "text": "I know them."}]}
HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "'; DROP TABLE remark; --"]

pytestmark = pytest.mark.usefixtures("still_november")


def link_of(home: Invited) -> str:
    return f"/r/{delivery_token(Purpose.FEEDBACK, home.message_id, home.seq)}"


def ballots(session: Session) -> list[SealedBallot]:
    session.expire_all()
    return list(session.scalars(sa.select(SealedBallot)))


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the page's last form."""
    form = page.rpartition("<form")[2]
    return {unescape(name): unescape(value) for name, value in re.findall(r'hidden" name="(.*?)" value="(.*?)"', form)}


def code_on(page: str) -> bytes:
    found = re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){5}", page)
    assert found is not None
    return read_code(found[0]) or b""


def test_an_invited_home_answers_every_kind_of_question_without_a_cookie(app: Flask, session: Session) -> None:
    consultation = open_consultation(session, questions=[ISSUES, WORDS, PLACE, RANK, SCALE, STATEMENTS])
    [home] = invite(session, consultation)
    bare = app.test_client(bare=True, use_cookies=False)  # type: ignore[call-arg]
    page = bare.get(link_of(home)).text
    assert all(words in page for words in ("Choose up to 2.", "Number 3", "5: Very safe", "I know them.", "Pass"))
    as_text = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)  # a text browser shows what is hidden, too
    assert not any(words in as_text for words in ("are in the box", "Thank you", "the line was lost"))
    form: dict[str, Any] = {
        "form_key": KEY, "q1": ["burglary", "drugs"], "q2": "By the station", "q3-ward": home.ward_code,
        "q4-1": "speeding", "q4-2": "drugs", "q5": "4", "q6-s1": "disagree",
    }  # fmt: skip

    thanks = bare.post(f"{link_of(home)}/ballot", data=form)

    assert thanks.status_code == 200
    assert thanks.headers["Cache-Control"] == "no-store"
    [ballot] = ballots(session)
    assert (ballot.source, ballot.code_hash) == (Source.INVITED, hash_code(code_on(thanks.text)))
    assert session.scalars(sa.select(Voice.household_id)).all() == [home.household_id]
    assert "Your home has answered" in bare.get(link_of(home)).text
    assert bare.post(f"{link_of(home)}/ballot", data=form).status_code == 200  # the same form: the same ballot
    assert len(ballots(session)) == 1
    assert session.scalars(sa.select(Reply)).all() == []


def test_questions_that_are_kept_for_all_hold_nothing_of_whoever_asked_first(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    first, second = invite(session, open_consultation(session, questions=[ISSUES, WORDS]), 2)
    settings = app.extensions["owl.settings"]
    app.extensions["owl.settings"] = settings.model_copy(update={"keep_pages": True})
    try:
        client.get(link_of(first))
        client.post(f"{link_of(first)}/ballot", data={"form_key": KEY, "q2": "What I typed"})
        pages = [client.get(link_of(home)).text for home in (first, second)]
    finally:
        app.extensions["owl.settings"] = settings
    keys = {re.findall(r'name="form_key" value="(.*?)"', page)[0] for page in pages}
    assert len(keys - {KEY}) == 2
    assert all("What matters most?" in page and "What I typed" not in page for page in pages)
    assert link_of(first) not in pages[1]


def test_of_two_devices_the_second_is_told_and_keeps_its_words(client: FlaskClient, session: Session) -> None:
    [home] = invite(session, open_consultation(session))
    client.post(f"{link_of(home)}/ballot", data={"form_key": KEY, "q1": "burglary"})
    page = client.post(f"{link_of(home)}/ballot", data={"form_key": f"another-{KEY}", "q1": "drugs", "q2": "Me too"})
    assert page.status_code == 409
    assert "Each home has one voice" in page.text
    assert "Me too" in page.text
    assert len(ballots(session)) == 1


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "q1"),
        ({"q1": ["burglary", "drugs", "speeding"], "q2": "Kept"}, "q1"),
        ({"q1": ["made-up"]}, "q1"),
        ({"q1": ["drugs"], "q2": "x" * 1001}, "q2"),
        ({"q1": ["drugs"], "q2": "x" * 1_000_000}, "q2"),
        ({"q1": ["drugs"], "q3-lat": "50.6", "q3-lon": "0.4", "q2": "Kept"}, "q3"),  # the Channel
        ({"q1": ["drugs"], "q3-lat": "here", "q3-lon": "there"}, "q3"),
        ({"q1": ["drugs"], "q3-postcode": "SW1A 1AA", "q2": "Kept"}, "q3"),
        ({"q1": ["drugs"], "q3-ward": "E05999999"}, "q3"),
        *(({"q1": words, "q2": words}, "q1") for words in HOSTILE),
    ],
)
def test_what_can_not_be_used_comes_back_as_it_was_typed(
    client: FlaskClient, session: Session, form: Mapping[str, Any], field: str
) -> None:
    consultation = open_consultation(session)
    [home] = invite(session, consultation)
    for path in (f"{link_of(home)}/ballot", f"/consultations/{consultation.slug}/answer"):
        page = client.post(path, data=form, headers=HERE)
        assert page.status_code == 400
        assert f'href="#{field}"' in page.text
        assert form.get("q2", "") in unescape(page.text)
        assert not any(words in page.text for words in HOSTILE[:2])
        asked = [name for name in form.get("q1", []) if name in {"burglary", "drugs", "speeding"}]
        assert re.findall(r'name="q1" type="checkbox" value="(\w+)" checked', page.text) == [
            option["id"] for option in ISSUES["options"] if option["id"] in asked
        ]
    assert ballots(session) == []


def test_the_right_door_is_offered_before_sending_and_nothing_is_lost(client: FlaskClient, session: Session) -> None:
    [home] = invite(session, open_consultation(session))
    typed = {"form_key": KEY, "q1": "drugs", "q2": "A pothole, fly-tipping, and a man with a knife"}
    path = f"{link_of(home)}/ballot"

    between = client.post(path, data=typed).text

    assert ballots(session) == []
    for shown in (
        "Hertfordshire County Council",
        "North Hertfordshire District Council",
        "Call 999",
        "Nothing was sent",
    ):
        assert shown in between
    carried = fields_of(between)
    assert carried == typed
    assert typed["q2"] in unescape(client.post(path, data=carried | {"change": "yes"}).text)
    thanks = client.post(path, data=carried | {"shown": "yes"}).text
    assert "Tell these people too" in thanks
    assert len(ballots(session)) == 1


def test_the_open_link_is_for_everybody_and_counted_apart(app: Flask, session: Session) -> None:
    consultation = open_consultation(session)
    slug = consultation.slug
    bare = app.test_client(bare=True, use_cookies=False)  # type: ignore[call-arg]
    listed = bare.get("/consultations")
    assert slug in listed.text
    assert "Answer now" in bare.get(f"/consultations/{slug}").text
    page = bare.get(f"/consultations/{slug}/answer")
    assert page.headers["Cache-Control"] == "no-store"
    assert not any("Set-Cookie" in answer.headers for answer in (listed, page))
    form = fields_of(page.text) | {"q1": "burglary"}
    assert bare.post(f"/consultations/{slug}/answer", data=form).status_code == 400  # from nowhere
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert bare.post(f"/consultations/{slug}/answer", data=form, headers=elsewhere).status_code == 400
    for _ in range(2):
        thanks = bare.post(f"/consultations/{slug}/answer", data=form, headers=HERE)
        assert thanks.headers["Cache-Control"] == "no-store"
    [ballot] = ballots(session)
    assert (ballot.source, ballot.code_hash) == (Source.OPEN, hash_code(code_on(thanks.text)))
    assert session.scalars(sa.select(Voice)).all() == []


def test_one_address_can_not_fill_the_box_and_what_it_typed_stays(client: FlaskClient, session: Session) -> None:
    path = f"/consultations/{open_consultation(session).slug}/answer"
    session.add(HouseLimit(limit=Limit.BALLOTS_OF_ONE_ADDRESS, value=3))
    session.commit()
    whence = {"REMOTE_ADDR": "198.51.100.9"}
    for number in range(3):
        form = {"q1": "burglary", "form_key": f"{KEY}-{number}"}
        assert client.post(path, data=form, headers=HERE, environ_base=whence).status_code == 200
    page = client.post(path, data={"q1": "drugs", "q2": "Kept"}, headers=HERE, environ_base=whence)
    assert page.status_code == 429
    assert "Kept" in page.text
    assert len(ballots(session)) == 3


@pytest.mark.parametrize("seconds", [-1, 0])
def test_the_close_holds_to_the_second_and_keeps_the_words(
    client: FlaskClient, session: Session, still_november: time_machine.Coordinates, seconds: int
) -> None:
    consultation = open_consultation(session)
    [home] = invite(session, consultation)
    slug = consultation.slug
    still_november.move_to(consultation.closes_at + timedelta(seconds=seconds) if consultation.closes_at else NOW)
    form = {"q1": "burglary", "q2": "Too late?"}
    for path in (f"{link_of(home)}/ballot", f"/consultations/{slug}/answer"):
        page = client.post(path, data=form | {"form_key": f"{KEY}-{path}"}, headers=HERE)
        assert page.status_code == (200 if seconds else 410)
        assert ("Too late?" in page.text) is not bool(seconds)
    assert len(ballots(session)) == (2 if seconds else 0)
    if not seconds:
        assert "This closed on Monday 23 November, 14:05" in client.get(link_of(home)).text
        assert client.get(f"/consultations/{slug}/answer").status_code == 303


def test_each_standing_is_told_to_homes_and_to_everybody(client: FlaskClient, session: Session) -> None:
    consultation = open_consultation(session, opens_at=NOW + timedelta(hours=1))
    [home] = invite(session, consultation)
    paths = (link_of(home), f"/consultations/{consultation.slug}")
    assert all("You can answer from Sunday 22 November, 15:05" in client.get(path).text for path in paths)
    page = client.post(f"{paths[0]}/ballot", data={"q1": "burglary"})
    assert (page.status_code, "You can answer from" in page.text) == (409, True)
    consultation.status = ConsultationStatus.WITHDRAWN
    session.commit()
    newer = open_consultation(session, replaces_id=consultation.id)
    for status in (ConsultationStatus.WITHDRAWN, ConsultationStatus.COUNTED):
        consultation.status = status
        session.commit()
        for path in paths:
            assert f"/consultations/{newer.slug}" in client.get(path).text
    draft = open_consultation(session, status=ConsultationStatus.DRAFT)
    assert client.get(f"/consultations/{draft.slug}").status_code == 404
    listed = client.get("/consultations").text
    assert newer.slug in listed
    assert draft.slug not in listed


def test_somebody_reads_the_questions_in_their_language(client: FlaskClient, session: Session) -> None:
    texts = {"q1": "Co jest najważniejsze?", "q1.burglary": "Włamania"}
    polish = {"pl": {"title": "O co pytamy", "intro": "Powiedz nam.", "texts": texts}}
    consultation = open_consultation(session, translations=polish)
    [home] = invite(session, consultation)
    for path in (link_of(home), f"/consultations/{consultation.slug}/answer"):
        page = client.get(path, headers={"Accept-Language": "pl"}).text
        assert all(words in page for words in ("O co pytamy", "Co jest najważniejsze?", "Włamania", "Speeding"))


def test_a_message_that_asks_nothing_takes_no_ballot(client: FlaskClient, session: Session) -> None:
    sent = factories.delivery(session)
    token = delivery_token(Purpose.FEEDBACK, sent.message_id, sent.seq)
    assert client.post(f"/r/{token}/ballot", data={"q1": "burglary"}).status_code == 404
    assert session.scalars(sa.select(Consultation)).all() == []
