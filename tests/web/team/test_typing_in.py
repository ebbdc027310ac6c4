"""Sheets and doorstep answers, one after another, and what other bodies should hear of."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, SealedBallot, Source
from owl.consultations.door_models import DoorCount
from owl.consultations.right_door import Topic
from owl.foundation.clock import utc_now
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.consultations.boxes import open_consultation


@pytest.fixture
def asked(session: Session) -> Consultation:
    return open_consultation(session, closes_at=factories.FOREVER)


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    return client


def sources(session: Session) -> list[Source]:
    session.expire_all()
    return sorted(session.scalars(sa.select(SealedBallot.source)))


def key_on(page: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_sheets_follow_one_another_and_are_counted_apart(
    officer: FlaskClient, session: Session, asked: Consultation
) -> None:
    path = f"/team/consultations/{asked.id}/paper"
    page = officer.get(path).text
    for number in (1, 2, 3):
        form = {"form_key": key_on(page), "source": "paper", "saved": str(number - 1), "q1": "drugs", "q2": "Slow down"}
        answer = officer.post(path, data=form)
        assert answer.status_code == 303
        page = officer.get(answer.headers["Location"]).text
        assert f"Saved, {number} in this sitting" in page
        assert re.search(r'value="paper" checked', page)
        assert "autofocus" in page
    officer.post(path, data={"form_key": key_on(page), "source": "doorstep", "q1": "drugs"})
    assert sources(session) == [Source.DOORSTEP, *[Source.PAPER] * 3]


def test_a_sheet_with_faults_comes_back_whole_and_one_after_the_close_is_refused(
    officer: FlaskClient, session: Session, asked: Consultation
) -> None:
    path = f"/team/consultations/{asked.id}/paper"
    page = officer.post(path, data={"q1": ["drugs", "speeding", "burglary"], "q2": "Kept", "source": "paper"})
    assert (page.status_code, "Kept" in page.text, 'href="#q1"' in page.text) == (400, True, True)
    for form, field in ({"q1": "drugs"}, "source"), ({"q1": "drugs", "source": "open"}, "source"):
        assert f'href="#{field}"' in officer.post(path, data=form).text
    elsewhere = {"q1": "drugs", "source": "paper", "postcode": "SW1A 1AA"}
    assert 'href="#postcode"' in officer.post(path, data=elsewhere).text
    asked.closes_at = utc_now() - timedelta(seconds=1)
    asked.opens_at = asked.closes_at - timedelta(days=1)
    session.commit()
    assert officer.post(path, data={"q1": "drugs", "source": "paper"}).status_code == 410
    assert sources(session) == []


def test_the_empty_sheet_has_every_question_in_each_language_it_was_written_in(
    officer: FlaskClient, session: Session, asked: Consultation
) -> None:
    asked.translations = {"pl": {"title": "O co pytamy?", "texts": {"q1": "Co jest ważne?"}}}
    session.commit()
    address = f"/team/consultations/{asked.id}/paper/blank"
    for path, words in (
        (address, ("What matters most?", "Choose up to 2.", "Drug dealing", "What else?", "Where?")),
        (f"{address}?language=pl", ("O co pytamy?", "Co jest ważne?", 'lang="pl"', "Ulica, park")),
    ):
        page = officer.get(path).text
        assert [one for one in words if one not in page] == []


def test_counts_for_other_bodies_are_shown_and_can_be_passed_on(
    officer: FlaskClient, session: Session, asked: Consultation
) -> None:
    assert "Nothing yet" in officer.get("/team/reports/other-bodies").text
    asked.closes_at = factories.NOW
    session.add(DoorCount(consultation_id=asked.id, neighbourhood_id=HITCHIN, topic=Topic.LIGHTING, ballots=7))
    session.commit()
    page = officer.get("/team/reports/other-bodies").text
    assert all(words in page for words in ("November 2026", "Street lights", "Hitchin Urban"))
    lines = officer.get("/team/reports/other-bodies/counts.csv").text.splitlines()
    assert lines[1] == "2026-11,Street lights,Hertfordshire County Council,North Herts,Hitchin Urban,7"
