"""Open data: every file that the page and the catalogue name is there, and none tells of fewer than five."""

from __future__ import annotations

import csv
import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import ConsultationStatus
from owl.foundation.clock import utc_now
from owl.reports.models import MessageOutcome
from tests import factories
from tests.accounts.places import HITCHIN
from tests.consultations.counted import counted

SITE = "http://localhost:5000"


def test_every_file_is_there_and_says_its_licence(client: FlaskClient, session: Session) -> None:
    counted(session, status=ConsultationStatus.PUBLISHED, published_at=utc_now())
    counted(session)  # whose results are not for all yet
    page = client.get("/open-data").text
    listed = client.get("/open-data/catalogue.json").get_json()["dataset"]
    files = [each["distribution"][0]["downloadURL"]["@id"].removeprefix(SITE) for each in listed]
    assert len(files) == 4 + 1 + 10 + 33 + 2 + 1
    assert all("open-government-licence/version/3" in each["dct:license"]["@id"] for each in listed)
    named = re.findall(r'href="(/(?:open-data/|boundaries/)[^"]+)"', page)
    assert set(named) - {"/open-data/catalogue.json"} == {path for path in files if path.startswith(("/o", "/b"))}
    for path in {*files[:6], *files[-3:], "/open-data/catalogue.json"}:
        answer = client.get(path)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"  # for maps and readers on others' pages
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_the_figures_are_those_of_the_pages(client: FlaskClient, session: Session) -> None:
    sent = factories.message(session, neighbourhood_ids=[HITCHIN, "royston"], approved_at=utc_now())
    said = {"led_to": ["arrest"], "recorded_by": sent.author_id, "recorded_at": utc_now()}
    session.add(MessageOutcome(message_id=sent.id, **said))
    session.commit()

    def rows(name: str) -> dict[str, dict[str, str]]:
        lines = client.get(f"/open-data/{name}.csv").text.splitlines()
        return {row["neighbourhood_id"]: row for row in csv.DictReader(lines)}

    outcomes, answers = rows("outcomes"), rows("answers")
    assert (len(outcomes), len(answers), len(rows("neighbourhoods"))) == (33, 33, 33)
    assert (outcomes[HITCHIN]["messages"], outcomes["royston"]["arrest"]) == ("1", "1")
    assert outcomes["harpenden"]["messages"] == "0"
    assert answers[HITCHIN]["percent_answered_in_time"] == ""
