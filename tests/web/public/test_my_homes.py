"""Homes on a subscriber's page: one more, invitations, and what others see of them. As without JavaScript."""

from __future__ import annotations

import html
import re

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.geography.models import Postcode
from owl.households.choices import Kind
from owl.households.consent import WORDING
from owl.households.home_models import Relocation, Why
from owl.households.models import Household, Subscriber, Subscription
from tests import factories
from tests.households.proofs import word
from tests.web.public.joining_pages import CONTACT, finish, leads_to
from tests.web.public.my_page import CHOICES_FORM, POSTCODE, now_chosen, saved
from tests.web.public.pages import shows_fault, text


def link_of(page: FlaskClient, session: Session, owner: Subscriber) -> str:
    path = f"/my/homes/{now_chosen(session, owner).homes[0].subscription_id}/invite"
    leads_to(page.post(path), path)
    found = re.search(r"/join/invited/[\w-]+", html.unescape(page.get(path).text))
    assert found
    return found[0]


def test_another_home_is_added_with_choices_of_its_own(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    shown = saved(page, "/my/homes/add", "You get messages for AL1 1AG", tie="relative", postcode="al11ag", house="3 b")
    assert "Home of someone close to you" in shown
    first, second = now_chosen(session, owner).homes
    saved(page, f"/my/choices/{second.subscription_id}", "Saved.", **CHOICES_FORM | {"mail": ["event"]})
    assert [home.kinds for home in now_chosen(session, owner).homes] == [first.kinds, (Kind.EVENT,)]
    assert "already" in saved(page, "/my/homes/add", "home", tie="relative", postcode="AL1 1AG", house="3B")


def test_a_home_that_can_not_be_added_keeps_what_was_typed(page: FlaskClient, session: Session) -> None:
    typed = {"tie": "", "postcode": "AL1 1AG", "house": "3"}
    answer = page.post("/my/homes/add", data=typed)
    shows_fault(answer, "tie", "Choose whose home it is.")
    assert 'value="AL1 1AG"' in answer.text
    shows_fault(page.post("/my/homes/add", data=typed | {"postcode": "SG8 6DN"}), "postcode", "outside Hertfordshire")
    unknown = page.post("/my/homes/add", data=typed | {"postcode": "AL1 1ZZ", "tie": "work"})
    assert '<select class="govuk-select' in unknown.text
    assert re.search(r'value="work"[^>]* checked', unknown.text)
    assert len(session.scalars(sa.select(Household)).all()) == 1


def test_a_link_brings_another_person_to_the_home(
    app: Flask, page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    link, guest = link_of(page, session, owner), app.test_client()
    look = guest.get(link)
    assert f"Somebody at {POSTCODE} in Hitchin Urban" in text(look)
    assert "Anna" not in look.text
    leads_to(guest.post(link), "/join/contact")
    assert "House name" not in text(guest.get("/join/contact"))
    leads_to(guest.post("/join/contact", data=CONTACT | {"house": "77"}), "/join/kinds")
    leads_to(guest.post("/join/kinds", data={"kinds": ["event"]}), "/join/consent")
    leads_to(guest.post("/join/consent", data={"agree": WORDING}), "/join/check")
    check = text(guest.get("/join/check"))
    assert "The home you were invited to" in check
    assert "12" not in check
    finish(guest)
    guest.post(f"/join/prove/{word(session, 'token')}")

    homes = session.scalars(sa.select(Subscription.household_id)).all()
    assert (len(homes), len(set(homes))) == (2, 1)
    path = f"/my/homes/{now_chosen(session, owner).homes[0].subscription_id}/invite"
    assert "One person has joined with it." in text(page.get(path))
    leads_to(page.post(f"{path}/end"), path)
    assert "Make a link" in text(page.get(path))
    ended = guest.get(link)
    assert (ended.status_code, guest.post(link).status_code) == (410, 410)
    assert "Join with my postcode" in text(ended)


def test_another_postcode_typed_after_the_link_is_another_home(
    app: Flask, page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    guest = app.test_client()
    guest.post(link_of(page, session, owner))
    guest.post("/join/where", data={"postcode": "AL1 1AG"})
    assert "House name" in text(guest.get("/join/contact"))


def test_who_has_a_page_open_adds_the_home_there(page: FlaskClient, session: Session, owner: Subscriber) -> None:
    link = link_of(page, session, owner)
    assert "Add this home to my page" in text(page.get(link))
    token = link.rpartition("/")[2]
    assert "already" in saved(page, f"/my/homes/invited/{token}", "for this home")
    assert "does not work any more" in saved(page, "/my/homes/invited/nonsense", "invitation")


def test_the_page_says_when_a_boundary_has_moved_or_a_postcode_is_no_longer_listed(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    shown = text(page.get("/my"))
    assert "neighbourhoods have changed" not in shown
    assert "no longer in the list" not in shown
    home = session.scalars(sa.select(Subscription)).one()
    session.add(
        Relocation(
            set_id=factories.geography_set(session).id,
            subscription_id=home.id,
            household_id=home.household_id,
            from_neighbourhood_id="letchworth-and-baldock",
            from_name="Letchworth and Baldock, North Herts",
            why=Why.BOUNDARY,
            at=utc_now(),
        )
    )
    session.get_one(Postcode, POSTCODE).listed = False
    session.commit()
    shown = text(page.get("/my"))
    assert "belongs to Hitchin Urban now; before, it was Letchworth and Baldock, North Herts." in shown
    assert f"{POSTCODE} is no longer in the list of postcodes." in shown
