from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.households.choices import Kind
from owl.replies.states import Ending
from owl.replies.ticket_models import EndedClock
from tests import factories


def test_a_neighbourhood_shows_its_team_its_outline_and_its_neighbours(client: FlaskClient) -> None:
    page = client.get("/neighbourhoods/hitchin-urban")
    assert "Hitchin Urban Safer Neighbourhood Team" in page.text
    assert page.text.count("<path d=") == 2
    assert "/neighbourhoods/royston" in page.text
    assert "/neighbourhoods/harpenden" not in page.text
    assert "Nothing for everybody at the moment" in page.text


def test_what_a_team_wrote_for_all_is_shown_safely(client: FlaskClient, session: Session) -> None:
    factories.message(
        session,
        kind=Kind.EVENT,
        neighbourhood_ids=["hitchin-urban"],
        title="Tea <with> us",
        body="**Market Place**, Sunday <script>alert(1)</script>",
        approved_at=utc_now(),
    )
    page = client.get("/neighbourhoods/hitchin-urban").text
    assert "Tea &lt;with&gt; us" in page
    assert "<strong>Market Place</strong>" in page
    assert "<script>alert" not in page


def test_every_neighbourhood_is_listed_and_has_its_page(client: FlaskClient) -> None:
    page = client.get("/neighbourhoods").text
    assert page.count('href="/neighbourhoods/') == 33
    assert client.get("/neighbourhoods/atlantis").status_code == 404


def test_a_neighbourhood_says_how_its_team_answers_once_there_are_five(client: FlaskClient, session: Session) -> None:
    now = utc_now()
    for number in range(5):
        assert "72 hours" not in client.get("/neighbourhoods/hitchin-urban").text
        ended = EndedClock(neighbourhood_id="hitchin-urban", due_at=now, ended_at=now, ending=Ending.ANSWERED)
        ended.due_at -= timedelta(hours=number == 0)  # the first was late
        session.add(ended)
        session.commit()
    page = " ".join(client.get("/neighbourhoods/hitchin-urban").text.split())
    assert "In the last three months 80% came within 72 hours." in page
