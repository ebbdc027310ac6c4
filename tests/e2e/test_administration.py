"""What administrators keep, and the watches near a resident, in a browser with axe-core."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, Team
from owl.foundation.clock import utc_now
from owl.foundation.signed_links import new_token
from owl.households.magic_links import open_page
from owl.households.models import MagicLink
from owl.web.public.my_session import OPENED
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e

HERE = "hitchin-urban"


def test_an_administrator_sets_a_kind_and_a_ceiling(new_page: NewPage, app: Flask, committed: Session) -> None:
    page = new_page(width=1280)
    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.ADMINISTRATOR))
    page.goto("/admin/kinds")
    page.get_by_role("link", name="Witness appeal").click()
    page.get_by_label("What authors call it").fill("Appeal for witnesses")
    page.get_by_label("Valid for how many days").fill("7")
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Valid for 7 days")).to_be_visible()
    assert_accessible(page)

    team_id = committed.scalars(sa.select(Team.id).where(Team.neighbourhood_id == HERE)).one()
    page.goto(f"/admin/teams/{team_id}")
    page.get_by_label("In a month, for texts to this neighbourhood alone").fill("200")
    page.get_by_role("button", name="Save the ceiling").click()
    expect(page.get_by_text("It holds from now on.")).to_be_visible()
    assert_accessible(page)


def test_a_resident_on_a_phone_joins_a_watch_near_home(new_page: NewPage, app: Flask, committed: Session) -> None:
    page, now = new_page(width=390), utc_now()
    factories.watch(committed, neighbourhood_id=HERE, name="Oak Street")
    who = factories.subscriber(committed, factories.household(committed, neighbourhood_id=HERE))
    factories.contact_point(committed, who)
    token, token_hash = new_token()
    committed.add(
        MagicLink(token_hash=token_hash, subscriber_id=who.id, created_at=now, expires_at=now + timedelta(hours=1))
    )
    committed.commit()
    client = app.test_client()
    with client.session_transaction() as kept:
        kept[OPENED] = open_page(token, now=now)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}])

    page.goto("/my/watches")
    assert_accessible(page)
    page.get_by_role("button", name="Join Oak Street").click()
    expect(page.get_by_text("Saved. You get this watch’s messages now.")).to_be_visible()
    assert_accessible(page)
