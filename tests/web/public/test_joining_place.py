"""Joining begins with a postcode: found, unknown, outside, or chosen by hand."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.households.consent import WORDING
from owl.households.models import Joining
from tests.web.public.joining_pages import CONTACT, leads_to, text


def test_a_postcode_shows_its_neighbourhood_and_team(client: FlaskClient) -> None:
    page = client.get("/join/where?postcode= sg5 1sd")
    assert page.status_code == 200
    assert "You are in Hitchin Urban" in text(page)
    assert "Your team is the Hitchin Urban Safer Neighbourhood Team" in text(page)


def test_what_is_not_a_postcode_is_told_beside_the_field_and_stays(client: FlaskClient) -> None:
    page = client.get("/join/where?postcode=Hitchin<b>")
    assert page.status_code == 400
    assert "<title>Error: Where is your home?" in page.text
    assert 'href="#postcode"' in page.text
    assert text(page).count("Enter a full UK postcode, like AL1 1AG.") == 2
    assert 'value="Hitchin&lt;b&gt;"' in page.text


def test_a_postcode_outside_is_told_apart(client: FlaskClient) -> None:
    page = client.get("/join/where?postcode=sg8 6dn")
    assert "SG8 6DN is outside Hertfordshire" in text(page)
    assert "police.uk" in text(page)
    assert "<select" not in page.text


def test_a_postcode_that_is_not_known_yet_offers_the_neighbourhoods_by_district(client: FlaskClient) -> None:
    page = client.get("/join/where?postcode=al1 1zz")
    assert "We do not know AL1 1ZZ yet" in text(page)
    assert page.text.count("<optgroup") == 10
    assert page.text.count("<option") == 34
    assert "Error" not in text(page)


def test_a_neighbourhood_chosen_by_hand_is_kept(client: FlaskClient, session: Session) -> None:
    leads_to(client.post("/join/where", data={"postcode": "AL1 1ZZ", "neighbourhood": "harpenden"}), "/join/contact")
    leads_to(client.post("/join/contact", data=CONTACT), "/join/kinds")
    leads_to(client.post("/join/kinds", data={"kinds": ["event"]}), "/join/consent")
    leads_to(client.post("/join/consent", data={"agree": WORDING}), "/join/check")
    assert "Harpenden, St Albans" in text(client.get("/join/check"))


@pytest.mark.parametrize("chosen", ["", "atlantis"])
def test_a_choice_that_is_none_asks_again(client: FlaskClient, chosen: str) -> None:
    page = client.post("/join/where", data={"postcode": "AL1 1ZZ", "neighbourhood": chosen})
    assert page.status_code == 400
    assert 'href="#neighbourhood"' in page.text
    assert "Choose your neighbourhood from the list." in text(page)


def test_a_hand_can_not_place_a_home_outside(client: FlaskClient, session: Session) -> None:
    page = client.post("/join/where", data={"postcode": "M1 1AE", "neighbourhood": "harpenden"})
    assert "M1 1AE is outside Hertfordshire" in text(page)
    assert session.scalar(select(func.count(Joining.id))) == 0


def test_looking_changes_nothing(client: FlaskClient, session: Session) -> None:
    for path in ("", "/where", "/where?postcode=SG5 1SD", "/contact", "/kinds", "/consent", "/check", "/code", "/done"):
        client.get(f"/join{path}")
    assert session.scalar(select(func.count(Joining.id))) == 0
