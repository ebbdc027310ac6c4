from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.page_models import Network, SocialAccount
from owl.accounts.teams import team_of
from owl.foundation.clock import utc_now
from owl.households.choices import Kind
from owl.messages.public_lists import PAGE
from owl.replies.states import Ending
from owl.replies.ticket_models import EndedClock
from owl.reports.models import MessageOutcome
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


def test_every_neighbourhood_is_on_the_map_and_in_the_list_and_found_by_postcode(client: FlaskClient) -> None:
    page = client.get("/neighbourhoods").text
    assert page.count('href="/neighbourhoods/hitchin-urban"') == 2
    assert page.count('class="owl-county__area"') == 33
    assert page.count('href="/districts/') == 10
    assert client.get("/neighbourhoods/atlantis").status_code == 404
    found = client.get("/neighbourhoods/find?postcode=sg5 1sd")
    assert (found.status_code, found.location) == (303, "/neighbourhoods/hitchin-urban")
    assert found.headers["Cache-Control"] == "no-store"
    for typed, said in (("", "postcode"), ("EN5 3AA", "outside Hertfordshire"), ("<b>", "postcode")):
        answer = client.get("/neighbourhoods/find", query_string={"postcode": typed})
        assert answer.status_code == 400
        assert said in answer.text
        assert answer.text.count('class="owl-county__area"') == 33


def test_a_district_and_the_county_show_their_neighbourhoods_and_what_goes_on(
    client: FlaskClient, session: Session
) -> None:
    soon = utc_now() + timedelta(days=2)
    factories.meeting(session, "hitchin-urban", begins_at=soon, place="The library", cancelled_at=utc_now())
    factories.meeting(session, "harpenden", begins_at=soon, place="The church hall")
    sent = factories.message(session, neighbourhood_ids=["royston"], approved_at=utc_now(), title="Vans <stolen>")
    factories.message(session, kind=Kind.UPDATE, follows_id=sent.id, title="One is back", approved_at=utc_now())
    said = {"led_to": ["arrest", "recovered"], "recorded_by": sent.author_id, "recorded_at": utc_now()}
    session.add(MessageOutcome(message_id=sent.id, **said))
    session.commit()
    for path, areas, meetings in (("/districts/north-herts", 4, 1), ("/county", 33, 2)):
        page = client.get(path).text
        assert page.count('class="owl-county__area"') == areas
        assert ("The library" in page) + ("The church hall" in page) == meetings
        assert page.count("Cancelled</strong>") == 1
        assert "Vans &lt;stolen&gt;" in page
        assert "One is back" in page
        assert "led to an arrest" in page
        assert page.count("fewer than five") == areas
    assert client.get("/districts/atlantis").status_code == 404


def test_a_neighbourhood_shows_its_meetings_its_pages_elsewhere_and_its_earlier_messages(
    client: FlaskClient, session: Session
) -> None:
    team = team_of(session, "hitchin-urban")
    factories.meeting(session, "hitchin-urban", begins_at=utc_now() + timedelta(days=2), words="Bring <your> bike")
    session.add(SocialAccount(team_id=team.id, network=Network.X, address="https://x.com/hitchin"))
    old = utc_now() - timedelta(days=300)
    for number in range(PAGE + 1):
        fields = {"kind": Kind.EVENT, "approved_at": old - timedelta(days=number), "title": f"Surgery {number}"}
        factories.message(session, neighbourhood_ids=["hitchin-urban"], **fields)
    page = client.get("/neighbourhoods/hitchin-urban").text
    assert "Bring &lt;your&gt; bike" in page
    assert 'href="https://x.com/hitchin"' in page
    assert "Surgery 0" not in page
    first, second = (client.get(f"/neighbourhoods/hitchin-urban/messages?page={page}").text for page in (1, 2))
    assert ("Surgery 0<" in first, "Surgery 20<" in first, "Surgery 20<" in second) == (True, False, True)
    assert client.get("/neighbourhoods/hitchin-urban/messages?page=-7").text.count("owl-news__one") == PAGE
    assert "There is nothing here" in client.get("/neighbourhoods/hitchin-urban/messages?page=99999999").text


def test_a_neighbourhood_shows_what_its_team_works_on_and_has_done(client: FlaskClient, session: Session) -> None:
    raised = factories.raised_issue(session)
    factories.decision(session, raised, issue="Parking <at> the school")
    factories.priority_update(session, raised)
    page = client.get("/neighbourhoods/hitchin-urban").text
    assert "Parking &lt;at&gt; the school" in page
    assert "We stopped twelve drivers." in page


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
