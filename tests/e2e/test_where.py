"""The map of the composer and of an approval: taps and keys do the same, and nothing is shown of single homes."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.geography.models import District, Postcode
from owl.messages.audience import Area, Audience
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page
from tests.messages.drafts import submitted

FOUR = re.compile(r"^(\d+\.\d{5}, -\d+\.\d{5}\n?){4}$")
pytestmark = pytest.mark.e2e

ST_ALBANS = "E07000240"
SOUTH = "st-albans-south-east-and-london-colney"


@pytest.fixture
def officer(committed: Session) -> User:
    """Of St Albans South, with eight homes at AL1 1AG."""
    where = committed.get_one(Postcode, "AL1 1AG")
    for _ in range(8):
        home = factories.household(committed, postcode=where.code, neighbourhood_id=SOUTH, ward_code=where.ward_code)
        factories.contact_point(committed, factories.subscriber(committed, home))
    return factories.user(committed, areas=[SOUTH])


def composer(page: Page) -> None:
    page.goto("/team/messages/new")
    expect(page.locator("[data-map]")).to_have_attribute("data-ready", "yes")
    part = page.locator("details:has([data-map])")
    if part.get_attribute("open") is None:  # on a phone the map is folded away
        part.locator("summary").first.click()


def middle_of(page: Page) -> tuple[float, float]:
    sheet = page.locator(".owl-map__sheet")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_an_officer_draws_on_a_phone(app: Flask, committed: Session, officer: User, new_page: NewPage) -> None:
    page = new_page(width=390)
    sign_in_page(page, app, committed, officer)
    composer(page)
    page.get_by_label("What it is about").select_option("crime_alert")

    x, y = middle_of(page)
    page.mouse.click(x, y)  # a neighbourhood
    expect(page.locator(".owl-map__hint")).to_contain_text("included")
    expect(page.locator("#live-reach")).to_contain_text("8 homes")
    page.mouse.click(x, y)
    expect(page.locator(".owl-map__hint")).to_contain_text("left out")
    page.mouse.click(x, y)

    page.get_by_label("An area that I draw").check()
    x, y = middle_of(page)
    for east, north in ((-60, -60), (60, -60), (60, 60), (-60, 60), (0, 0)):
        page.mouse.click(x + east, y + north)
    page.get_by_role("button", name="Take the last corner back").click()
    expect(page.get_by_label("Corners, in turn")).to_have_value(FOUR)
    page.get_by_role("button", name="Include this place").click()
    expect(page.get_by_text("Places you added")).to_be_visible()
    assert_accessible(page)


def test_the_same_is_done_with_keys_and_lists(app: Flask, committed: Session, officer: User, new_page: NewPage) -> None:
    page = new_page()
    sign_in_page(page, app, committed, officer)
    composer(page)
    page.get_by_label("What it is about").select_option("crime_alert")
    page.get_by_label("All homes within a distance").check()
    page.get_by_label("Postcode or point in the middle").fill("al1 1ag")
    page.get_by_label("Metres around it").fill("9")
    page.get_by_label("Metres around it").press("Enter")
    expect(page.get_by_label("Metres around it")).to_be_focused()
    expect(page.locator("#circle_metres-error")).to_contain_text("from 25 to 10,000")
    page.get_by_label("Metres around it").fill("400")
    page.get_by_label("Metres around it").press("Enter")
    expect(page.locator("#live-reach")).to_contain_text("8 homes")
    expect(page.get_by_label("Include within 400 metres of AL1 1AG")).to_be_checked()
    page.get_by_role("button", name="Wards, with homes").click()


def test_long_lists_come_when_they_are_opened(app: Flask, committed: Session, new_page: NewPage) -> None:
    county = committed.scalars(sa.select(District.code)).all()
    page = new_page(width=390)
    sign_in_page(page, app, committed, factories.user(committed, areas=county))
    composer(page)
    page.get_by_label("What it is about").select_option("crime_alert")
    page.get_by_role("button", name="Wards, with homes").click()
    expect(page.locator(".owl-map__area--own")).not_to_have_count(0)  # can be tapped: their boxes are there
    page.locator("details[data-kind=sector] summary").click()
    page.get_by_label("Show only postcode sectors with").fill("al1 3")
    page.get_by_label("Include AL1 3").check()
    expect(page.get_by_label("Include AL1 2")).not_to_be_visible()
    expect(page.locator("#live-map [data-outline*='AL1 3']")).to_be_attached()
    assert_accessible(page)


def test_a_supervisor_sees_where_it_goes(app: Flask, committed: Session, officer: User, new_page: NewPage) -> None:
    areas = ["circle:-0.32860,51.74530,700", "nearest:-0.32860,51.74530,20", "ward:E05013963", "sector:AL1 2"]
    author = factories.user(committed, areas=[ST_ALBANS])
    message = submitted(committed, author.id, audience=Audience.of(map(Area.parse, areas[:2]), [Area.parse(areas[3])]))
    page = new_page()
    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.SUPERVISOR, areas=[ST_ALBANS]))
    page.goto(f"/team/messages/{message.id}")
    expect(page.locator("[data-map]")).to_have_attribute("data-ready", "yes")
    expect(page.locator(".owl-map__area--in")).to_have_count(2)
    expect(page.get_by_text("Left out: AL1 2")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Every postcode, and homes by ward").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where it goes")
    expect(page.get_by_role("row", name="8")).to_be_visible()
    assert_accessible(page)
