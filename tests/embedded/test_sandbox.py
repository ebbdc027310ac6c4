"""What the sandbox shows, and what its buttons do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.settings import Settings
from owl.app import create_app
from owl.embedded.caught import Caught
from owl.embedded.demo_users import DemoUser
from owl.embedded.home import Home
from owl.embedded.sandbox import add_sandbox
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from tests.stand_ins import StandIn

MAIL = (
    b"From: Hitchin team <alerts@owl.example.com>\r\nTo: ann@example.com\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n"
    b"List-Unsubscribe: <http://localhost:5000/unsubscribe/abc>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nLock sheds <b>now</b>\r\nhttp://localhost:5000/r/abc\r\n"
    b'--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p style="color:red">Lock sheds</p>\r\n--x--\r\n'
)


@pytest.fixture
def caught(tmp_path: Path) -> Iterator[Caught]:
    caught = Caught(tmp_path / "caught.sqlite")
    yield caught
    caught.close()


@pytest.fixture
def app_with_sandbox(settings: Settings, tmp_path: Path, caught: Caught, app: Flask) -> Iterator[Flask]:
    made = create_app(settings.model_copy(update={"home": tmp_path}))
    add_sandbox(made)
    yield made
    with made.app_context():
        db.engine.dispose()
    if "owl.caught" in made.extensions:
        made.extensions["owl.caught"].close()


@pytest.fixture
def visitor(app_with_sandbox: Flask) -> FlaskClient:
    return app_with_sandbox.test_client()


def keep_mail(caught: Caught, recipient: str = "ann@example.com") -> int:
    caught.keep_mail(sender="b@owl.example.com", recipient=recipient, content=MAIL, at=utc_now())
    return caught.mails()[0].id


def keep_text(caught: Caught, number: str, body: str = "Lock sheds\nhttp://localhost:5000/r/abc") -> None:
    sid = f"SM{caught.count_texts()}"
    caught.keep_text(
        sid=sid, sender="+447700900000", recipient=number, body=body, status="sent", inbound=False, at=utc_now()
    )
    caught.flush()


def post(visitor: FlaskClient, path: str, page: str, **form: str) -> str:
    shown = visitor.get(page).text
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', shown)
    assert token
    answer = visitor.post(path, data=form | {"csrf_token": token[1]}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_mails_are_listed_newest_first_page_by_page_and_by_address(visitor: FlaskClient, caught: Caught) -> None:
    for number in range(60):
        keep_mail(caught, f"a{number}@example.com")

    first = visitor.get("/sandbox").text
    assert first.index("a59@example.com") < first.index("a10@example.com")
    assert "a9@example.com" not in first
    older = re.search(r'href="([^"]+)">Older mails', first)
    assert older
    assert "a9@example.com" in visitor.get(older[1].replace("&amp;", "&")).text
    assert "a1@example.com" not in visitor.get("/sandbox?address=A7@example.com").text


def test_a_mail_is_shown_as_its_reader_sees_it_with_links_that_work(visitor: FlaskClient, caught: Caught) -> None:
    mail_id = keep_mail(caught)

    page = visitor.get(f"/sandbox/mails/{mail_id}").text

    assert "Café" in page
    assert "Lock sheds &lt;b&gt;now&lt;/b&gt;" in page
    assert 'href="http://localhost:5000/r/abc"' in page
    html = visitor.get(f"/sandbox/mails/{mail_id}/html")
    assert '<p style="color:red">' in html.text
    policy = html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


def test_other_pages_keep_the_strict_policy(visitor: FlaskClient) -> None:
    assert "unsafe-inline" not in visitor.get("/sandbox").headers["Content-Security-Policy"]


def test_texts_are_shown_with_what_became_of_them(visitor: FlaskClient, caught: Caught) -> None:
    keep_text(caught, "+447700900123")
    caught.move_text("SM0", status="undelivered", fault=30005)
    caught.flush()

    page = visitor.get("/sandbox/texts").text

    assert "+447700900123" in page
    assert "undelivered (30005)" in page
    assert 'href="http://localhost:5000/r/abc"' in page


def test_a_resident_texts_back_through_the_stand_in(
    visitor: FlaskClient, caught: Caught, twilio_stand_in: StandIn
) -> None:
    keep_text(caught, "+447700900123")
    page = "/sandbox/texts?address=%2B447700900123"

    shown = post(visitor, "/sandbox/texts/reply", page, number="+447700900123", words="STOP")

    assert "OWL answered 200" in shown
    (callback,) = twilio_stand_in.callbacks
    assert (callback.params["From"], callback.params["Body"]) == ("+447700900123", "STOP")


def test_the_provider_misbehaves_on_demand_and_behaves_again(visitor: FlaskClient, caught: Caught) -> None:
    page = f"/sandbox/mails/{keep_mail(caught)}"

    post(visitor, "/sandbox/conduct", page, address="ann@example.com", answer="550 5.1.1 No such user")
    assert caught.conduct("ann@example.com") == "550 5.1.1 No such user"

    post(visitor, "/sandbox/conduct", page, address="ann@example.com", answer="behave")
    assert caught.conduct("ann@example.com") is None


def test_nothing_is_done_without_the_token_of_a_form(visitor: FlaskClient, caught: Caught) -> None:
    answer = visitor.post("/sandbox/conduct", data={"address": "ann@example.com", "answer": "550 5.1.1 No such user"})

    assert answer.status_code == 400
    assert caught.conduct("ann@example.com") is None


def test_the_codes_of_the_demo_users_can_be_read(visitor: FlaskClient, tmp_path: Path) -> None:
    # RFC 6238, appendix B: the secret of its table in base 32.
    user = DemoUser(1, "officer@owl.example.com", "Robin", "officer", "a pass", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    Home(tmp_path).remember("demo", {"users": [user.__dict__]})

    page = visitor.get("/sandbox/sign-in").text

    assert "officer@owl.example.com" in page
    assert re.search(r"<code>\d{6}</code>", page)


def test_a_code_is_that_of_the_standard() -> None:
    user = DemoUser(1, "", "", "", "", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert user.code(datetime.fromtimestamp(59, UTC)) == "287082"  # RFC 6238, appendix B: 94287082


@pytest.mark.parametrize("path", ["/sandbox", "/sandbox/texts", "/sandbox/sign-in", "/sandbox/mails/1"])
def test_an_installation_without_the_local_stack_has_no_sandbox(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_mail_that_is_not_there_is_not_found(visitor: FlaskClient) -> None:
    assert visitor.get("/sandbox/mails/99").status_code == 404


def test_the_form_of_a_mail_program_is_pressed_only_at_our_own_address(visitor: FlaskClient, caught: Caught) -> None:
    foreign = MAIL.replace(b"http://localhost:5000/unsubscribe", b"http://127.0.0.1:1/unsubscribe")
    caught.keep_mail(sender="", recipient="ann@example.com", content=foreign, at=utc_now())
    page = visitor.get(f"/sandbox/mails/{caught.mails()[0].id}").text
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
    assert token

    answer = visitor.post(f"/sandbox/mails/{caught.mails()[0].id}/unsubscribe", data={"csrf_token": token[1]})

    assert answer.status_code == 404
