"""Where a ballot came from, kept only as far as at least five of its kind came from there. See docs/adr/0049."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 5  # ballots


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a ballot came from, as far as is known."""

    neighbourhood_id: str | None
    ward_code: str | None


NOWHERE = Origin(None, None)


def merge_small(origins: Sequence[Origin]) -> list[Origin]:
    """What is kept of each, in the same order. Give it the ballots of one source.

    Each neighbourhood that is left, each ward within one, and what is without either, has five ballots or none.
    """
    places = _merge([origin.neighbourhood_id for origin in origins])
    kept = [NOWHERE] * len(origins)
    for place in set(places) - {None}:
        here = [index for index, found in enumerate(places) if found == place]
        wards = _merge([origins[index].ward_code for index in here])
        for index, ward in zip(here, wards, strict=True):
            kept[index] = Origin(place, ward)
    return kept


def _merge(labels: Sequence[str | None]) -> list[str | None]:
    """The labels, without those of fewer than five. The rest that is without one is five or none.

    Would the rest be one to four, it is filled up with some of the largest, drawn by lot: that costs a place or two,
    where hiding the next smallest costs all of its ballots theirs.
    """
    counts = Counter(label for label in labels if label is not None)
    kept: list[str | None] = [label if label and counts[label] >= FEWEST else None for label in labels]
    while 0 < kept.count(None) < FEWEST and any(kept):
        largest, size = Counter(label for label in kept if label).most_common(1)[0]
        missing = FEWEST - kept.count(None)
        here = [index for index, label in enumerate(kept) if label == largest]
        for index in here if size - missing < FEWEST else secrets.SystemRandom().sample(here, missing):
            kept[index] = None
    return kept
