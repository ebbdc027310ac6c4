"""The sandbox in a browser: read a mail and a text as their readers do, and follow a link out of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from config.settings import Settings
from owl.app import create_app
from owl.embedded.caught import Caught
from owl.embedded.sandbox import add_sandbox
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from tests.e2e.conftest import NewPage, _Quiet, assert_accessible, screenshot

pytestmark = pytest.mark.e2e

MAIL = (
    b"From: Hitchin team <alerts@owl.example.com>\r\nTo: ann@example.com\r\nSubject: Bicycles taken\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nLock sheds.\r\n\r\nSee %s/help\r\n"
    b'--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p style="color:#00f">Lock <a href="%s/help">sheds</a></p>'
    b"\r\n--x--\r\n"
)


@pytest.fixture
def caught(tmp_path: Path) -> Iterator[Caught]:
    caught = Caught(tmp_path / "caught.sqlite")
    yield caught
    caught.close()


@pytest.fixture
def live(settings: Settings, tmp_path: Path, caught: Caught, committed: object) -> Iterator[str]:
    app = create_app(settings.model_copy(update={"home": tmp_path}))
    add_sandbox(app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    caught.keep_mail(
        sender="", recipient="ann@example.com", content=MAIL % (address.encode(), address.encode()), at=utc_now()
    )
    caught.keep_text(
        sid="SM1", sender="+447700900000", recipient="+447700900123", body=f"Lock sheds.\n{address}/help",
        status="delivered", inbound=False, at=utc_now(),
    )  # fmt: skip
    caught.flush()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()
    if opened := app.extensions.get("owl.caught"):
        opened.close()
    with app.app_context():
        db.engine.dispose()


def test_a_mail_and_a_text_are_read_and_their_links_followed(page: Page) -> None:
    page.goto("/sandbox")
    assert_accessible(page)
    screenshot(page, "sandbox-mails")
    page.get_by_role("link", name="Bicycles taken").click()
    assert_accessible(page)
    screenshot(page, "sandbox-mail")
    page.frame_locator("iframe").get_by_role("link", name="sheds").click()
    expect(page).to_have_url(re.compile(r"/help$"))

    page.goto("/sandbox/texts")
    page.get_by_role("link", name="+447700900123").click()
    assert_accessible(page)
    screenshot(page, "sandbox-texts")
    expect(page.get_by_role("button", name="Text STOP")).to_be_visible()


@pytest.mark.parametrize("path", ["/sandbox", "/sandbox/mails/1", "/sandbox/texts", "/sandbox/sign-in"])
def test_it_works_on_a_phone_at_night(new_page: NewPage, path: str) -> None:
    page = new_page(width=320, dark=True)
    page.goto(path)
    assert_accessible(page)
