"""A browser that blinds its own ballot: signed, cast without a name, safe when the line is lost, and found again."""

from __future__ import annotations

import re

import sqlalchemy as sa
from playwright.sync_api import Page, Request, expect
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import SealedBallot
from owl.foundation.current import delivery_token
from owl.foundation.signed_links import Purpose
from tests.consultations.boxes import Invited, invite
from tests.e2e.conftest import NewPage, assert_accessible
from tests.web.test_ballots import open_now

KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('owl-ballot')).length"


def link_of(home: Invited) -> str:
    return f"/r/{delivery_token(Purpose.FEEDBACK, home.message_id, home.seq)}"


def answer(page: Page) -> None:
    page.get_by_label("Burglary").check()
    page.get_by_label("What else?").fill("The bend by the school.")
    page.get_by_role("button", name="Send my home’s answers").click()


def in_box(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(SealedBallot)) or 0


def test_answers_go_without_cookie_or_name_and_survive_a_lost_line(committed: Session, new_page: NewPage) -> None:
    asked = open_now(committed)
    first, second = invite(committed, asked, 2)
    page = new_page(width=390)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)

    page.goto(link_of(first))
    answer(page)

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    code = page.locator("[data-code]").inner_text()
    assert re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", code)
    assert in_box(committed) == 1
    assert page.evaluate(KEPT) == 0
    signing, casting = sent
    assert signing.url.endswith("/sign")
    assert casting.url.endswith(f"/consultations/{asked.slug}/ballots")
    assert not {"cookie", "referer"} & set(casting.all_headers())
    assert "form_key" not in (casting.post_data or "")
    page.get_by_role("link", name="Were my answers counted?").click()
    page.get_by_label("Your code").fill(code.lower())
    page.get_by_role("button", name="Look for my answers").click()
    expect(page.get_by_text("Your answers are in the box.")).to_be_visible()
    assert_accessible(page)

    # The line is lost once the home's voice is used: another day the page still has the answers.
    page.route("**/ballots", lambda route: route.abort("internetdisconnected"))
    page.goto(link_of(second))
    answer(page)
    expect(page.get_by_text("They are safe on this device")).to_be_visible()
    page.unroute("**/ballots")
    page.goto(link_of(second))
    expect(page.get_by_text("Your home has answered")).to_be_hidden()
    page.get_by_role("button", name="Send them now").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert in_box(committed) == 2
    assert page.evaluate(KEPT) == 0
