"""Mail over SMTP: many lines to the first relay that works, each with one mail after the other."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator, Sequence

from owl.delivery.providers import Outcome, OutgoingMail
from owl.delivery.smtp.relay import Relay, parse_relays
from owl.delivery.smtp.running import Running

CONNECTIONS = 20
TURN_S = 120.0  # for another thread to finish with the lines


class SmtpMail:
    """The relays that take our mail, and this process's lines to them, kept as long as it lives.

    One thread at a time; another waits for its turn. A forked child makes lines of its own.
    """

    def __init__(self, relays: Sequence[Relay], *, connections: int = CONNECTIONS) -> None:
        self._relays = tuple(relays)
        self._connections = connections
        self._turn = threading.Lock()
        self._running: Running | None = None
        self._at_exit: weakref.finalize[[], SmtpMail] | None = None

    @classmethod
    def parse(cls, urls: str, *, connections: int = CONNECTIONS) -> SmtpMail:
        """From OWL_SMTP_URL. Raises ValueError."""
        return cls(parse_relays(urls), connections=connections)

    def send_all(self, mails: Sequence[OutgoingMail]) -> Iterator[list[Outcome]]:
        """Hand over each mail; groups of outcomes, none longer than lines are open, at least one every two seconds.

        While the caller has a group, nothing is begun. Who stops asking leaves mails of unknown fate.
        """
        if not mails:
            return
        if not self._turn.acquire(timeout=TURN_S):
            raise RuntimeError("another call never finished with the lines to the mail relay")
        try:
            yield from self._own().send_all(mails)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close all lines; the next call opens new ones."""
        with self._turn:
            if self._at_exit is not None:
                self._at_exit()
            self._running = self._at_exit = None

    def _own(self) -> Running:
        if self._running is None or self._running.pid != os.getpid():
            if self._at_exit is not None:  # of the process that this one was forked from: its lines are not ours
                _LEFT_TO_THE_PARENT.append(self._running)
            self._running = Running(self._relays, self._connections)
            self._at_exit = weakref.finalize(self, self._running.close)
        return self._running


_LEFT_TO_THE_PARENT: list[Running | None] = []  # never touched again: closing them would close the parent's
