"""A home and its people, and who moves where: by thumb without a script, and at a desk. For everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.clock import utc_now
from owl.households.models import MagicLink, Subscriber
from owl.households.relocations import Relocations, Stream
from owl.web.public.my_session import OPENED
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible, screenshot
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e

HERE = "hitchin-urban"


@pytest.fixture
def owner(committed: Session) -> Subscriber:
    home = factories.household(committed, postcode="SG5 1SD", neighbourhood_id=HERE, house="12")
    owner = factories.subscriber(committed, home, name="Anna")
    factories.contact_point(committed, owner)
    now = utc_now()
    factories.message(
        committed,
        title="Van seen in your street",
        body="It is **white**, and stops at each house.",
        neighbourhood_ids=[HERE],
        approved_at=now - timedelta(hours=2),
        valid_until=now + timedelta(days=2),
    )
    return owner


def open_my_page(page: Page, app: Flask, session: Session, owner: Subscriber) -> None:
    """Give the page's browser the cookie of an opened page."""
    now = utc_now()
    link = MagicLink(token_hash=b"hash of a token", subscriber_id=owner.id, created_at=now, expires_at=now)
    link.used_at = now
    session.add(link)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[OPENED] = link.token_hash.hex()
    kept = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    page.context.add_cookies([{"name": kept.key, "value": kept.value, "domain": "127.0.0.1", "path": "/"}])
    page.goto("/my")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Anna")


@pytest.mark.parametrize(("width", "scripts"), [(390, False), (1280, True)], ids=["phone-no-scripts", "desk"])
def test_a_home_is_added_and_its_people_come_by_a_link(
    new_page: NewPage, app: Flask, committed: Session, owner: Subscriber, width: int, scripts: bool
) -> None:
    page = new_page(width=width, scripts=scripts)
    open_my_page(page, app, committed, owner)
    page.get_by_text("Van seen in your street").click()
    expect(page.get_by_text("stops at each house")).to_be_visible()
    screenshot(page, "my-page-with-homes")

    page.get_by_role("button", name="Add another home").click()
    page.get_by_role("button", name="Add this home").click()
    expect(page.get_by_text("Choose whose home it is.").first).to_be_visible()
    page.get_by_label("Home of someone close to you").check()
    page.get_by_label("Postcode").fill("al1 1ag")
    screenshot(page, "my-add-home")
    page.get_by_role("button", name="Add this home").click()
    expect(page.get_by_text("You get messages for AL1 1AG")).to_be_visible()

    page.get_by_role("link", name="Invite the people at SG5 1SD").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator(".owl-key").inner_text()
    screenshot(page, "my-invite")

    guest = new_page(width=width, scripts=scripts)
    guest.goto(f"/join/invited/{link.rpartition('/')[2]}")
    expect(guest.get_by_role("heading", level=1)).to_contain_text("You are invited")
    screenshot(guest, "invited")
    guest.get_by_role("button", name="Yes, join").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("How can we reach you?")
    expect(guest.get_by_label("House name or number (optional)")).to_have_count(0)


def test_its_pages_are_for_everybody(new_page: NewPage, app: Flask, committed: Session, owner: Subscriber) -> None:
    page = new_page(width=320)
    open_my_page(page, app, committed, owner)
    page.get_by_text("Van seen in your street").click()
    assert_accessible(page)
    page.goto("/my/homes/add")
    page.get_by_role("button", name="Add this home").click()
    assert_accessible(page)
    page.goto("/my")
    page.get_by_role("link", name="Invite the people at SG5 1SD").click()
    assert_accessible(page)
    page.get_by_role("button", name="Make a link").click()
    assert_accessible(page)
    link = f"/join/invited/{page.locator('.owl-key').inner_text().rpartition('/')[2]}"
    for address in (link, link[:-1]):  # the second one has ended
        page.goto(address)
        assert_accessible(page)


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_an_administrator_sees_who_moves_where(
    new_page: NewPage, app: Flask, committed: Session, width: int, dark: bool
) -> None:
    names = ("Hitchin Urban, North Herts", "Letchworth and Baldock, North Herts")
    stream = Stream(*names, why="boundary", homes=1204, people=1530, out_of_reach=12, postcodes=["SG5 1SD", "SG5 1SE"])
    found = Relocations([stream], 3, 20, 14, 2, 57, 4, 61, gone=["Radlett"], new=[])
    factories.geography_set(committed, name="boundaries-2027.zip", preview=found.to_json())
    page = new_page(width=width, dark=dark)
    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.ADMINISTRATOR))
    page.goto("/team")
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Boundaries").click()
    assert_accessible(page)
    screenshot(page, "admin-geography")
    page.get_by_role("link", name="boundaries-2027.zip").click()
    expect(page.get_by_text("1,204 homes would come to another neighbourhood.")).to_be_visible()
    page.get_by_text("The boundary has moved").click()
    assert_accessible(page)
    screenshot(page, "admin-geography-look")
    page.get_by_role("button", name="Put it away").click()
    expect(page.get_by_role("alert")).to_contain_text("Put away. Nothing was changed.")
