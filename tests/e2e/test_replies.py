"""From the link in a message to the team's answer, in a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.models import Delivery
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.notices import Notice
from owl.foundation.signed_links import Purpose
from owl.replies.models import Reply
from tests import factories
from tests.browser import Browser, sign_in
from tests.e2e.conftest import NewPage, assert_accessible, assert_accessible_everywhere, screenshot

pytestmark = pytest.mark.e2e

SAW = "I saw a white van outside number 12 at about half past two on Saturday night."


def link_to(delivery: Delivery) -> str:
    return f"/r/{delivery_token(Purpose.FEEDBACK, delivery.message_id, delivery.seq)}"


def sent_lately(session: Session) -> Delivery:
    now = utc_now()
    return factories.delivery(session, of=factories.message(session, approved_at=now, finished_at=now))


def asked_lately(session: Session, **fields: object) -> Delivery:
    now = utc_now()
    times = {"approved_at": now, "finished_at": now, "valid_until": now + timedelta(days=14)}
    return factories.delivery(session, of=factories.consultation(session, **times | fields))


def open_as(app: Flask, session: Session, user: User, page: Page, live: str) -> Page:
    """The page, signed in as the user."""
    client = app.test_client()
    assert isinstance(client, Browser)
    sign_in(client, session, user)
    cookie = client.get_cookie("owl")
    assert cookie is not None
    page.context.add_cookies([{"name": "owl", "value": cookie.value, "url": live}])
    return page


def without_scripts(page: Page) -> Page:
    """As without JavaScript; axe itself is a script, so ours are emptied instead of all forbidden."""
    page.route(re.compile(r"/static/\w+\.js"), lambda route: route.fulfill(content_type="text/javascript", body=""))
    return page


def test_a_resident_writes_on_a_phone_and_the_officer_answers(
    app: Flask, committed: Session, new_page: NewPage, live: str
) -> None:
    officer = factories.user(committed, name="Amy Field", areas=[factories.neighbourhood_id(committed)])
    phone = new_page(width=390)
    phone.goto(link_to(sent_lately(committed)))
    phone.get_by_role("button", name="No", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Shed break-ins in Walsworth")
    assert_accessible(phone)
    screenshot(phone, "reply")
    phone.get_by_role("button", name="Yes", exact=True).click()
    expect(phone.get_by_text("You said: Yes")).to_be_visible()

    phone.get_by_role("button", name="Send to your team").click()
    expect(phone).to_have_title(re.compile("^Error: "))
    expect(phone.get_by_role("link", name="Write your reply.")).to_be_visible()
    assert_accessible(phone)
    screenshot(phone, "reply-error")
    phone.get_by_label("Your reply").fill(SAW)
    phone.get_by_label("Yes, please answer me").check()
    phone.get_by_role("button", name="Send to your team").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert_accessible(phone)
    screenshot(phone, "reply-thanks")

    desk = open_as(app, committed, officer, new_page(dark=True), live)
    desk.goto("/team")
    assert_accessible(desk)
    screenshot(desk, "today")
    desk.get_by_role("link", name=SAW).click()
    expect(desk.get_by_text("Due in", exact=False)).to_be_visible()
    assert_accessible(desk)
    screenshot(desk, "team-reply")
    desk.get_by_label("Your answer").fill("Thank you. We have the van on camera.")
    desk.get_by_role("button", name="Send by email and close").click()
    expect(desk.get_by_text("Your answer is on its way.")).to_be_visible()
    expect(desk.get_by_text("PC Amy Field, on")).to_be_visible()
    assert_accessible(desk)
    committed.expire_all()
    assert committed.scalars(sa.select(Notice.template)).all() == ["reply_received", "answer"]
    assert committed.scalars(sa.select(Reply.answered_at)).one() is not None


def test_links_that_no_longer_work_are_kind_on_every_screen(committed: Session, new_page: NewPage) -> None:
    page = new_page(width=320)
    old = factories.delivery(committed, of=factories.message(committed, finished_at=utc_now() - timedelta(days=90)))
    page.goto(link_to(old))
    expect(page.get_by_text("more than 60 days old")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "reply-expired")
    page.goto(f"{link_to(old)[:-3]}")
    expect(page.get_by_text("This link is not complete")).to_be_visible()
    assert_accessible(page)


def test_a_full_inbox_is_clear_on_every_screen(app: Flask, committed: Session, new_page: NewPage, live: str) -> None:
    now = utc_now()
    area = factories.neighbourhood_id(committed)
    home = factories.household(committed)
    delivery = factories.delivery(committed, home=home)
    for hours in (1, 30, 70, 90, *[5] * 20):
        factories.reply(committed, to=delivery, words=f"{SAW} {hours}", received_at=now - timedelta(hours=hours))
    factories.reply(committed, to=delivery, words="A tip", anonymous=True)
    officer = factories.user(committed, areas=[area])
    page = open_as(app, committed, officer, new_page(width=320), live)
    for path in ("/team", "/team/replies", "/team/replies?show=all", "/team/replies?show=closed"):
        page.goto(path)
        assert_accessible_everywhere(page)
    page.goto("/team/replies")
    screenshot(page, "team-replies")
    page.get_by_label("Find by reference").fill("R1-1")
    page.get_by_role("button", name="Find").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert_accessible(page)
