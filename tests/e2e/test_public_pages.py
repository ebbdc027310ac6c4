"""The pages that explain, in a browser: for everybody, at every width, and left in an instant."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage, assert_accessible, assert_accessible_everywhere, assert_fits, screenshot

pytestmark = pytest.mark.e2e

PAGES = {
    "/": "home",
    "/help": "help",
    "/verify": "verify",
    "/privacy": "privacy",
    "/cookies": "cookies",
    "/accessibility": "accessibility",
    "/neighbourhoods": "neighbourhoods",
    "/neighbourhoods/hitchin-urban": "neighbourhood",
    "/my": "my-ask",
}
AWAY = "https://www.bbc.co.uk/weather"


def leaving(page: Page) -> Page:
    """The page, in a browser that finds something to read at the address where it leaves for."""
    elsewhere = "<!DOCTYPE html><title>Elsewhere</title><h1>Elsewhere</h1>"
    page.route(AWAY, lambda route: route.fulfill(content_type="text/html", body=elsewhere))
    return page


def test_everybody_can_use_every_page(new_page: NewPage) -> None:
    page = new_page(width=320)
    for path, name in {**PAGES, "/nowhere": "not-found"}.items():
        page.goto(path)
        assert_accessible_everywhere(page)
        screenshot(page, name)


def test_everybody_can_use_the_pages_without_scripts(new_page: NewPage) -> None:
    page = new_page(width=320)
    # axe itself is a script, so ours are emptied instead of all forbidden
    page.route(re.compile(r"/static/\w+\.js"), lambda route: route.fulfill(content_type="text/javascript", body=""))
    for path in (*PAGES, "/?language=pl", "/?language=ro"):  # whose words are longer
        page.goto(path)
        assert_fits(page)
    for path in ("/", "/my", "/neighbourhoods/hitchin-urban"):
        page.goto(path)
        assert_accessible(page)


def test_escape_leaves_at_once_and_back_does_not_return(page: Page) -> None:
    leaving(page)
    for path in ("/", "/my", "/neighbourhoods/hitchin-urban"):  # each begins with a frame and scripts of its own
        page.goto("/?before")
        page.goto(path)

        page.keyboard.press("Escape")

        page.wait_for_url(AWAY)
        page.go_back()
        page.wait_for_url(AWAY)


def test_the_button_leaves_by_taking_the_place_of_the_page(page: Page) -> None:
    leaving(page)
    page.goto("/help")
    before = page.evaluate("history.length")

    page.get_by_role("button", name="Quick exit").click()

    page.wait_for_url(AWAY)
    assert page.evaluate("history.length") == before


def test_shift_three_times_leaves(page: Page) -> None:
    leaving(page)
    page.goto("/help")
    page.wait_for_selector("body[data-govuk-frontend-exit-this-page-keypress]")

    for _ in range(3):
        page.keyboard.press("Shift")

    page.wait_for_url(AWAY)


def test_who_comes_again_by_the_address_is_let_in(page: Page) -> None:
    leaving(page)
    page.goto("/help")
    page.keyboard.press("Escape")
    page.wait_for_url(AWAY)

    page.goto("/help")

    expect(page.get_by_role("heading", level=1)).to_have_text("Help")


def test_without_scripts_the_way_out_is_a_link(new_page: NewPage) -> None:
    page = leaving(new_page(scripts=False))
    page.goto("/")

    page.get_by_role("button", name="Quick exit").click()

    page.wait_for_url(AWAY)


def test_the_way_out_stays_in_reach_down_the_page(new_page: NewPage) -> None:
    page = new_page(width=320)
    page.goto("/privacy")

    page.get_by_text("Last changed on").scroll_into_view_if_needed()

    expect(page.get_by_role("button", name="Quick exit")).to_be_in_viewport()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_nothing_is_kept_on_the_device_until_the_choice_is_made(new_page: NewPage, scripts: bool) -> None:
    page = new_page(scripts=scripts)
    for path in PAGES.keys() - {"/my"}:  # its form is kept safe by a session, which ends with the browser's
        page.goto(path)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0

    page.goto("/help")
    page.get_by_role("button", name="Yes", exact=True).click()

    page.wait_for_url("**/help")
    assert [cookie.get("name") for cookie in page.context.cookies()] == ["owl_cookies"]
    expect(page.get_by_role("region", name="Cookie choice")).to_have_count(0)


def test_the_cookie_question_leaves_room_for_the_postcode_on_the_first_screen_of_a_phone(new_page: NewPage) -> None:
    page = new_page(width=390)
    page.goto("/")
    expect(page.get_by_role("region", name="Cookie choice")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Find my team")).to_be_in_viewport(ratio=1)


def test_the_keyboard_reaches_the_postcode_and_focus_is_never_hidden(new_page: NewPage) -> None:
    page = new_page(width=320)
    page.goto("/")
    for _ in range(25):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => {
              const at = document.activeElement, box = at.getBoundingClientRect();
              if (at === document.body) return null;
              const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
              return at === top || at.contains(top) || (top && top.contains(at)) ? null : at.outerHTML;
            }"""
        )
        assert hidden is None
