"""One connection that brings mail in, by SMTP (RFC 5321) or LMTP (RFC 2033), with an end to everything."""

from __future__ import annotations

import asyncio
from typing import Any, AnyStr

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from owl.delivery.bounces.intake import NOT_KEPT, Intake

log = structlog.get_logger()

LARGEST_MAIL = 1024 * 1024  # bytes; ours have 30 KB, and a report returns one of them
LONGEST_LINE = 64 * 1024  # bytes; RFC 5321 asks for 1,000, and reports that quote HTML do not care
TIMEOUT_S = 120.0  # for a command, and for a whole mail
MOST_LINES = 100
LEAVING = "421 4.3.2 We are closing; please come again"
BUSY = b"421 4.7.0 Too many connections; please come again\r\n"
TOO_LARGE = b"552 5.3.4 This is too large\r\n"


class Lines:
    """The connections that are open."""

    def __init__(self) -> None:
        self.open: set[_Line] = set()
        self.leaving = False

    @property
    def busy(self) -> list[_Line]:
        """Those in the middle of a mail."""
        return [line for line in self.open if line.is_busy]

    def leave(self) -> None:
        """Close every connection, those in the middle of a mail after their answer."""
        self.leaving = True
        for line in list(self.open):
            if not line.is_busy:
                line.say_goodbye()

    def hang_up(self) -> None:
        """Close what is still open, without an answer: what was not answered comes again."""
        for line in list(self.open):
            line.close()


class _Line(SMTP):
    """aiosmtpd's protocol, with limits on what one line may take and a clean way to leave."""

    line_length_limit = LONGEST_LINE

    def __init__(self, intake: Intake, lines: Lines, **options: Any) -> None:
        super().__init__(intake, **options)
        self.lines = lines
        self.is_busy = False
        self._unanswered = 0  # bytes since our last answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it."""
        self.lines.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """And no more."""
        self.lines.open.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Give up on who never stops: aiosmtpd would keep reading, and a line without end in memory."""
        self._unanswered += len(data)
        if self._unanswered > 2 * LARGEST_MAIL:
            self._write(TOO_LARGE)
            self.close()
            return
        super().data_received(data)

    async def push(self, status: AnyStr) -> None:
        """Answer."""
        self._unanswered = 0
        await super().push(status)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802  # aiosmtpd's name
        """Take one mail."""
        self.is_busy = True
        try:
            await super().smtp_DATA(arg)
        finally:
            self.is_busy = False
        if self.lines.leaving:
            self.say_goodbye()

    async def handle_exception(self, error: Exception) -> str:
        """A bug loses no mail: whoever sent it keeps it and tries again."""
        log.error("mail could not be taken in", exc_info=error)
        return NOT_KEPT

    def say_goodbye(self) -> None:
        """Close, and say why."""
        self._write(f"{LEAVING}\r\n".encode())
        self.close()

    def close(self) -> None:
        """Close at once."""
        if self.transport is not None:
            self.transport.close()

    def _write(self, answer: bytes) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.write(answer)


class SmtpLine(_Line):
    """As any mail server speaks."""


class LmtpLine(_Line, LMTP):
    """As a mail server speaks to what stores mail on the same machine: one answer for each recipient."""

    _recipients = 1

    async def push(self, status: AnyStr) -> None:
        """Answer; after a mail as often as it has recipients (RFC 2033, 4.2)."""
        text = status if isinstance(status, str) else status.decode()
        if text.startswith("354") and self.envelope is not None:
            self._recipients = len(self.envelope.rcpt_tos)
        elif self._recipients > 1:
            text, self._recipients = "\r\n".join([text] * self._recipients), 1
        await super().push(text)


class BusyLine(asyncio.Protocol):
    """One connection too many: told so, and closed."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so."""
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(BUSY)
        transport.close()
