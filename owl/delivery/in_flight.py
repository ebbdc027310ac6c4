"""Many questions to a provider at once, on threads that are kept, answered in groups."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")

REST_S = 1.0  # between groups while answers are awaited: a group, if only an empty one, comes every 2 s


class InFlight(Generic[Q, A]):
    """Asks up to `lines` questions at a time. Its threads start at the first use and end with the process."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        self._todo: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def ask_all(self, ask: Callable[[Q], A], questions: Sequence[Q]) -> Iterator[list[A]]:
        """An answer to each, in any order; nothing new is asked while the caller holds a group.

        `ask` runs on a thread of its own and raises nothing.
        """
        waiting, under_way = list(reversed(questions)), 0
        answers: SimpleQueue[A] = SimpleQueue()
        group: list[A] = []
        rested_at = monotonic()
        while waiting or under_way:
            while waiting and under_way < self.lines:
                self._begin(ask, waiting.pop(), answers)
                under_way += 1
            try:
                group.append(answers.get(timeout=REST_S))
                under_way -= 1
            except Empty:
                pass
            if len(group) == self.lines or monotonic() - rested_at >= REST_S:
                yield group
                group, rested_at = [], monotonic()
        if group:
            yield group

    def close(self) -> None:
        """Let the threads end, each once it has its answer; waits for them."""
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _begin(self, ask: Callable[[Q], A], question: Q, answers: SimpleQueue[A]) -> None:
        if len(self._threads) < self.lines:
            thread = threading.Thread(target=self._work, daemon=True, name="in flight")
            self._threads.append(thread)
            thread.start()
        self._todo.put(lambda: answers.put(ask(question)))

    def _work(self) -> None:
        while (work := self._todo.get()) is not None:
            work()
