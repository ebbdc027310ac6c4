"""Which relay the next line goes to: the preferred one, unless it rests because it failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from owl.delivery.smtp.limits import FIRST_REST_S, LONGEST_REST_S, YOUNG_DEATHS
from owl.delivery.smtp.relay import Relay

AT_MOST_DOUBLED = 10  # times; far past LONGEST_REST_S


@dataclass(eq=False, slots=True)
class Standing:
    """How one relay has done lately. Times are seconds of a monotonic clock."""

    relay: Relay
    rank: int  # 0 is the preferred one
    lines: int = 0  # that are open to it
    failures: int = 0  # in a row
    young_deaths: int = 0  # in a row
    rests_until: float = 0.0

    def worked(self) -> None:
        """It has decided on a mail."""
        self.failures = self.young_deaths = 0

    def ended(self, answers: int, now: float) -> None:
        """A line to it broke, after so many mails that it had decided on."""
        if answers:
            self.worked()
            return
        self.young_deaths += 1
        if self.young_deaths >= YOUNG_DEATHS:
            self.failed(now)

    def failed(self, now: float) -> bool:
        """Leave it alone for a while that grows; whether this is news: lines that failed together count once."""
        if now < self.rests_until:
            return False
        rest = FIRST_REST_S * 2 ** min(self.failures, AT_MOST_DOUBLED)
        self.rests_until = now + min(rest, LONGEST_REST_S)
        self.failures += 1
        return True


def choose(standings: Sequence[Standing], now: float) -> Standing | None:
    """The relay for one more line; None where there is none to be had now.

    A relay that takes no more lines but works on those it has is not passed over for the next.
    """
    for standing in standings:
        if now >= standing.rests_until:
            return standing
        if standing.lines:
            return None
    return None
