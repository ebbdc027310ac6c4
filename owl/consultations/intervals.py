"""How sure a share is, and a place in a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # 95 % of a normal distribution lie within


@dataclass(frozen=True, slots=True)
class Interval:
    """From a low to a high share."""

    low: float
    high: float


def wilson(share: float, ballots: float) -> Interval:
    """In which the share of all homes lies 95 times in 100, had those who answered been drawn by lot.

    Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953: unlike the plain formula it stays between 0 and 1
    and holds for small numbers. `ballots` may be an effective number (owl.consultations.weighting).
    """
    spread = Z * Z / ballots
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / ballots + spread / (4 * ballots))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a ranking, 1 at the top, and those that it may really have."""

    rank: int
    best: int
    worst: int


def places(shares: Sequence[tuple[float, Interval]], *, above: int = 0) -> list[Place]:
    """The place of each share; equal ones have the same. `above`: how many more stand above them all.

    One stands surely above another where their intervals do not touch.
    """
    return [
        Place(
            rank=1 + above + sum(other > share for other, _ in shares),
            best=1 + above + sum(others.low > own.high for _, others in shares),
            worst=above + len(shares) - sum(others.high < own.low for _, others in shares),
        )
        for share, own in shares
    ]
