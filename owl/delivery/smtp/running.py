"""The loop of one process, which runs only while somebody waits for outcomes and stands still between groups."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

from owl.delivery.providers import Outcome, OutgoingMail
from owl.delivery.smtp.limits import LOOK_EVERY_S, TIDY_S
from owl.delivery.smtp.pool import Pool
from owl.delivery.smtp.post import Post
from owl.delivery.smtp.relay import Relay

TURNS = 4  # of the loop, in which a connection that is dropped is closed, also within TLS
SHORT_S = 0.01


class Running:
    """A loop and its lines. One thread at a time."""

    def __init__(self, relays: Sequence[Relay], connections: int) -> None:
        self.pid = os.getpid()
        self._bug: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._keep_bug)
        self._pool = Pool(relays, connections, self._loop)
        self._look_at_the_time()

    def send_all(self, mails: Sequence[OutgoingMail]) -> Iterator[list[Outcome]]:
        """As MailProvider has it."""
        post = Post(mails, lines=self._pool.__len__, due=self._loop.stop)
        self._pool.begin(post)
        try:
            while not post.is_done:
                if not post.is_due:
                    self._run()
                yield post.group()
        finally:  # nothing is under way by now, unless the caller wants no more
            self._pool.begin(Post([], lines=self._pool.__len__, due=self._loop.stop))
            if self._pool.hang_up():
                self._settle()

    def close(self) -> None:
        """Close every line and the loop; does nothing in a process that was forked from the one it belongs to."""
        if self.pid != os.getpid() or self._loop.is_closed():
            return
        self._pool.close()
        self._settle()
        self._settle()  # those that were dropped only now
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _run(self) -> None:
        """Let the lines work until a group is there or it is time."""
        # In its second turn: in the first it reads what came while it stood still, a hang-up maybe.
        self._loop.call_soon(self._loop.call_soon, self._pool.go_on)
        self._loop.run_forever()
        if self._bug is not None:
            bug, self._bug = self._bug, None
            raise bug

    def _look_at_the_time(self) -> None:
        """Each second that the loop runs; however long it stood still counts as one, since nobody listened then."""
        self._pool.look_at_the_time(int(LOOK_EVERY_S))
        self._loop.stop()  # a group is due, if only an empty one
        self._loop.call_later(LOOK_EVERY_S, self._look_at_the_time)

    def _settle(self) -> None:
        """Let lines and tasks end that were told to."""
        turns, give_up_at = 0, time.monotonic() + TIDY_S
        while turns < TURNS or (
            (self._pool.leaving or asyncio.all_tasks(self._loop)) and time.monotonic() < give_up_at
        ):
            turns += 1
            self._loop.call_later(0 if turns < TURNS else SHORT_S, self._loop.stop)
            self._loop.run_forever()
        for line in self._pool.leaving:
            line.drop()
        self._bug = None

    def _keep_bug(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What escapes a callback ends the call: asyncio would log it and leave us waiting."""
        error = context.get("exception")
        self._bug = error if isinstance(error, BaseException) else RuntimeError(context["message"])
        self._loop.stop()
