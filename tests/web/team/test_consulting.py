"""Consultations on their pages, without JavaScript: written press by press, announced, invited to, begun anew."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.draft import ConsultationDraft
from owl.consultations.questions import Option, QuestionType
from owl.consultations.writing import create_consultation
from owl.foundation.clock import LONDON, utc_now
from owl.foundation.languages import Language
from owl.households.choices import Kind
from owl.messages.models import Message
from tests import factories
from tests.browser import sign_in
from tests.consultations.asking import POLISH_WORDS, announced, asking

HERE = "hitchin-urban"
FIELD = re.compile(
    r'<(?:input|button)[^>]*?name="(?P<name>[^"]+)"[^>]*?>|<textarea[^>]*?name="(?P<area>[^"]+)"[^>]*>(?P<text>.*?)</',
    re.S,
)


@pytest.fixture
def officer(session: Session, client: FlaskClient) -> User:
    user = factories.user(session, areas=[HERE])
    sign_in(client, session, user)
    return user


def typed(page: str) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    form: dict[str, Any] = {}
    for field in FIELD.finditer(page):
        name, tag = field["name"] or field["area"], field[0]
        if tag.startswith("<button") or name == "csrf_token" or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        value = field["text"] if field["area"] else (re.search(r'value="([^"]*)"', tag) or ["", ""])[1]
        form.setdefault(name, []).append(unescape(value))
    return form


def ends(days: int) -> dict[str, str]:
    day = utc_now().astimezone(LONDON) + timedelta(days=days)
    return {"closes_day": str(day.day), "closes_month": str(day.month), "closes_year": str(day.year)}


def test_an_officer_writes_a_consultation_press_by_press_and_announces_it(
    client: FlaskClient, session: Session, officer: User
) -> None:
    assert "No title yet" not in client.get("/team/consultations").text
    refused = client.post("/team/consultations/new", data={"begin": "ready"})
    assert (refused.status_code, "Choose at least one neighbourhood." in refused.text) == (400, True)
    made = client.post("/team/consultations/new", data={"begin": "ready", "neighbourhoods": HERE})
    edit = made.location
    row = session.scalars(sa.select(Consultation)).one()

    form = typed(client.get(edit).text)
    assert form["question"] == ["q1:choose", "q2:place", "q3:scale", "q4:statements", "q5:words"]
    client.post(edit, data=form | {"act": "down:q1"})
    client.post(edit, data=typed(client.get(edit).text) | {"act": "remove:q5"})
    added = client.post(edit, data=typed(client.get(edit).text) | {"act": "add:rank"})
    assert added.location.endswith("#part-q5")
    form = typed(client.get(edit).text)
    assert form["question"] == ["q2:place", "q1:choose", "q3:scale", "q4:statements", "q5:rank"]
    session.refresh(row)
    assert "In Polish" not in str(ConsultationDraft.of(row).missing(now=utc_now()))  # it went with its question
    form |= {"q5_text": "In which order?", "q5_lines": "Mornings\n\n Evenings ", "q5_most": "two", "act": "announce"}

    refused = client.post(edit, data=form | ends(14))
    assert (refused.status_code, "“two” is no whole number." in refused.text) == (400, True)
    assert typed(refused.text)["q5_lines"] == ["Mornings\n\n Evenings "]  # nothing is lost
    # English alone: every translation is deleted.
    form |= ends(14) | {"q5_most": ""} | {name: "" for name in form if name.endswith(("_pl", "_ro"))}
    checked = client.post(edit, data=form)
    page = client.get(checked.location)
    assert "What is missing" not in page.text
    announced_now = client.post(checked.location, data=typed(page.text))
    session.refresh(row)
    assert (row.status, row.slug) == (
        ConsultationStatus.ANNOUNCED,
        "hitchin-urban-what-should-your-police-team-work-on",
    )
    rank = ConsultationDraft.of(row).questions[-1]
    assert (rank.type, rank.options) == (
        QuestionType.RANK,
        (Option("mornings", "Mornings"), Option("evenings", "Evenings")),
    )
    shown = client.get(announced_now.location).text
    assert "Nobody is invited yet" in shown
    assert client.get(edit).status_code == 303  # nobody changes it any more
    late = client.post(edit, data=form | {"version": "99"})
    assert (late.status_code, "Begin a new version" in late.text) == (409, True)


def test_a_preview_is_the_residents_own_page_in_each_language(
    client: FlaskClient, session: Session, officer: User
) -> None:
    made = create_consultation(asking(wordings=POLISH_WORDS), author_id=officer.id, now=utc_now())
    assert "Polish" in client.get(f"/team/consultations/{made}/preview").text
    page = client.get(f"/team/consultations/{made}/preview/page?language=pl").text
    assert {word in page for word in ("Tytuł", "Włamania", "Coś?")} == {True}


def test_a_translation_follows_its_line_when_lines_are_moved_or_taken_out(
    client: FlaskClient, session: Session, officer: User
) -> None:
    edit = client.post("/team/consultations/new", data={"begin": "ready", "neighbourhoods": HERE}).location
    form = typed(client.get(edit).text)
    form["q1_lines"] = "Scams and doorstep crime\nBurglary\nDog theft"
    client.post(edit, data=form)

    row = session.scalars(sa.select(Consultation)).one()
    draft = ConsultationDraft.of(row)
    assert [option.id for option in draft.questions[0].options] == ["scams", "burglary", "dog_theft"]
    polish = draft.wordings[Language.POLISH].texts
    assert (polish["q1.scams"], polish["q1.burglary"]) == ("Oszustwa, także przy drzwiach", "Włamania")
    assert draft.missing(now=utc_now())["q1_pl"] == "In Polish, “Dog theft” is missing."

    form = typed(client.get(edit).text)
    lines = form["q1_lines_pl"][0]
    client.post(edit, data=form | {"q1_lines_pl": f"{lines.rstrip()}\nKradzieże psów"})
    session.refresh(row)
    assert ConsultationDraft.of(row).wordings[Language.POLISH].texts["q1.dog_theft"] == "Kradzieże psów"
    form = typed(client.get(edit).text)
    refused = client.post(edit, data=form | {"q1_lines_pl": "1\n2\n3\n4"})
    assert "There are 4 lines, and 3 in English." in unescape(refused.text)


def test_homes_are_invited_by_a_message_that_stays_an_invitation(
    client: FlaskClient, session: Session, officer: User
) -> None:
    one = announced(session, officer.id, now=utc_now(), closes_at=utc_now() + timedelta(days=14))
    there = f"/team/consultations/{one.id}"

    composer = client.post(f"{there}/invite").location
    message = session.scalars(sa.select(Message)).one()
    page = client.get(composer).text
    assert (message.consultation_id, message.kind) == (one.id, Kind.CONSULTATION_INVITATION)
    assert 'value="consultation_invitation"' in page
    assert 'value="crime_alert"' not in page
    assert 'value="consultation_invitation"' not in client.get("/team/messages/new").text
    assert "Write a reminder" in client.get(there).text
    assert "still time" in client.get(client.post(f"{there}/invite", data={"again": "yes"}).location).text


def test_a_new_version_and_a_withdrawal_say_what_becomes_of_what_came_in(
    client: FlaskClient, session: Session, officer: User
) -> None:
    one = announced(session, officer.id, now=utc_now(), closes_at=utc_now() + timedelta(days=14))
    there = f"/team/consultations/{one.id}"
    new = client.post(f"{there}/new-version").location
    page = client.get(new.replace("/edit", "/announce")).text
    assert "Those answers are kept and counted by themselves" in page
    refused = client.post(f"{there}/withdraw", data={"reason": ""})
    assert (refused.status_code, "Say why." in refused.text) == (400, True)
    client.post(f"{there}/withdraw", data={"reason": "It named a street twice."})
    assert "Withdrawn: It named a street twice." in client.get(there).text
    assert "is over" in client.post(f"{there}/withdraw", data={"reason": "Again."}).text


def test_of_two_windows_the_second_keeps_its_words_and_can_save_them_knowingly(
    client: FlaskClient, session: Session, officer: User
) -> None:
    made = create_consultation(asking(), author_id=officer.id, now=utc_now())
    edit = f"/team/consultations/{made}/edit"
    form = typed(client.get(edit).text)
    client.post(edit, data=form | {"title": "First"})
    second = client.post(edit, data=form | {"title": "Second"})
    assert (second.status_code, "A colleague saved this consultation" in second.text) == (409, True)
    assert typed(second.text)["title"] == ["Second"]
    client.post(edit, data=typed(second.text))
    assert session.get_one(Consultation, made, populate_existing=True).title == "Second"


def test_the_year_is_planned_by_one_press(client: FlaskClient, session: Session, officer: User) -> None:
    year = utc_now().astimezone(LONDON).year + 1
    address = f"/team/consultations/year?year={year}"
    assert f"Plan 3 consultations for {year}" in client.get(address).text
    pressed = client.post("/team/consultations/year", data={"year": year})
    assert "3 planned. 0 were there already." in client.get(pressed.location).text
    assert "All is planned" in client.get(address).text
    assert client.post("/team/consultations/year", data={"year": "x"}).status_code == 400
    assert client.get("/team/consultations?tab=drafts").text.count("owl-messages__row") == 3
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    assert "Hitchin Urban" in client.get(address).text
    assert client.post("/team/consultations/year", data={"year": year}).status_code == 403
