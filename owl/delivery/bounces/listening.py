"""`owl mailin`: listens for bounces and complaints until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from flask import Flask

from owl.delivery.bounces.addressees import Addressees
from owl.delivery.bounces.intake import Intake
from owl.delivery.bounces.keeping import Keeper
from owl.delivery.bounces.lines import LARGEST_MAIL, MOST_LINES, TIMEOUT_S, BusyLine, Lines, LmtpLine, SmtpLine
from owl.delivery.bounces.storing import Said, store_bounces
from owl.foundation.clock import utc_now
from owl.foundation.current import named_delivery, settings
from owl.foundation.errors import BadInput
from owl.foundation.signed_links import Purpose

FINISHING_S = 8.0  # to answer what is under way; whoever supervises us waits 10 s
WAITING_AT_THE_DOOR = 256


@asynccontextmanager
async def listening(app: Flask, urls: Sequence[str]) -> AsyncIterator[list[str]]:
    """Take bounces at these addresses until left; where it really listens (port 0 takes a free one).

    `urls`: smtp://HOST:PORT, lmtp://HOST:PORT or lmtp:///PATH. Raises BadInput for one that can't be used.
    """

    def store(said: Sequence[Said]) -> None:
        with app.app_context():
            store_bounces(said, now=utc_now())

    def read_token(purpose: Purpose, token: str) -> tuple[int, int] | None:
        with app.app_context():
            return named_delivery(purpose, token)

    with app.app_context():
        domain = settings().bounce_domain
    keeper, lines = Keeper(store), Lines()
    intake = Intake(Addressees(domain, read_token), keeper)
    servers = [await _open(url, intake, lines, hostname=domain) for url in urls]
    try:
        yield [_address_of(url, server) for url, server in zip(urls, servers, strict=True)]
    finally:
        for server in servers:
            server.close()
        lines.leave()
        give_up_at = asyncio.get_running_loop().time() + FINISHING_S
        while lines.busy and asyncio.get_running_loop().time() < give_up_at:
            await asyncio.sleep(0.02)
        lines.hang_up()
        await keeper.finish()
        await asyncio.sleep(0)  # lets the transports close


async def _open(url: str, intake: Intake, lines: Lines, *, hostname: str) -> asyncio.Server:
    parts = urlsplit(url)
    kind = {"smtp": SmtpLine, "lmtp": LmtpLine}.get(parts.scheme)

    def line() -> asyncio.Protocol:
        if len(lines.open) >= MOST_LINES or kind is None:
            return BusyLine()
        made: asyncio.Protocol = kind(
            intake,
            lines,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="OWL",
            timeout=TIMEOUT_S,
        )
        return made

    loop = asyncio.get_running_loop()
    try:
        if kind is not None and parts.hostname and parts.port is not None:
            return await loop.create_server(line, parts.hostname, parts.port, backlog=WAITING_AT_THE_DOOR)
        if kind is LmtpLine and not parts.netloc and len(parts.path) > 1:
            return await loop.create_unix_server(line, parts.path, backlog=WAITING_AT_THE_DOOR)
    except (OSError, ValueError) as fault:
        raise BadInput(f"Nothing can listen on {url}: {fault}.") from fault
    raise BadInput(f"Write smtp://HOST:PORT, lmtp://HOST:PORT or lmtp:///PATH, not {url}.")


def _address_of(url: str, server: asyncio.Server) -> str:
    parts = urlsplit(url)
    if not parts.hostname:
        return url
    return f"{parts.scheme}://{parts.hostname}:{server.sockets[0].getsockname()[1]}"
