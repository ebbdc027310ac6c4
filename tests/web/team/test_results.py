"""From the count to results that everybody reads: what the pages show, refuse and never show."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import ConsultationStatus, RedactionReason, Source
from owl.consultations.hearing import quiet_areas
from owl.consultations.publishing import publish_results
from owl.consultations.remark_queries import to_look_at
from owl.consultations.remarks import Looked, look_at_remarks
from owl.consultations.weighting import Area
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.browser import sign_in
from tests.consultations.counted import FAR, NEAR, counted
from tests.factories import NOW

PUBLISHED = ConsultationStatus.PUBLISHED
ROAD = "Lorries race down the hill."
HOSTILE = "<script>alert(1)</script> drugs"
CAST = [
    *([(NEAR, {"q1": ["burglary", "speeding"]})] * 20), *([(NEAR, {"q1": ["burglary"]})] * 12),
    *([(NEAR, {"q1": ["speeding"]})] * 8), *([(FAR, {"q1": ["speeding"]})] * 8), *([(FAR, {"q1": ["drugs"]})] * 3),
]  # fmt: skip


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    return client


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.text


def test_a_team_looks_at_remarks_publishes_and_everybody_reads_the_results(
    officer: FlaskClient, session: Session
) -> None:
    it = counted(session, CAST, homes=90, remarks=[*([ROAD] * 5), HOSTILE, "Ask Mrs Brown"])
    own, everybodys = f"/team/consultations/{it.id}", f"/consultations/{it.slug}"
    assert "7 wait" in page(officer, f"{own}/results")
    assert "51 of" not in page(officer, everybodys)
    assert "7 remarks wait" in officer.post(f"{own}/publish").text
    sheet = page(officer, f"{own}/remarks")
    assert "&lt;script&gt;alert(1)" in sheet
    assert "Ask […]" in sheet  # what the rules offer to take out
    fields = {f"words-{row.id}": row.words for row in to_look_at(session, it.id)}
    brown = next(name for name, words in fields.items() if "Brown" in words)

    refused = officer.post(f"{own}/remarks", data=fields | {brown: "Ask Mr Green"})
    assert (refused.status_code, "Only take words out" in refused.text, "Ask Mr Green" in refused.text) == (
        400,
        True,
        True,
    )
    reason = {brown.replace("words", "because"): "names_somebody"}
    assert officer.post(f"{own}/remarks", data=fields | {brown: "Ask […]"} | reason).location.endswith("/results")
    assert officer.post(f"{own}/publish").status_code == 303

    shown = page(officer.application.test_client(), everybodys)
    for words in ("51 of 180 homes", "Homes we wrote to: 51 answers", "Speeding", "71%", "Something else: 7", ROAD):
        assert words in shown, words
    assert "<script>alert" not in shown
    assert "Brown" not in shown
    assert "Ask […]" in page(officer, f"{everybodys}/words?question=q2&theme=other")
    assert page(officer, f"{everybodys}/words?question=q2&theme=drugs").count("owl-remarks__one") == 0
    assert "Rząd" not in page(officer, "/how-we-count?language=pl")


def test_files_hold_what_the_pages_hold_and_no_number_below_five(officer: FlaskClient, session: Session) -> None:
    it = counted(session, CAST, homes=90, status=ConsultationStatus.PUBLISHED)

    data = json.loads(page(officer, f"/consultations/{it.slug}/results.json"))
    rows = list(csv.DictReader(io.StringIO(page(officer, f"/consultations/{it.slug}/results.csv").lstrip("\ufeff"))))

    (question,) = data["questions"]
    assert [(row["text"], row["ballots"]) for row in question["answers"]] == [
        ("Speeding", 36), ("Burglary", 32), ("Drug dealing", None),
    ]  # fmt: skip
    assert [row["chose it"] for row in rows[:3]] == ["36", "32", ""]
    assert (data["ballots"], data["homes"]) == ({"invited": 51}, 180)
    assert [area["ballots"] for area in data["areas"]] == [40, 11]
    assert page(officer, f"/team/consultations/{it.id}/results.csv").startswith("\ufeffquestion,")


def test_where_too_few_were_heard_there_is_a_list_to_knock_by(officer: FlaskClient, session: Session) -> None:
    it = counted(session, CAST, homes=90)
    shown = page(officer, f"/team/consultations/{it.id}/visits")
    assert "11 of 90 homes took part" in shown
    assert "15 more" in shown
    assert shown.count("<li>SG") > 10


def test_an_area_is_quiet_below_four_in_five_of_what_its_homes_let_one_expect() -> None:
    areas = [Area(("here",), (name,), 100, ballots) for name, ballots in (("a", 40), ("b", 30), ("c", 23), ("d", 20))]
    assert [(one.area.wards, one.missing) for one in quiet_areas(areas)] == [(("d",), 9)]
    assert quiet_areas([]) == []


def test_nobody_elsewhere_reads_results_before_they_are_published(officer: FlaskClient, session: Session) -> None:
    there = counted(session, neighbourhood_ids=[HATFIELD])
    open_still = counted(session, status=ConsultationStatus.ANNOUNCED)
    for part in ("results", "results.csv", "results.json", "visits", "words", "remarks"):
        page(officer, f"/team/consultations/{there.id}/{part}", 404)
    for part in ("results.csv", "results.json", "words?question=q2&theme=other"):
        page(officer, f"/consultations/{open_still.slug}/{part}", 404)
        page(officer, f"/consultations/made-up/{part}", 404)


def test_ways_in_are_shown_apart_and_few_ballots_not_at_all(officer: FlaskClient, session: Session) -> None:
    few = counted(session, [(NEAR, {"q1": ["burglary"]})] * 4)
    assert "fewer than 5" in page(officer, f"/team/consultations/{few.id}/results")
    openly = counted(session, CAST, source=Source.OPEN)
    shown = page(officer, f"/team/consultations/{openly.id}/results")
    assert "The open page: 51 answers" in shown
    assert "Too few homes answered" in shown


@pytest.mark.parametrize("ballots", [0, 1, 4])
def test_of_hardly_any_ballots_everybody_reads_that_there_were_too_few(
    client: FlaskClient, session: Session, ballots: int
) -> None:
    it = counted(session, [(NEAR, {"q1": ["burglary"]})] * ballots, homes=30, status=PUBLISHED)
    for path in ("", "/results.csv", "/results.json"):
        shown = page(client, f"/consultations/{it.slug}{path}")
        assert "Burglary" not in shown, path
    assert "Too few" in page(client, f"/consultations/{it.slug}")


def test_words_that_were_all_taken_out_leave_the_reasons(officer: FlaskClient, session: Session) -> None:
    it = counted(session, CAST, homes=90, remarks=[f"Mr Example {number}" for number in range(6)])
    author = factories.user(session, areas=[HITCHIN])
    because = Looked("", RedactionReason.NAMES_SOMEBODY)
    look_at_remarks(it.id, {row.id: because for row in to_look_at(session, it.id)}, actor_id=author.id, now=NOW)
    publish_results(it.id, actor_id=author.id, now=NOW)
    shown = page(officer, f"/consultations/{it.slug}")
    assert "It names somebody" in shown
    assert "Example" not in shown


def test_what_has_no_number_is_named_with_the_reason_and_steps_keep_their_order(
    client: FlaskClient, session: Session
) -> None:
    safe = {"id": "q1", "type": "scale", "text": "How safe?", "from": 1, "to": 4, "low": "Not", "high": "Very"}
    drawn = [(NEAR, {"q1": step}) for step, homes in ((3, 30), (1, 20), (2, 15), (4, 10)) for _ in range(homes)]
    agreed = [(NEAR, {"q1": 2})] * 24
    few = [(NEAR, {"q1": 2})] * 7
    shown = [
        page(client, f"/consultations/{counted(session, cast, questions=[safe], status=PUBLISHED).slug}")
        for cast in (drawn, agreed, few)
    ]

    order = [shown[0].index(step) for step in ("1 (Not)", ">2<", ">3<", "4 (Very)")]
    assert order == sorted(order)
    assert "place" not in shown[0]  # a step is no rival of another
    for words in ("Nearly all chose it.", "Fewer than five chose:"):
        assert [words in text for text in shown] == [False, True, False], words
    assert ["We show no numbers here" in text for text in shown] == [False, False, True]
    assert "7 answers" in shown[2]
