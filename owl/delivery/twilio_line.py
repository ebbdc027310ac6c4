"""Kept lines to Twilio's API, as its client's HTTP layer: each request in one write, and no doubt about what was taken.

The client's own layer spends a millisecond of the processor's time on each request (requests, and two
writes); this one a quarter of that. https://www.twilio.com/docs/libraries/reference/twilio-python: a
client takes any `HttpClient`.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from base64 import b64encode
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from twilio.http import HttpClient
from twilio.http.response import Response

from owl.delivery.twilio_patience import seconds_of

CONNECT_S = 5.0
ANSWER_S = 10.0  # the client's own default is to wait for ever
KEPT_S = 4.0  # an idle line older than this may be closed at the other end


class NotTaken(Exception):
    """Nothing of the request was written: it is safe to send again."""


class AnswerLost(Exception):
    """The request was written and no answer came: it may have been taken."""


@cache
def trusted() -> ssl.SSLContext:
    """Whom this machine trusts, read once: it takes a tenth of a second."""
    return ssl.create_default_context()


class KeptLines(HttpClient):
    """One connection for each thread, kept between requests, all to the server that is configured."""

    def __init__(self, api_url: str) -> None:
        self._server = urlsplit(api_url)
        self._trusted = trusted()
        self._own = threading.local()
        self._all: list[_Line] = []

    def request(  # noqa: PLR0917  # Twilio's client calls it so
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> Response:
        """Make the request to our server, whatever host the client meant. Raises NotTaken or AnswerLost."""
        asked = urlsplit(uri)  # the next page of a list carries its query in its address
        query = "&".join(filter(None, (asked.query, urlencode(params or {}))))
        target = f"{asked.path}?{query}" if query else asked.path
        line = self._line()
        line.ask(method, target, urlencode(data or {}), _opened(headers, auth))
        answer, self._own.retry_after = line.answer()
        return answer

    def asked_to_wait(self) -> float | None:
        """For how many seconds the last answer on this thread asked to be left alone, if it did."""
        return seconds_of(getattr(self._own, "retry_after", None))

    def _line(self) -> _Line:
        line: _Line | None = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = _Line(self._server, self._trusted)
            self._all.append(line)
        return line

    def close(self) -> None:
        """Close every line; the next request opens its own again."""
        for line in self._all:
            line.close()


class _Line:
    """One connection; opened at the first request, after a fault and after a rest."""

    def __init__(self, server: SplitResult, trusted: ssl.SSLContext) -> None:
        self._connection = _connection(server, trusted)
        self._used_at = 0.0

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def ask(self, method: str, target: str, body: str, headers: dict[str, str]) -> None:
        """Write one request. Raises NotTaken or AnswerLost."""
        if time.monotonic() - self._used_at > KEPT_S:
            self._connection.close()
        is_kept = self._connection.sock is not None
        try:
            self._write(method, target, body, headers)
        except NotTaken:
            if not is_kept:
                raise
            self._write(method, target, body, headers)  # the other end had closed it: once more, on a new one

    def _write(self, method: str, target: str, body: str, headers: dict[str, str]) -> None:
        is_open = self._connection.sock is not None
        try:
            if not is_open:
                self._connection.connect()
                is_open = True
            self._connection.sock.settimeout(ANSWER_S)
            self._connection.request(method, target, body.encode() or None, headers)
        except TimeoutError as error:
            self._connection.close()
            raise (AnswerLost if is_open else NotTaken)(type(error).__name__) from None
        except (OSError, HTTPException) as error:  # refused, unknown host, no TLS; or the kernel took no byte
            self._connection.close()
            raise NotTaken(type(error).__name__) from None

    def answer(self) -> tuple[Response, str | None]:
        """The answer to what was asked, and its Retry-After."""
        try:
            answer: HTTPResponse = self._connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise AnswerLost(type(error).__name__) from None
        self._used_at = time.monotonic()
        return Response(answer.status, text, answer.headers), answer.headers.get("Retry-After")


class _InOneWrite:
    """A connection that writes head and body together: half the system calls, and a request is written or it is not."""

    sock: socket.socket
    held: list[bytes] | None = None

    def request(self, *arguments: Any, **named: Any) -> None:
        """Write one request."""
        self.held = []
        try:
            super().request(*arguments, **named)  # type: ignore[misc]
            whole = b"".join(self.held)
        finally:
            self.held = None
        super().send(whole)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        """Hold what belongs to a request; let the rest through (the way through a proxy)."""
        if self.held is None:
            super().send(data)  # type: ignore[misc]
        else:
            self.held.append(data)


class _Plain(_InOneWrite, HTTPConnection):
    pass


class _Encrypted(_InOneWrite, HTTPSConnection):
    pass


def _connection(server: SplitResult, trusted: ssl.SSLContext) -> _Plain | _Encrypted:
    host = server.hostname or ""
    if server.scheme == "http":  # a stand-in on this machine; production refuses it
        return _Plain(host, server.port, timeout=CONNECT_S)
    proxy = getproxies().get("https")
    if proxy is None or proxy_bypass(host):
        return _Encrypted(host, server.port, timeout=CONNECT_S, context=trusted)
    way = urlsplit(proxy)
    connection = _Encrypted(way.hostname or "", way.port or 8080, timeout=CONNECT_S, context=trusted)
    connection.set_tunnel(host, server.port or 443)
    return connection


def _opened(headers: dict[str, str] | None, auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return dict(headers or {})
    return {**(headers or {}), "Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}
