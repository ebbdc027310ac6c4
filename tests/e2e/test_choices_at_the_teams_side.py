"""What residents chose, as teams and administrators see it: on a phone and on a desk."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.delivery.models import DeliveryStatus
from owl.messages.models import MessageStatus, Severity
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible, screenshot
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_partners_are_kept_written_for_and_what_is_held_is_explained(
    new_page: NewPage, app: Flask, committed: Session, width: int, dark: bool
) -> None:
    page = new_page(width=width, dark=dark)
    administrator = factories.user(committed, role=RoleName.ADMINISTRATOR)
    sign_in_page(page, app, committed, administrator)
    page.goto("/admin/partners")
    page.get_by_label("Its name, as residents know it").fill("Fire and rescue")
    page.get_by_label("What residents get by ticking it").fill("How to keep your home safe from fire")
    page.get_by_role("button", name="Add this partner").click()
    expect(page.get_by_text("0 residents want its messages.")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "admin-partners")

    home = factories.household(committed)
    states = [DeliveryStatus.SENT] * 5 + [DeliveryStatus.HELD] * 3 + [DeliveryStatus.HELD_FOR_DIGEST] * 2
    message = factories.message(
        committed, targeted=len(states), homes=1, status=MessageStatus.SENDING, severity=Severity.URGENT, overridden=2,
        neighbourhood_ids=[home.neighbourhood_id], finished_at=None,
    )  # fmt: skip
    for status in states:
        factories.delivery(committed, of=message, home=home, status=status)
    sign_in_page(page, app, committed, factories.user(committed, areas=[home.neighbourhood_id]))
    page.goto(f"/team/messages/{message.id}")
    expect(page.get_by_text("have quiet hours now")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "team-message-held")

    page.goto("/team/messages/new")
    page.get_by_label("On behalf of").select_option("Fire and rescue")
    assert_accessible(page)
    screenshot(page, "team-compose-partner")
