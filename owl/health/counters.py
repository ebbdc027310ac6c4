"""What all processes have counted together, as Prometheus reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from owl.foundation.counting import BOUNDS, Count, Counted


@dataclass(frozen=True, slots=True)
class Shown:
    """How one thing that is counted is called outside."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


SHOWN: Mapping[Counted, Shown] = {
    Counted.HANDED_OVER: Shown(
        "owl_handed_over", "Deliveries handed to a provider, by what it answered.", ("channel", "result")
    ),
    Counted.FAULTS: Shown(
        "owl_provider_faults", "Deliveries that a provider did not take, by what is to be done.", ("channel", "kind")
    ),
    Counted.DELAY: Shown(
        "owl_hand_over_delay_seconds", "From when a message might go to its hand-over.", ("channel", "severity")
    ),
    Counted.JOBS: Shown("owl_job_seconds", "How long jobs took.", ("job", "result")),
    Counted.SUPPRESSED: Shown("owl_suppressed", "Contact points that are not to be used any more.", ("reason",)),
    Counted.RECEIPTS: Shown("owl_receipts_merged", "Receipts that deliveries have been moved by."),
    Counted.BOUNCES: Shown("owl_bounces", "Reports that came to return paths, by what they said.", ("verdict",)),
    Counted.REQUESTS: Shown("owl_request_seconds", "How long requests took.", ("part", "status")),
}


def families(counts: Iterable[Count]) -> Iterator[Metric]:
    """One family for each thing that was counted."""
    by_what: defaultdict[Counted, defaultdict[tuple[str, ...], dict[str, float]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for one in counts:
        if len(one.labels) == len(SHOWN[one.what].labels):  # another release may have other labels
            by_what[one.what][one.labels][one.part] = one.value
    for what, shown in SHOWN.items():
        yield _histogram(what, shown, by_what[what]) if what in BOUNDS else _counter(shown, by_what[what])


def _counter(shown: Shown, counted: Mapping[tuple[str, ...], Mapping[str, float]]) -> Metric:
    family = CounterMetricFamily(shown.name, shown.help, labels=shown.labels)
    for labels, parts in sorted(counted.items()):
        family.add_metric(labels, parts.get("", 0))
    return family


def _histogram(what: Counted, shown: Shown, counted: Mapping[tuple[str, ...], Mapping[str, float]]) -> Metric:
    family = HistogramMetricFamily(shown.name, shown.help, labels=shown.labels)
    bounds = [*(str(float(bound)) for bound in BOUNDS[what]), "+Inf"]
    for labels, parts in sorted(counted.items()):
        up_to = accumulate(parts.get(str(place), 0) for place in range(len(bounds)))
        family.add_metric(labels, list(zip(bounds, up_to, strict=True)), parts.get("sum", 0))
    return family
