"""After a message went out, in a browser: how far it is without reload, what it led to, who is told, and the report."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.foundation.clock import utc_now
from owl.messages.models import MessageStatus
from owl.reports.tallies import keep_tallies
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e


def test_an_officer_sees_it_arrive_says_what_it_led_to_and_tells_those_who_got_it(
    app: Flask, committed: Session, new_page: NewPage
) -> None:
    now = utc_now()
    officer = factories.user(committed, areas=[HITCHIN, HATFIELD], name="Asha Patel", rank="PC")
    went = {"neighbourhood_ids": [HITCHIN, HATFIELD], "targeted": 4, "homes": 4, "approved_at": now}
    factories.message(committed, title="Van seen in Walsworth", **went)
    message = factories.message(committed, status=MessageStatus.SENDING, finished_at=None, **went)
    for area in (HITCHIN, HITCHIN, HATFIELD, HATFIELD):
        home = factories.household(committed, neighbourhood_id=area)
        factories.delivery(committed, of=message, home=home, status=DeliveryStatus.QUEUED)
    committed.add(
        Batch(message_id=message.id, no=1, channel="email", lane="standard", first_seq=1, last_seq=4, due_at=now)
    )
    committed.commit()
    page = new_page(width=390)
    sign_in_page(page, app, committed, officer)

    page.goto(f"/team/messages/{message.id}")
    expect(page.get_by_text("Areas are being counted")).to_be_visible()
    committed.execute(sa.update(Delivery).values(status="sent"))
    committed.execute(sa.update(Delivery).where(Delivery.seq == 4).values(status="failed", fault="550 5.1.1"))
    committed.commit()
    keep_tallies(now=now)
    by_area = page.get_by_role("region", name="Deliveries by area")
    expect(by_area.get_by_role("row", name="Welwyn Hatfield South")).to_contain_text("1")  # nobody loaded it again
    expect(page.get_by_text("The mailbox does not exist (1)")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Say what it led to").click()
    assert_accessible(page)
    page.get_by_label("Arrest").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_contain_text("An arrest has been made.")
    assert_accessible(page)
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Sent for approval")).to_be_visible()

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/team/reports")
    expect(page.get_by_role("region", name="By team").get_by_role("row")).to_have_count(3)
    assert_accessible(page)
