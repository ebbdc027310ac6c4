"""What every answer and every request must keep to: headers, cookies, tokens, hosts, proxies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_security import current_user
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings
from owl.accounts.identity import note_use
from owl.accounts.sessions import LONGEST
from owl.foundation.clock import utc_now
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
PERMISSIONS_POLICY = dict.fromkeys(("browsing-topics", "camera", "geolocation", "microphone", "payment", "usb"), "()")
YEAR_S = int(timedelta(days=365).total_seconds())

# Pages about one person, which no cache may keep.
PERSONAL = ("/my", "/join", "/team", "/admin", "/r", "/replies", "/digest", "/unsubscribe", "/verify", "/api")

# Unsafe requests that carry no token of a form of ours, each with what stands in its place.
WITHOUT_TOKEN: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "api_areas.count", "api_messages.cancel", "api_messages.create", "api_messages.save",
            "api_messages.submit", "api_replies.answer",
        ),
        "a system's key: no cookie opens anything there",
    ),
    "consultations.cast": "the browser says where the form stood; a token would need a cookie",
    "ballots.cast": "a blind signature, which only an invited home was given; a cookie could name it",
    "ballots.look": "it changes nothing",
    "ballots.sign": "the token of the link: what it signs is of no use to whoever made no code for it",
    "hooks_twilio.inbound": "Twilio's signature",
    "invited_ballots.cast": "the token of the link, which has one voice",
    "languages.choose": "it chooses no more than words; a token would need a cookie",
    "pages.choose_cookies": "the browser says where the form stood; a token would need a cookie",
    "unsubscribing.fewer": "the token of the link, which could stop all messages",
    "unsubscribing.unsubscribe": "the token of the link: mail programs press it (RFC 8058)",
}  # fmt: skip

# Requests that bring files: bytes that may come, where others may be LARGEST_REQUEST of owl.app.
LARGER: Mapping[str, int] = {
    "admin_geography.take": 20 * 1024 * 1024,
    "team_picturing.add": 48 * 1024 * 1024,  # more than is taken, so that the page can say so itself
    "admin_teams.add": 21 * 1024 * 1024,
    "admin_teams.change": 21 * 1024 * 1024,
}


def make_safe(app: Flask, settings: Settings) -> None:
    """Hold the application to its public address, and every answer to the same strict headers."""
    over_tls = settings.public_url.startswith("https://")
    host = urlsplit(settings.public_url).hostname or ""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-owl" if over_tls else "owl",
        SESSION_COOKIE_SECURE=over_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LONGEST,
        TRUSTED_HOSTS=[host, "localhost", "127.0.0.1", "[::1]"],
        PREFERRED_URL_SCHEME="https" if over_tls else "http",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: people are interrupted
        WTF_CSRF_SSL_STRICT=False,  # asks for a Referer, which our own policy keeps browsers from sending
    )
    if settings.proxy_count:
        count = settings.proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    _write_headers(app, policy_of(settings), over_tls=over_tls)
    app.before_request(let_files_come)
    app.before_request(refuse_what_no_text_holds)
    CSRFProtect(app)


def let_files_come() -> None:
    """Before anybody looks into the form, which reads all of it."""
    largest = LARGER.get(request.endpoint or "")
    if largest is not None:
        request.max_content_length = largest


def refuse_what_no_text_holds() -> None:
    """NUL, which no keyboard writes and PostgreSQL's text can't hold."""
    values = (*request.args.values(), *request.form.values(), *(request.view_args or {}).values())
    if any("\0" in value for value in values if isinstance(value, str)):
        raise BadInput(gettext("There is a character in it that we can't read. Please type it again."))


def exempt_from_tokens(app: Flask) -> None:
    """Take the requests of WITHOUT_TOKEN as they come. Call it once every part is registered."""
    csrf: CSRFProtect = app.extensions["csrf"]
    for endpoint in WITHOUT_TOKEN.keys() & app.view_functions.keys():
        csrf.exempt(app.view_functions[endpoint])


def policy_of(settings: Settings) -> dict[str, str]:
    """The content security policy, with the host of the map's tiles where there is one."""
    if not settings.map_tiles:
        return CONTENT_SECURITY_POLICY
    return CONTENT_SECURITY_POLICY | {"img-src": f"'self' https://{urlsplit(settings.map_tiles).netloc}"}


def _write_headers(app: Flask, policy: dict[str, str], *, over_tls: bool) -> None:
    # First, so that its headers are set last, whatever else was done to the answer.
    Talisman(
        app,
        force_https=False,  # the proxy's work; OWL_PUBLIC_URL must be https in production
        frame_options="DENY",
        content_security_policy=policy,
        permissions_policy=PERMISSIONS_POLICY,
        referrer_policy="no-referrer",
        strict_transport_security=over_tls,
        strict_transport_security_max_age=YEAR_S,
        session_cookie_secure=over_tls,
    )

    @app.after_request
    def keep_personal_pages_out_of_caches(response: Response) -> Response:
        if request.path.startswith(tuple(f"{place}/" for place in PERSONAL)) or request.path in PERSONAL:
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.after_request
    def put_off_the_end_of_the_session(response: Response) -> Response:
        if request.endpoint != "static" and current_user.is_authenticated:
            note_use(utc_now())
        return response
