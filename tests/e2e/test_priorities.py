"""Priorities in a browser: written in the street, signed at a desk, read by a resident."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e

HERE = "hitchin-urban"
BOARD = f"/team/priorities/{HERE}"


def test_an_issue_is_decided_on_a_phone_signed_at_a_desk_and_read_by_residents(
    new_page: NewPage, app: Flask, committed: Session
) -> None:
    amy = factories.user(committed, areas=[HERE], name="Amy Field")
    kim = factories.user(committed, areas=[HERE], role=RoleName.INSPECTOR, name="Kim Ash", rank="Inspector")
    phone, desk = new_page(width=390), new_page(width=1280)
    sign_in_page(phone, app, committed, amy)
    phone.goto(f"{BOARD}/new")
    phone.get_by_label("The issue, as residents say it").fill("Speeding in Oak Street")
    expect(phone.get_by_label("What your team will do")).to_be_hidden()  # until it is chosen
    phone.get_by_label("Chosen", exact=True).check()
    phone.get_by_label("What your team will do").fill("Stop drivers after school.")
    phone.get_by_label("The officer who answers for it").select_option("PC Amy Field")
    phone.get_by_label("Why", exact=True).fill("Most homes asked for it.")
    phone.get_by_label("What it rests on").fill("62 of 90 homes asked for it.")
    assert_accessible(phone)
    phone.get_by_role("button", name="Save").click()
    phone.get_by_role("button", name="Ask an inspector to sign").click()
    expect(phone.get_by_role("heading", name="Waiting for an inspector")).to_be_visible()
    assert_accessible(phone)

    sign_in_page(desk, app, committed, kim)
    desk.goto(f"{BOARD}/sign")
    expect(desk.get_by_text("Written by PC Amy Field")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="Sign and publish this decision").click()
    desk.get_by_role("button", name="Half-way check").click()
    desk.get_by_label("What was done since").fill("We stopped twelve drivers.")
    assert_accessible(desk)
    desk.get_by_role("button", name="We looked at them and stand by them").click()
    desk.get_by_role("link", name="Speeding in Oak Street").click()
    assert_accessible(desk)

    phone.goto(f"/neighbourhoods/{HERE}/priorities")
    expect(phone.get_by_text("We stopped twelve drivers.")).to_be_visible()
    expect(phone.get_by_text("Ask PC Amy Field about it.")).to_be_visible()
    assert_accessible(phone)
