"""How long one call waits for a provider that says it is busy, and when it stops asking."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT_S = 0.5  # where the provider doesn't say; doubles with each time
LONGEST_WAIT_S = 4.0  # in all: a job is not to last longer, and the queue keeps the rest


@dataclass
class Patience:
    """Shared by the threads of one call. Two that write at once may wait a little longer, and nothing worse."""

    free_at: float = 0.0
    waited_s: float = 0.0
    times: int = 0
    asked_for_s: float = 0.0  # and not told to the others yet
    ended_by: str | None = None

    def wait(self) -> bool:
        """Sleep until the provider is to be asked again; whether it is."""
        while self.ended_by is None and (left := self.free_at - time.monotonic()) > 0:
            time.sleep(left)
        return self.ended_by is None

    def busy(self, seconds: float | None, *, fault: str) -> None:
        """The provider is busy, for as long as it says; too long, and nothing more is asked in this call."""
        now = time.monotonic()
        if now < self.free_at:  # another thread was told the same just now
            return
        self.times += 1
        # Spread by chance where we choose: workers that were refused together should not come back together.
        chosen = FIRST_WAIT_S * 2 ** (self.times - 1) * random.uniform(0.75, 1.25)  # noqa: S311
        wait_s = chosen if seconds is None else seconds
        self.asked_for_s = max(self.asked_for_s, wait_s)
        self.free_at = now + wait_s
        self.waited_s += wait_s
        if self.waited_s > LONGEST_WAIT_S:
            self.end(fault)

    def end(self, fault: str) -> None:
        """Ask nothing more in this call."""
        self.ended_by = fault

    def told(self) -> float:
        """The seconds that everybody is to be told of, once."""
        seconds, self.asked_for_s = self.asked_for_s, 0.0
        return seconds


def seconds_of(retry_after: str | None, *, now: datetime | None = None) -> float | None:
    """Retry-After in seconds, whether it says seconds or a date (RFC 9110, 10.2.3); None where it says nothing."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return float(min(int(text[:9]), 24 * 60 * 60))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
