"""Places that are in no list, added to a message without a script, and by the script's address."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.geography.models import District, Postcode
from owl.messages.models import Message
from tests import factories
from tests.browser import sign_in

SOUTH = "st-albans-south-east-and-london-colney"
CIRCLE = {"place_how": "circle", "circle_point": "al11ag", "circle_metres": "500", "act": "include_place"}
POLYGON = "polygon:-0.33000,51.74400 -0.33000,51.74700 -0.32700,51.74700 -0.32700,51.74400 -0.33000,51.74400"


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> None:
    where = session.get_one(Postcode, "AL1 1AG")
    home = factories.household(session, postcode=where.code, neighbourhood_id=SOUTH, ward_code=where.ward_code)
    factories.contact_point(session, factories.subscriber(session, home))
    sign_in(client, session, factories.user(session, areas=[SOUTH]))


def post(client: FlaskClient, path: str = "/team/messages/new", **typed: Any) -> TestResponse:
    words = {"kind": "crime_alert", "severity": "routine", "title": "Sheds", "channels": "email", **typed}
    return client.post(path, data=words)


@pytest.mark.usefixtures("officer")
def test_places_are_added_without_a_script_and_counted(client: FlaskClient, session: Session) -> None:
    page = post(client, **CIRCLE).text
    assert 'name="include" value="circle:-0.32860,51.74530,500" checked' in page
    assert "within 500 metres of AL1 1AG" in page
    assert 'value="Sheds"' in page  # nothing typed is lost
    assert "<strong>1 home</strong>" in page
    assert "al11ag" not in page  # ready for the next

    chosen = {"include": f"neighbourhood:{SOUTH}", "exclude": POLYGON, "act": "save"}
    assert post(client, **chosen).status_code == 303
    message = session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    assert message.audience["exclude"] == [POLYGON]
    assert "the area drawn around AL1" in client.get(f"/team/messages/{message.id}/edit").text


@pytest.mark.usefixtures("officer")
def test_a_place_that_can_not_be_used_keeps_what_was_typed_and_says_why(client: FlaskClient) -> None:
    bow_tie = "51.744,-0.330\n51.747,-0.327\n51.747,-0.330\n51.744,-0.327"
    for corners, why in ((bow_tie, "crosses itself"), ("51.7,-0.3\n" * 10_000, "10,000 corners")):
        page = post(client, place_how="polygon", corners=corners, act="include_place").text
        assert why in page
        assert corners in page
        assert 'value="Sheds"' in page
    forged = [f"circle:-0.32860,51.74530,{metres}" for metres in range(100, 200)]
    assert "no more than 20" in post(client, **CIRCLE, include=forged).text


@pytest.mark.usefixtures("officer")
def test_what_is_added_last_is_what_is_meant(client: FlaskClient, session: Session) -> None:
    again = {**CIRCLE, "act": "leave_out_place"}
    page = post(client, "/team/messages/place", **again, include="circle:-0.32860,51.74530,500").text
    assert 'name="exclude" value="circle:-0.32860,51.74530,500" checked' in page
    assert 'name="include" value="circle:-0.32860,51.74530,500" checked' not in page
    assert not session.scalars(sa.select(Message)).all()


@pytest.mark.usefixtures("officer")
def test_a_place_that_reaches_into_anothers_area_says_that_this_is_left_out(client: FlaskClient) -> None:
    page = post(client, **{**CIRCLE, "circle_metres": "2000"}).text
    assert "It reaches beyond your areas. What lies in" in page
    assert "<strong>1 home</strong>" in page


@pytest.mark.usefixtures("officer")
def test_the_map_begins_with_boundaries_and_homes_by_ward_of_five_or_more(
    client: FlaskClient, session: Session
) -> None:
    begun = client.get("/team/messages/homes-by-ward").json
    assert begun == {"own": [SOUTH], "districts": ["E07000240"], "homes": {}}  # one home alone is nobody's business
    answer = client.get("/boundaries/E07000240.json")
    listed = {feature["id"] for feature in json.loads(answer.text)["features"]}
    assert {"district:E07000240", f"neighbourhood:{SOUTH}", "ward:E05013963"} <= listed
    assert "public" in answer.headers["Cache-Control"]
    assert len(json.loads(client.get("/boundaries/districts.json").text)["features"]) == 10
    assert client.get("/boundaries/E07999999.json").status_code == 404


def test_of_a_long_list_the_page_holds_what_is_chosen_and_the_rest_comes_when_it_is_asked_for(
    client: FlaskClient, session: Session
) -> None:
    county = session.scalars(sa.select(District.code)).all()
    sign_in(client, session, factories.user(session, areas=county))
    page = post(client, exclude="sector:AL1 2", act="count").text
    assert 'name="exclude" value="sector:AL1 2" checked' in page
    assert "sector:AL1 3" not in page

    for asked in ({"act": "list:sector"}, {"act": "count", "listed": "sector"}):
        page = post(client, exclude="sector:AL1 2", **asked).text
        assert 'name="exclude" value="sector:AL1 2" checked' in page
        assert "sector:AL1 3" in page
        assert 'value="Sheds"' in page
    assert "sector:AL1 3" in client.get("/team/messages/areas/sector").text
    assert client.get("/team/messages/areas/circle").status_code == 404
