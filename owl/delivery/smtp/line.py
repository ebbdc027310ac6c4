"""One connection to a relay: bytes in and out, and how long it has been silent."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from owl.delivery.smtp.conversation import Conversation, LineEnds
from owl.delivery.smtp.limits import PROGRESS_S
from owl.delivery.smtp.replies import Garbage, ReplyReader

ROOM = 16_384  # bytes read at once
AWAY = "relay"  # codes of ours: it hung up, or said what nobody understands
TOO_SLOW = "timeout"
BYE = b"QUIT\r\n"


Made = TypeVar("Made")


class Broken(Exception):
    """The line ended before it could be used; the text is why, as a code."""


class Line(asyncio.BufferedProtocol):
    """One connection: first answers one by one while it is opened, then its conversation."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None  # until it is connected
        self.is_gone = False  # its connection is closed on our side too
        self._fault: str | None = None  # why it ended
        self._conversation: Conversation | None = None
        self._ended: Callable[[Conversation, str], None] | None = None
        self._room = memoryview(bytearray(ROOM))  # asyncio's TLS writes into slices of it
        self._reader = ReplyReader()
        self._heard: deque[bytes] = deque()
        self._reply: asyncio.Future[bytes] | None = None
        self._awaited: asyncio.Future[Any] | None = None  # while it is opened
        self._limit_s: int | None = None  # for that
        self._silent_s = 0
        self._unsent = 0  # bytes, when we last looked

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write; once more after STARTTLS."""
        self.transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        """Where to put what comes in."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Something came in."""
        self._silent_s = 0
        hear = self._keep if self._conversation is None else self._conversation.hear
        try:
            for reply in self._reader.feed(bytes(self._room[:nbytes])):
                hear(reply)
        except Garbage:
            self.end(AWAY)
        except LineEnds as said:
            self.end(str(said))

    def connection_lost(self, exc: Exception | None) -> None:
        """The relay hung up, or the line broke, or we closed it."""
        self.is_gone = True
        self.end(TOO_SLOW if isinstance(exc, TimeoutError) else AWAY)

    # What opening calls.

    async def within(self, limit_s: int, work: Awaitable[Made]) -> Made:
        """What comes of the work. Raises Broken where the line ends meanwhile, or the relay takes too long."""
        if self._fault is not None:
            raise Broken(self._fault)
        self._awaited, self._limit_s, self._silent_s = asyncio.ensure_future(work), limit_s, 0
        try:
            return cast("Made", await self._awaited)
        except asyncio.CancelledError:
            if self._fault is None:
                raise
            raise Broken(self._fault) from None
        finally:
            self._awaited = self._limit_s = None

    async def answer(self, limit_s: int) -> bytes:
        """The next reply. Raises Broken."""
        if self._heard:
            return self._heard.popleft()
        self._reply = asyncio.get_running_loop().create_future()
        return await self.within(limit_s, self._reply)

    async def ask(self, words: bytes, limit_s: int) -> bytes:
        """The reply to a command. Raises Broken."""
        self.write(words)
        return await self.answer(limit_s)

    @property
    def own_address(self) -> str:
        """Of our end."""
        return str(self.transport.get_extra_info("sockname")[0]) if self.transport is not None else ""

    @property
    def has_unasked(self) -> bool:
        """Whether the relay has said more than it was asked."""
        return bool(self._heard) or self._reader.holds_more

    # What the pool calls.

    def converse(self, conversation: Conversation, ended: Callable[[Conversation, str], None]) -> None:
        """From now on what comes in is for the conversation; `ended` is called when the line breaks."""
        self._conversation, self._ended = conversation, ended

    def write(self, words: bytes) -> None:
        """Send this as soon as may be."""
        if self.transport is not None:
            self.transport.write(words)

    def look_at_the_time(self, passed_s: int) -> None:
        """Give the line up when the relay has been silent for too long, while it was its turn."""
        limit = self._limit_s if self._conversation is None else self._conversation.patience_s
        if limit is None:
            return
        unsent = self.transport.get_write_buffer_size() if self.transport is not None else 0
        if unsent:
            limit = PROGRESS_S
            if unsent < self._unsent:
                self._silent_s = 0
        self._unsent = unsent
        self._silent_s += passed_s
        if self._silent_s > limit:
            self.end(TOO_SLOW)

    def say_goodbye(self) -> None:
        """Close an idle line as RFC 5321 wants it; its answer is not waited for."""
        self._fault = AWAY
        if self.transport is not None:
            self.transport.write(BYE)
            self.transport.close()

    def drop(self) -> None:
        """Close the connection now, whatever TLS has yet to say."""
        if self.transport is not None:
            self.transport.abort()

    def end(self, fault: str) -> None:
        """Hang up at once, and tell whoever is concerned; harmless where that has happened."""
        if self._fault is not None:
            return
        self._fault = fault
        self.drop()
        if self._awaited is not None:
            self._awaited.cancel()
        if self._conversation is not None and self._ended is not None:
            self._ended(self._conversation, fault)

    def _keep(self, reply: bytes) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(reply)
        else:
            self._heard.append(reply)
