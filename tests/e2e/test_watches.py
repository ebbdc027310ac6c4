"""Watches in a browser: decided about at a desk, run and joined on a phone."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.delivery.last_mile_models import LastMile
from owl.foundation.clock import utc_now
from owl.watches.vetting import Vetting
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e

HERE, UNIT = "hitchin-urban", "SG5 1AB"


def test_a_supervisor_lets_a_watch_and_its_coordinator_begin(new_page: NewPage, app: Flask, committed: Session) -> None:
    page = new_page(width=1280)
    anna = factories.user(committed, role=RoleName.COORDINATOR, name="Anna Smith")
    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.SUPERVISOR, areas=[HERE]))
    page.goto("/team/watches/new")
    page.get_by_label("Its name").fill("Oak Street")
    page.get_by_label("What kind of watch").select_option("Neighbourhood Watch")
    page.get_by_label("Postcodes").fill(f"{UNIT}, SG5 1AD")
    assert_accessible(page)
    page.get_by_role("button", name="Propose this watch").click()
    page.get_by_role("button", name="Let it begin").click()
    page.get_by_label("Name a coordinator").fill(anna.email)
    page.get_by_role("button", name="Add this coordinator").click()
    page.get_by_role("button", name="Begin the checks").click()
    page.get_by_label("Tier 2").check()
    page.get_by_role("button", name="Vetted: let them begin").click()
    expect(page.get_by_text("Tier 2: writes to members, and the team approves each message. Until")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="All watches").click()
    expect(page.get_by_text("1 vetted coordinator")).to_be_visible()
    assert_accessible(page)


def test_a_coordinator_on_a_phone_writes_and_brings_a_message_to_a_door(
    new_page: NewPage, app: Flask, committed: Session
) -> None:
    page = new_page(width=390)
    watch = factories.watch(committed, neighbourhood_id=HERE, codes=[UNIT], name="Oak Street")
    home = factories.household(committed, postcode=UNIT, neighbourhood_id=HERE)
    for _ in range(6):
        who = factories.subscriber(committed, home)
        factories.contact_point(committed, who)
        factories.member(committed, watch, who)
    door = factories.paper_home(committed, watch, postcode=UNIT)
    message = factories.message(committed, neighbourhood_ids=[HERE], approved_at=utc_now())
    row = LastMile(message_id=message.id, household_id=door.id, watch_id=watch.id, changed_at=utc_now())
    committed.add(row)
    committed.commit()
    sign_in_page(page, app, committed, factories.coordinator(committed, watch, vetting=Vetting.VETTED))

    page.goto("/watches")
    page.get_by_role("link", name="Oak Street").click()
    expect(page.get_by_text("6 members")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name=message.title).click()
    page.get_by_role("radio", name=re.compile(r"^Brought\W+12")).check()
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    page.get_by_role("link", name="Oak Street").click()
    page.get_by_role("button", name="Homes that want paper").click()
    assert_accessible(page)
    page.get_by_role("link", name="Oak Street").click()
    page.get_by_role("button", name="Write to the members").click()
    page.get_by_label("Title").fill("Bike found")
    page.get_by_label("Message").fill("**The bike** is back. Thank you.")
    page.get_by_role("button", name="See how it looks").click()
    expect(page.locator("strong", has_text="The bike")).to_be_visible()
    assert_accessible(page)
