"""Headers, cookies, hosts, proxies and tokens."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient
from flask.wrappers import Response
from flask_security import current_user
from gunicorn.http.errors import InvalidChunkSize, NoMoreData
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings
from owl.app import create_app
from owl.foundation.database import db
from owl.web.safety import policy_of
from tests import factories
from tests.browser import Browser, sign_in

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


@pytest.fixture(scope="session")
def tls_app(settings: Settings) -> Iterator[Flask]:
    """OWL as it is served in production, behind one proxy, with a page that breaks."""
    changed = {"public_url": "https://owl.example.com", "proxy_count": 1, "rate_limits": True}
    app = create_app(settings.model_copy(update=changed))

    @app.get("/team/broken")
    def broken() -> str:
        session["touched"] = True
        raise ZeroDivisionError

    @app.route("/team/kept", methods=["GET", "POST"])
    def kept() -> str:
        session["touched"] = True
        return "yes"

    @app.get("/team/address")
    def address() -> str:
        return str(request.remote_addr)

    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


def ask(app: Flask, path: str, **changed: str) -> Response:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    return app.test_client().get(path, base_url="http://owl.example.com", headers=headers | changed)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/team/broken", 500), ("/static/owl.css", 200), ("/team/kept", 200), ("/../etc/passwd", 404)],
)
def test_every_answer_carries_the_strict_headers(tls_app: Flask, session: Session, path: str, status: int) -> None:
    answer = ask(tls_app, path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_pictures_may_come_from_the_host_of_the_maps_tiles_and_nothing_else_may(settings: Settings) -> None:
    tiles = settings.model_copy(update={"map_tiles": "https://tiles.example.com:8443/{z}/{x}/{y}.png"})
    assert policy_of(tiles) == policy_of(settings) | {"img-src": "'self' https://tiles.example.com:8443"}


def test_nothing_is_said_of_tls_where_there_is_none(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/nowhere").headers


def test_the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(tls_app: Flask, session: Session) -> None:
    [cookie] = ask(tls_app, "/team/kept").headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-owl=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert f"; {part}" in cookie
    assert "Domain" not in cookie


def test_pages_about_a_person_are_kept_by_no_cache(tls_app: Flask, session: Session) -> None:
    for path in ("/team", "/team/kept", "/my/x", "/join", "/join/prove/x", "/r/token", "/unsubscribe/token", "/admin"):
        assert ask(tls_app, path).headers["Cache-Control"] == "no-store"
    assert ask(tls_app, "/mystery").headers["Cache-Control"] == "no-store"  # it may be there tomorrow
    assert "public" in ask(tls_app, "/static/owl.css").headers["Cache-Control"]


def test_another_host_is_refused(tls_app: Flask, session: Session) -> None:
    answer = tls_app.test_client().get("/team/kept", base_url="http://evil.example.org")
    assert answer.status_code == 400
    for host in ("evil.example.org", "[::1", "a b", ""):
        for query in ("", "?page=%00"):  # which is refused before anybody looks for the page
            odd = tls_app.test_client().post(f"/team/kept{query}", headers={"Host": host}, data={"a": "b"})
            assert (odd.status_code, odd.content_type) == (400, "text/plain; charset=utf-8")
    answer = ask(tls_app, "/team/kept", **{"X-Forwarded-Host": "evil.example.org"})
    assert b"evil" not in answer.data


def test_the_address_is_the_one_that_our_own_proxy_saw(tls_app: Flask, app: Flask, session: Session) -> None:
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    assert ask(tls_app, "/team/address", **forged).text == "203.0.113.9"
    assert not isinstance(app.wsgi_app, ProxyFix)


def test_a_form_without_its_token_does_nothing(tls_app: Flask, session: Session) -> None:
    assert tls_app.test_client(bare=True).post("/team/kept", base_url="https://owl.example.com").status_code == 400


def test_a_form_over_tls_needs_no_referer(tls_app: Flask, session: Session) -> None:
    assert tls_app.test_client().post("/team/kept", base_url="https://owl.example.com").status_code == 200


def test_an_endless_body_is_refused(tls_app: Flask, session: Session) -> None:
    answer = tls_app.test_client().post(
        "/team/kept", base_url="https://owl.example.com", data={"text": "x" * 2_000_000}
    )
    assert answer.status_code == 413


class Broken(io.RawIOBase):
    """What the server hands on of a body that it can't read to its end."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self._fault = fault

    def readable(self) -> bool:
        return True

    def readinto(self, _: object) -> int:
        raise self._fault


@pytest.mark.parametrize("path", ["/join", "/team/sign-in", "/api/v1/counts", "/hooks/twilio/inbound", "/nowhere"])
def test_a_body_that_breaks_off_is_no_failure_of_ours(client: FlaskClient, path: str) -> None:
    for fault in (InvalidChunkSize(b"zz"), NoMoreData()):
        broken = {"wsgi.input": Broken(fault), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
        kind = "application/x-www-form-urlencoded"
        assert client.post(path, content_type=kind, environ_overrides=broken).status_code in {400, 401, 404, 405}


def test_somebody_signed_in_is_known_on_the_next_page(client: FlaskClient, app: Flask, session: Session) -> None:
    user = factories.user(session)
    sign_in(client, session, user)
    with client:
        client.get("/nowhere")
        assert current_user.id == user.id


@pytest.mark.parametrize("where", [{"data": {"email": "a\0b"}}, {"query_string": {"next": "/\0"}}])
def test_a_character_that_no_text_can_hold_is_refused(client: FlaskClient, where: dict[str, dict[str, str]]) -> None:
    answer = client.post("/team/sign-in", **where)
    assert answer.status_code == 400
    assert "type it again" in answer.text


@pytest.mark.parametrize("value", ['"a\\000b"', '"\\303\\050"', "x" * 4000, "../..", "' OR 1=1 --"])
def test_a_cookie_may_hold_anything(client: FlaskClient, value: str) -> None:
    cookies = "; ".join(f"{name}={value}" for name in ("owl_place", "owl-known", "owl")) + "; owl_cookies=yes"
    for path in ("/", "/join/where", "/my", "/team/sign-in"):
        assert client.get(path, headers={"Cookie": cookies}).status_code < 500
