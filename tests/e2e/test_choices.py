"""The one screen of choices, the way to fewer, and a digest: by thumb, at a desk, without a script, for everybody."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.digests.contents import Item
from owl.delivery.digests.rendering import DigestRenderer
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.notices import Channel
from owl.foundation.signed_links import Purpose
from owl.households.choices import HowFar, Kind, Rhythm
from owl.households.models import Subscriber, Subscription
from owl.households.partner_models import Partner
from owl.messages.models import Message
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible, assert_accessible_everywhere, screenshot
from tests.e2e.test_my_page import EMAIL, open_my_page, said
from tests.web.public.test_digests import digest_with

pytestmark = pytest.mark.e2e


@pytest.fixture
def owner(committed: Session) -> Subscriber:
    home = factories.household(committed, postcode="SG5 1SD", neighbourhood_id="hitchin-urban", house="12")
    owner = factories.subscriber(committed, home, name="Anna")
    factories.contact_point(committed, owner, address=EMAIL)
    factories.contact_point(committed, owner, channel=Channel.SMS, address="+447700900123")
    committed.add(Partner(name="Fire and Rescue", purpose="How to keep your home safe", created_at=utc_now()))
    committed.commit()
    return owner


@pytest.mark.parametrize(("width", "scripts"), [(390, False), (1280, True)], ids=["phone, no scripts", "desk"])
def test_everything_is_chosen_on_one_screen(
    new_page: NewPage, committed: Session, owner: Subscriber, width: int, scripts: bool
) -> None:
    page = new_page(width=width, scripts=scripts)
    open_my_page(page, committed)
    page.get_by_role("button", name="Change what you get, and how often").click()
    page.get_by_label("Event: By text").uncheck()
    page.get_by_label("My neighbourhood").check()
    page.get_by_label("Once a day").check()
    page.get_by_label("From").select_option("21:00")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Choose both hours")).to_be_visible()
    expect(page.get_by_label("Once a day")).to_be_checked()
    if scripts:
        assert_accessible_everywhere(page)
        screenshot(page, "my-choices-error")
    page.get_by_label("Until", exact=True).select_option("08:00")
    page.get_by_label("Fire and Rescue").check()
    page.get_by_role("button", name="Save", exact=True).click()
    said(page, "All of your choices count from now on.")

    committed.rollback()
    tie = committed.scalars(sa.select(Subscription)).one()
    assert (tie.not_by_text, tie.how_far) == (["event"], HowFar.NEIGHBOURHOOD)
    mine = committed.scalars(sa.select(Subscriber)).one()
    assert (mine.rhythm, mine.quiet_from, mine.quiet_until) == (Rhythm.DAILY, 21, 8)
    page.get_by_role("button", name="Change what you get, and how often").click()
    if scripts:
        assert_accessible(page)
        screenshot(page, "my-choices")


def test_somebody_with_too_many_gets_fewer_with_one_press(
    new_page: NewPage, committed: Session, owner: Subscriber
) -> None:
    page = new_page(width=390)
    open_my_page(page, committed)
    page.get_by_role("button", name="Get fewer messages").click()
    assert_accessible_everywhere(page)
    screenshot(page, "my-fewer")
    page.get_by_label("One mail a week").check()
    page.get_by_role("button", name="Do this from now on").click()
    said(page, "From now on: One mail a week")

    delivery = factories.delivery(committed)
    page.goto(f"/unsubscribe/{delivery_token(Purpose.UNSUBSCRIBE, delivery.message_id, delivery.seq)}")
    assert_accessible(page)
    screenshot(page, "unsubscribe")
    page.get_by_label("Only urgent messages").check()
    page.get_by_role("button", name="Send me fewer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get fewer messages")
    assert_accessible(page)


def test_a_digest_is_for_everybody_as_a_page_and_as_a_mail(app: Flask, page: Page, committed: Session) -> None:
    token, _ = digest_with(committed, "Shed break-ins in Walsworth", "Summer fair", body="**Bring** your bike.")
    page.goto(f"/r/{token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your 2 messages")
    assert_accessible_everywhere(page)
    screenshot(page, "digest-page")

    page.goto("about:blank")  # a mail program has no policy of ours
    page.set_content(_mail(app))
    assert_accessible(page)
    screenshot(page, "digest-mail")


def _mail(app: Flask) -> str:
    """The HTML of a digest with two messages in full."""
    words = "Three sheds were broken into on Saturday night.\n\nPlease check your locks."
    items = {
        number: Item(number, "HN-0000-L", Kind.CRIME_ALERT, title, words, "PC Asha Patel", factories.NOW)
        for number, title in enumerate(["Shed break-ins in Walsworth", "Bikes stolen at the station"], start=1)
    }
    team = SendingTeam("Hitchin Urban", "Hitchin Urban Safer Neighbourhood Team", "hitchin@example.com")
    reader = Recipient(1, EMAIL, "Anna", team, unsure=False, carries=(1, 2))
    message = Message(id=7, kind=Kind.DIGEST, code="HN-0000-L", title="", body="")
    with app.app_context():
        mail = DigestRenderer(message, items=items, rhythm=Rhythm.DAILY).mail(reader, date="Sun, 22 Nov 2026")
    html = message_from_bytes(mail.content, policy=policy.default).get_body(("html",))
    assert html is not None
    return str(html.get_content())
