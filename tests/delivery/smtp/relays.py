"""Relays that want TLS and a password: what the tests need of one, and one made of aiosmtpd."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.delivery.smtp.certificates import Certificates

USER, PASSWORD = "owl@example.com", "pa:ss/w@rd,"
REFUSALS = {"gone@example.com": "550 5.1.1 Nobody", "later@example.com": "451 4.7.1 Greylisted"}
LARGEST = 100_000  # octets


@dataclass(frozen=True)
class SecureRelay:
    """Where it listens, plainly until STARTTLS and in TLS from the first byte."""

    port: int
    tls_port: int
    certificates: Certificates

    def url(
        self, scheme: str = "smtp", *, host: str = "127.0.0.1", password: str = PASSWORD, ca: Path | None = None
    ) -> str:
        """As OWL_SMTP_URL names it."""
        port, query = (self.tls_port, "?") if scheme == "smtps" else (self.port, "?starttls=1&")
        ca = ca or self.certificates.authority
        return f"{scheme}://{quote(USER, safe='')}:{quote(password, safe='')}@{host}:{port}{query}ca={ca}"


class _Handler:
    def __init__(self, contents: list[bytes]) -> None:
        self.contents = contents

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address not in REFUSALS:
            envelope.rcpt_tos.append(address)
        return REFUSALS.get(address, "250 2.1.5 Ok")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.contents.append(envelope.content)
        return "250 2.0.0 Ok"


def _sign_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def aiosmtpd_relay(
    certificates: Certificates, contents: list[bytes], *, mechanisms: Sequence[str]
) -> Iterator[SecureRelay]:
    """One that keeps the contents, and knows one user by these mechanisms of PLAIN and LOGIN."""
    context = certificates.server_context()
    talks: list[SMTP] = []
    speak = partial(
        _remembered,
        talks,
        _Handler(contents),
        authenticator=_sign_in,
        auth_exclude_mechanism={"PLAIN", "LOGIN"} - set(mechanisms),
        data_size_limit=LARGEST,
        enable_SMTPUTF8=True,
        hostname="relay.example.com",
    )
    loop = asyncio.new_event_loop()

    async def serve() -> tuple[asyncio.Server, asyncio.Server]:
        starttls = partial(speak, auth_required=True, tls_context=context, require_starttls=True)
        secure = partial(speak, auth_require_tls=False)  # it has TLS already
        return (
            await loop.create_server(starttls, "127.0.0.1", 0),
            await loop.create_server(secure, "127.0.0.1", 0, ssl=context),
        )

    servers = loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield SecureRelay(*(server.sockets[0].getsockname()[1] for server in servers), certificates)
    finally:
        for server in servers:
            loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end(talks), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _remembered(talks: list[SMTP], handler: _Handler, **options: Any) -> SMTP:
    talks.append(SMTP(handler, **options))
    return talks[-1]


async def _end(talks: list[SMTP]) -> None:
    """Close what aiosmtpd leaves open when a client hangs up within TLS."""
    for talk in talks:
        for transport in (talk.transport, talk._original_transport):
            if transport is not None:
                transport.abort()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)
