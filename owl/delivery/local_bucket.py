"""A bucket of one process, for when Redis is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from owl.delivery.shared_bucket import CAPACITY_S, Answer


@dataclass
class LocalBucket:
    """Fills at `rate` a second; empty at the beginning, so that nothing bursts when Redis comes and goes."""

    rate: float
    seconds: Callable[[], float]
    _tokens: float = field(init=False, default=0.0)
    _filled_at: float | None = field(init=False, default=None)

    def begin(self) -> None:
        """Begin empty."""
        self._tokens, self._filled_at = 0.0, self.seconds()

    def take(self, wanted: int) -> Answer:
        """As many of the wanted as there are tokens."""
        now = self.seconds()
        if self._filled_at is not None:
            room = max(1.0, self.rate * CAPACITY_S)
            self._tokens = min(room, self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        granted = min(wanted, int(self._tokens))
        self._tokens -= granted
        return Answer(granted, 0.0 if granted else (1 - self._tokens) / self.rate)
