"""The lines of one process, kept from one call to the next: which are open, to which relay, and how many."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from owl.delivery.smtp.conversation import Conversation
from owl.delivery.smtp.failover import Standing, choose
from owl.delivery.smtp.limits import RIDE_OUT_S
from owl.delivery.smtp.line import AWAY, Line
from owl.delivery.smtp.opening import CannotOpen, open_line
from owl.delivery.smtp.post import Post
from owl.delivery.smtp.relay import Relay

log = structlog.get_logger()


class Pool:
    """Up to `connections` lines; what happens to them happens on the loop."""

    def __init__(self, relays: Sequence[Relay], connections: int, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._connections = connections
        self._standings = [Standing(relay, rank) for rank, relay in enumerate(relays)]
        self._lines: dict[Conversation, tuple[Line, Standing]] = {}
        self._opening: dict[asyncio.Task[None], Line] = {}
        self._leaving: list[Line] = []
        self._worked_at = -RIDE_OUT_S  # when a line broke that had worked
        self._wakes: asyncio.TimerHandle | None = None
        self._fault = AWAY  # of the last relay that could not be used
        self.post = Post([], lines=self.__len__, due=loop.stop)

    def __len__(self) -> int:
        return len(self._lines)

    def begin(self, post: Post) -> None:
        """From now on the lines carry these mails; no other may be under way."""
        self.post = post

    def go_on(self) -> None:
        """Give mails to the lines that may take one, and open more where they are too few."""
        for conversation in list(self._lines):
            if conversation.is_holding:
                conversation.go_on()
            elif self.post.waiting and conversation.is_idle:
                conversation.begin(self.post)
        self._open_more()

    def look_at_the_time(self, passed_s: int) -> None:
        """Give up lines that have been silent for too long."""
        for line in [*self._opening.values(), *(line for line, _ in self._lines.values())]:
            line.look_at_the_time(passed_s)

    def hang_up(self) -> bool:
        """End what is under way; whether there was anything. Lines that are being opened will be of use later."""
        under_way = [line for conversation, (line, _) in self._lines.items() if not conversation.is_idle]
        for line in under_way:
            line.end(AWAY)
        return bool(under_way)

    def close(self) -> None:
        """End every line, the idle ones politely."""
        for task in self._opening:
            task.cancel()
        for conversation in [one for one in self._lines if one.is_idle]:
            self._dismiss(conversation)
        self.hang_up()

    @property
    def leaving(self) -> list[Line]:
        """Lines that were told goodbye and are not closed yet."""
        self._leaving = [line for line in self._leaving if not line.is_gone]
        return self._leaving

    def _open_more(self) -> None:
        while (standing := choose(self._standings, self._loop.time())) and self._may_open(standing):
            line = Line()
            task = self._loop.create_task(self._open(line, standing))
            self._opening[task] = line
            task.add_done_callback(self._opened)
        if self.post.waiting and not self._lines and not self._opening:
            self._wait_or_leave()

    def _wait_or_leave(self) -> None:
        """Ride out the restart of a relay that worked until now; otherwise the mails are left for later."""
        back_at = min(standing.rests_until for standing in self._standings)
        if back_at - self._worked_at > RIDE_OUT_S:
            self.post.leave_for_later(self._fault)
        elif self._wakes is None:
            self._wakes = self._loop.call_at(back_at, self._wake)

    def _wake(self) -> None:
        self._wakes = None
        self._open_more()

    def _may_open(self, standing: Standing) -> bool:
        if len(self._opening) < self.post.waiting and len(self._lines) + len(self._opening) < self._connections:
            return True
        # One line to see whether a better relay than those at work is back.
        is_better = all(its.rank > standing.rank for _, its in self._lines.values())
        return bool(self._lines) and not self._opening and is_better

    async def _open(self, line: Line, standing: Standing) -> None:
        try:
            able = await open_line(line, standing.relay)
        except CannotOpen as error:
            self._fault = str(error)
            if standing.failed(self._loop.time()):
                log.warning("mail relay can't be used", relay=standing.relay.name, fault=self._fault)
        else:
            self._take_into_use(line, Conversation(able, line.write, self._now_idle), standing)

    def _opened(self, task: asyncio.Task[None]) -> None:
        del self._opening[task]
        if not task.cancelled():
            task.result()  # raises what nobody foresaw
            self._open_more()

    def _take_into_use(self, line: Line, conversation: Conversation, standing: Standing) -> None:
        line.converse(conversation, self._ended)
        self._lines[conversation] = line, standing
        standing.lines += 1
        best = min(its.rank for _, its in self._lines.values())
        for other, (_, its) in list(self._lines.items()):
            if its.rank > best:  # a better relay is back
                other.retiring = True
                if other.is_idle:
                    self._dismiss(other)
        if conversation in self._lines:
            conversation.begin(self.post)

    def _now_idle(self, conversation: Conversation) -> None:
        _, standing = self._lines[conversation]
        if conversation.answers:
            standing.worked()
        if conversation.retiring:
            self._dismiss(conversation)
            self._open_more()

    def _ended(self, conversation: Conversation, fault: str) -> None:
        _, standing = self._lines.pop(conversation)
        standing.lines -= 1
        standing.ended(conversation.answers, self._loop.time())
        if conversation.answers:
            self._worked_at = self._loop.time()
        self._fault = fault
        conversation.end(fault)
        self._open_more()

    def _dismiss(self, conversation: Conversation) -> None:
        line, standing = self._lines.pop(conversation)
        standing.lines -= 1
        line.say_goodbye()
        self._leaving = [*self.leaving, line]
