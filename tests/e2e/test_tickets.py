"""Replies as a team works through them, in a browser: on a phone in the street, by keys at a desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.clock import utc_now
from owl.replies.models import Reply
from owl.replies.states import ReplyState
from tests import factories
from tests.e2e.conftest import NewPage, assert_accessible
from tests.e2e.signed_in import sign_in_page

pytestmark = pytest.mark.e2e


def two_replies(session: Session) -> tuple[Reply, Reply]:
    """Of one resident: one with urgent words, one about a street light."""
    to, now = factories.delivery(session), utc_now()
    urgent = factories.reply(session, to, words="He followed me with a knife", urgent=True, received_at=now)
    return urgent, factories.reply(session, to, words="A street light", received_at=now - timedelta(hours=60))


def test_an_officer_in_the_street_takes_a_reply_hands_one_on_and_answers(
    app: Flask, committed: Session, new_page: NewPage
) -> None:
    officer = factories.user(committed, name="Amy Field", areas=[factories.neighbourhood_id(committed)])
    urgent, light = two_replies(committed)
    phone = new_page(width=390)
    sign_in_page(phone, app, committed, officer)
    phone.goto("/team/replies")
    assert_accessible(phone)
    phone.get_by_role("link", name="A street light").click()
    phone.get_by_text("Not ours?").click()
    phone.get_by_label("Who this is for").select_option("Hertfordshire County Council")
    phone.get_by_role("button", name="Tell them, and close").click()
    expect(phone.get_by_text("They are told who can help")).to_be_visible()

    phone.goto(f"/team/replies/{urgent.id}")
    phone.get_by_role("button", name="Take it").click()
    expect(phone.get_by_text("PC Amy Field has it in hand")).to_be_visible()
    phone.get_by_label("Answers at hand").select_option("Please report it as a crime")
    phone.get_by_role("button", name="Put it into my answer").click()
    answer = phone.get_by_label("Your answer")
    answer.press_sequentially(" Amy")
    phone.get_by_text("Leave a note for the team").click()
    assert_accessible(phone)
    phone.reload()  # as after a session that was lost
    expect(phone.get_by_label("Your answer")).not_to_have_value("")
    phone.get_by_role("button", name="Send and wait for them").click()
    expect(phone.get_by_text("Your answer is on its way.")).to_be_visible()
    expect(phone.get_by_label("Write again")).to_have_value("")
    committed.expire_all()
    assert (light.handed_to, urgent.state) == ("Hertfordshire County Council", ReplyState.WAITING)


def test_a_sergeant_at_a_desk_works_by_keys_and_can_turn_them_off(
    app: Flask, committed: Session, new_page: NewPage
) -> None:
    areas = [factories.neighbourhood_id(committed)]
    sergeant = factories.user(committed, name="Sam Marsh", role=RoleName.SUPERVISOR, areas=areas)
    factories.user(committed, name="Ben Stone", areas=areas)
    urgent, _ = two_replies(committed)
    desk = new_page()
    sign_in_page(desk, app, committed, sergeant)
    desk.goto("/team/replies")
    expect(desk.get_by_text("Keyboard shortcuts")).to_be_visible()
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("The sergeant is told, because of")).to_be_visible()
    expect(desk.get_by_text("Keyboard shortcuts")).to_be_visible()  # shown by the script that hears them
    desk.keyboard.press("n")
    desk.keyboard.type("Note: c, e and u")  # letters in a field are letters
    expect(desk.get_by_label("Your note")).to_have_value("Note: c, e and u")
    desk.get_by_text("Keyboard shortcuts").click()
    desk.get_by_label("Use them in this browser").uncheck()
    desk.get_by_role("heading", level=1).click()
    desk.keyboard.press("u")
    expect(desk).to_have_url(desk.url)
    assert desk.url.endswith(f"/{urgent.id}")
    for path in ("/team/replies/72-hours", "/team/profile/off-duty"):
        desk.goto(path)
        assert_accessible(desk)


def test_an_administrator_changes_a_list(app: Flask, committed: Session, new_page: NewPage) -> None:
    page = new_page()
    sign_in_page(page, app, committed, factories.user(committed, role=RoleName.ADMINISTRATOR))
    page.goto("/admin/replies/bodies")
    page.get_by_label("Its name").fill("The Canal Trust")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("link", name="beginning with https://")).to_be_visible()
    assert_accessible(page)
