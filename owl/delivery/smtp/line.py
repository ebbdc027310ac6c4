"""One connection to a relay: bytes in and out, and how long it has been silent."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

from owl.delivery.smtp.conversation import Conversation, LineEnds
from owl.delivery.smtp.limits import PROGRESS_S
from owl.delivery.smtp.replies import Garbage, ReplyReader

ROOM = 16_384  # bytes read at once
AWAY = "relay"  # codes of ours: it hung up, or said what nobody understands
TOO_SLOW = "timeout"
BYE = b"QUIT\r\n"


class Broken(Exception):
    """The line ended before it could be used; the text is why, as a code."""


class Line(asyncio.BufferedProtocol):
    """One connection: first answers one by one while it is opened, then its conversation."""

    def __init__(self) -> None:
        self._conversation: Conversation | None = None
        self._ended: Callable[[Conversation, str], None] | None = None
        self.transport: asyncio.Transport  # once it is connected
        self.is_open = False
        self._room = bytearray(ROOM)
        self._seen = memoryview(self._room)
        self._reader = ReplyReader()
        self._heard: deque[bytes] = deque()
        self._wanted: asyncio.Future[bytes] | None = None
        self._may_wait_s: int | None = None
        self._silent_s = 0
        self._unsent = 0

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write; once more after STARTTLS."""
        self.transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002
        """Where to put what comes in."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Something came in."""
        self._silent_s = 0
        hear = self._keep if self._conversation is None else self._conversation.hear
        try:
            for reply in self._reader.feed(bytes(self._seen[:nbytes])):
                hear(reply)
        except Garbage:
            self.end(AWAY)
        except LineEnds as said:
            self.end(str(said))

    def connection_lost(self, exc: Exception | None) -> None:
        """The relay hung up, or the line broke."""
        self.end(TOO_SLOW if isinstance(exc, TimeoutError) else AWAY)

    # What opening and the pool call.

    def write(self, words: bytes) -> None:
        """Send this as soon as may be."""
        self.transport.write(words)

    async def answer(self, within_s: int) -> bytes:
        """The next reply. Raises Broken."""
        if self._heard:
            return self._heard.popleft()
        if not self.is_open:
            raise Broken(AWAY)
        self._wanted = asyncio.get_running_loop().create_future()
        self._may_wait_s, self._silent_s = within_s, 0
        try:
            return await self._wanted
        finally:
            self._wanted = self._may_wait_s = None

    async def ask(self, words: bytes, within_s: int) -> bytes:
        """The reply to a command. Raises Broken."""
        self.write(words)
        return await self.answer(within_s)

    @property
    def has_unasked(self) -> bool:
        """Whether the relay has said more than it was asked."""
        return bool(self._heard) or self._reader.holds_more

    def converse(self, conversation: Conversation, ended: Callable[[Conversation, str], None]) -> None:
        """From now on what comes in is for the conversation; `ended` is called when the line breaks."""
        self._conversation, self._ended = conversation, ended

    def look_at_the_time(self, passed_s: int) -> None:
        """Give the line up when the relay has been silent for too long, while it was its turn."""
        limit = self._conversation.patience_s if self._conversation is not None else self._may_wait_s
        if limit is None or not self.is_open:
            return
        unsent = self.transport.get_write_buffer_size()
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
        self.is_open = False
        self.transport.write(BYE)
        self.transport.close()

    def end(self, fault: str) -> None:
        """Hang up at once, and tell whoever is concerned; harmless where that has happened."""
        if not self.is_open:
            return
        self.is_open = False
        self.transport.abort()
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_exception(Broken(fault))
        if self._conversation is not None and self._ended is not None:
            self._ended(self._conversation, fault)

    def _keep(self, reply: bytes) -> None:
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_result(reply)
        else:
            self._heard.append(reply)
