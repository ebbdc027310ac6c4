"""A real browser on a real server: Chromium through Playwright, nothing beyond this machine.

`live` is the address of OWL with a committed database; `new_page(...)` opens a page in a fresh
profile (width, dark, without JavaScript …); `page` is one at a desk. A page that breaks the content
security policy or throws fails its test. With SCREENSHOTS set, how the pages look is kept beside this file.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
SCREENSHOTS = Path(__file__).parent / "screenshots"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SWITCHES = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing beyond this machine
]
HEIGHT = 900
WIDTHS = (320, 390, 768, 1280)
NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of this machine, else Playwright's own. By module: while it is open, asyncio.run fails here."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    found = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def live(app: Flask, committed: Session) -> Iterator[str]:
    """The address of OWL, served from a thread of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def new_page(browser: Browser, live: str) -> Iterator[NewPage]:
    contexts = []
    faults: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # The browser also notes each page that was meant to be a 404 or a 400, and each request without a line.
        meant = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
        if message.type == "error" and not any(words in message.text for words in meant):
            faults.append(message.text)

    def open_page(*, width: int = 1280, dark: bool = False, scripts: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live,
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale="en-GB",
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def assert_accessible(page: Page, *, only: str | None = None) -> None:
    """No violation of WCAG 2.2 A and AA that axe can find, and nothing wider than the screen.

    `only`: one of axe's rules, where the others have been asked already.
    """
    page.wait_for_load_state()  # axe reads the document while it starts
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    asked = (
        {"runOnly": {"type": "rule", "values": [only]}}
        if only
        else {"runOnly": {"type": "tag", "values": STANDARD}, "rules": {"target-size": {"enabled": True}}}
    )
    # Only what is wrong is written out and brought here: the rest took half of the time.
    options = {**asked, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    faults = [
        f"{fault['id']}: {fault['help']} {json.dumps([node['html'] for node in fault['nodes']])}" for fault in found
    ]
    assert faults == [], page.url
    assert_fits(page)


def assert_accessible_everywhere(page: Page) -> None:
    """By all that axe knows as it stands; by what width and darkness change, at every width and in the dark."""
    assert_accessible(page)
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert_fits(page)
    assert_accessible(page, only="target-size")  # at the widest
    page.emulate_media(color_scheme="dark")
    assert_accessible(page, only="color-contrast")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def assert_fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1], f"{page.url} must be scrolled sideways at {widths[1]} px"


def screenshot(page: Page, name: str) -> None:
    """How the page looks on a phone and at a desk, name-390.png and name-1280.png, where SCREENSHOTS is set."""
    if "SCREENSHOTS" not in os.environ:
        return
    before = page.viewport_size
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        keep_screenshot(page, f"{name}-{width}")
    if before:
        page.set_viewport_size(before)


def keep_screenshot(page: Page, name: str) -> None:
    """How the page looks now."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
