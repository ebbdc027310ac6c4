"""A mail server on loopback that accepts mail for everybody and sends none on."""

from __future__ import annotations

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from owl.embedded.caught import Caught
from owl.foundation.clock import utc_now

HOST = "127.0.0.1"
LARGEST_MAIL = 10 * 1024 * 1024  # bytes


class Sink:
    """Keeps each mail; an address whose conduct is set gets that answer instead ("550 5.1.1 No such user")."""

    def __init__(self, caught: Caught) -> None:
        self.caught = caught

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """What it can do: also RFC 2920, since its answers come in order however much is sent at once."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept the recipient, unless it is to misbehave."""
        answer = self.caught.conduct(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail for each recipient."""
        now = utc_now()
        content = envelope.content
        assert isinstance(content, bytes)
        for recipient in envelope.rcpt_tos:
            self.caught.keep_mail(sender=envelope.mail_from or "", recipient=recipient, content=content, at=now)
        return "250 2.0.0 OK"


async def serve_mail(caught: Caught, *, port: int = 0) -> asyncio.Server:
    """A server that catches mail on loopback; port 0 takes a free one."""

    def speak() -> Any:
        return SMTP(
            Sink(caught),
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_MAIL,
            hostname="localhost",
            ident="OWL mail sink",
        )

    return await asyncio.get_running_loop().create_server(speak, HOST, port, backlog=256)
