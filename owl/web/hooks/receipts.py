"""Twilio's status callbacks, in front of everything that pages need: sessions, tokens, limits, request logs.

A county's texts bring hundreds of thousands of them. Each must carry Twilio's signature for this very
address and our own token; what it says is on disk before it is answered. See docs/adr/0018-receipts-in-front.md.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import Flask
from twilio.request_validator import RequestValidator

from config.settings import Settings
from owl.delivery.receipt_intake import NotKept, ReceiptIntake
from owl.delivery.receipts import MEANING, Told
from owl.foundation.signed_links import Purpose, read_delivery

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PLACE = "/hooks/twilio/status/"
LARGEST = 16 * 1024  # bytes; Twilio's are under one kilobyte
LONGEST = 64  # characters of a SID, which has 34
HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
]


class ReceiptDoor:
    """A WSGI application that answers status callbacks and hands everything else on."""

    def __init__(self, app: Flask, settings: Settings, behind: WSGIApplication) -> None:
        self._behind = behind
        self._intake = ReceiptIntake(app, app.extensions["owl.receipts"])
        self._public_url = settings.public_url
        self._keys = [key.get_secret_value().encode() for key in settings.secret_keys]
        token = settings.twilio_auth_token.get_secret_value()
        self._token, self._validator = token.encode(), RequestValidator(token)
        tls = [("Strict-Transport-Security", "max-age=31556926; includeSubDomains")]
        self._headers = HEADERS + (tls if settings.public_url.startswith("https://") else [])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if not environ["PATH_INFO"].startswith(PLACE):
            return self._behind(environ, start_response)
        status, sentence = self._answer(environ)
        body = sentence.encode()
        own = [] if status is HTTPStatus.NO_CONTENT else [("Content-Length", str(len(body)))]
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            own.append(("Allow", "POST"))
        start_response(f"{status.value} {status.phrase}", [*self._headers, *own])
        return [body] if environ["REQUEST_METHOD"] != "HEAD" else []

    def _answer(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, str]:
        if environ["REQUEST_METHOD"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED, "Only POST.\n"
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:9]) > LARGEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too large.\n"
        form = _form(environ["wsgi.input"].read(int(length)))
        path = environ["PATH_INFO"]
        if form is None or not self._is_signed(environ, path, form):
            return HTTPStatus.FORBIDDEN, "The signature is missing or wrong.\n"
        named = read_delivery(self._keys, Purpose.RECEIPT, path.removeprefix(PLACE))
        if named is None:
            return HTTPStatus.FORBIDDEN, "This address names no delivery.\n"
        return self._keep(named, form)

    def _is_signed(self, environ: WSGIEnvironment, path: str, form: dict[str, str]) -> bool:
        """Whether Twilio signed it for the public address, not for the one that a proxy uses."""
        query = environ.get("QUERY_STRING")
        url = f"{self._public_url}{path}?{query}" if query else self._public_url + path
        signature = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
        if hmac.compare_digest(_signature(self._token, url, form), signature.encode()):
            return True
        return bool(self._validator.validate(url, form, signature))  # which also tries with and without the port

    def _keep(self, named: tuple[int, int], form: dict[str, str]) -> tuple[HTTPStatus, str]:
        said, fault = form.get("MessageStatus", ""), form.get("ErrorCode") or None
        if said not in MEANING:
            return HTTPStatus.NO_CONTENT, ""
        told = Told(*named, form.get("MessageSid", "")[:LONGEST], said, fault and fault[:LONGEST])
        try:
            self._intake.keep(told)
        except NotKept:  # the nightly reconciling asks Twilio again
            return HTTPStatus.SERVICE_UNAVAILABLE, "Not now.\n"
        return HTTPStatus.NO_CONTENT, ""


def _form(body: bytes) -> dict[str, str] | None:
    """The fields of a form, the first value of each; None for what is no form or no text can hold."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError:
        return None
    if any("\0" in value for _, value in pairs):
        return None
    return dict(reversed(pairs))


def _signature(token: bytes, url: str, form: dict[str, str]) -> bytes:
    """What Twilio's own RequestValidator computes, in a tenth of its time.

    https://www.twilio.com/docs/usage/security#validating-requests
    """
    signed = url + "".join(name + form[name] for name in sorted(form))
    return b64encode(hmac.digest(token, signed.encode(), "sha1"))
