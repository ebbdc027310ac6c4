from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.households.choices import Kind
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
