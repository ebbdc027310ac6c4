"""Counting what became of deliveries, for metrics and for the log of the job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from owl.delivery.claiming import Claim
from owl.delivery.faults import known
from owl.delivery.providers import Outcome, Result
from owl.foundation.counting import Counted, count, measure


def tally(claim: Claim, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Count each outcome, and how long those that were sent had to wait since they might go."""
    message = claim.message
    results = Counter(outcome.result for outcome in outcomes)
    for result, times in results.items():
        count(Counted.HANDED_OVER, claim.channel.value, result.value, by=times)
    for kind, times in Counter(known(outcome.fault).kind for outcome in outcomes if outcome.fault).items():
        count(Counted.FAULTS, claim.channel.value, kind.value, by=times)
    might_go_at = max(filter(None, (message.send_at, message.approved_at)), default=now)
    if results[Result.SENT]:
        waited_s = max((now - might_go_at).total_seconds(), 0)
        measure(
            Counted.DELAY, claim.channel.value, message.severity.value, seconds=waited_s, times=results[Result.SENT]
        )
