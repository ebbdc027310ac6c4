"""A share as it would be if every ward had answered as much as its homes are many: post-stratification.

The groups that weigh are wards, or wards put together where too few took an option for it to be told of one alone
(owl.consultations.small_groups). See docs/adr/0052.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from owl.consultations.intervals import Interval, wilson
from owl.consultations.small_groups import Bounds, Tally, nearly_all, told, told_of_parts


@dataclass(frozen=True, slots=True)
class Area:
    """Wards that are counted as one: those of one neighbourhood, or all of several that are too small alone."""

    neighbourhoods: tuple[str, ...]  # their ids; one, but where several had to be put together; "": not known
    wards: tuple[str, ...]  # their codes; "": homes in no known ward
    homes: int  # registered
    ballots: int


@dataclass(frozen=True, slots=True)
class Group:
    """Areas that weigh as one, and how many of their ballots took an option."""

    areas: tuple[Area, ...]
    took: int

    @property
    def ballots(self) -> int:
        """Of all its areas."""
        return sum(area.ballots for area in self.areas)

    @property
    def homes(self) -> int:
        """Of all its areas."""
        return sum(area.homes for area in self.areas)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of homes, and how sure it is."""

    share: float
    interval: Interval


def estimate(groups: Sequence[Group]) -> Estimate:
    """The share over all groups, each with the weight of its homes. Of one group alone it is the plain share.

    Its variance is the sum of weight² p (1 - p) / n; the interval is that of a plain share of as many ballots as would
    have the same variance.
    """
    homes = sum(group.homes for group in groups)
    weighed = [(group.homes / homes, group.took / group.ballots, group.ballots) for group in groups]
    share = sum(weight * part for weight, part, _ in weighed)
    variance = sum(weight * weight * part * (1 - part) / ballots for weight, part, ballots in weighed)
    return Estimate(share, wilson(share, share * (1 - share) / variance))


def groups_of(areas: Sequence[tuple[Area, Tally]], bounds: Bounds) -> dict[str, list[Group]]:
    """For each option that may be told, the finest groups of areas for which it may be told."""
    whole = _together(areas)
    return _split(areas, told(whole, bounds), bounds, nearly_all(whole, bounds))


def _split(
    areas: Sequence[tuple[Area, Tally]], options: frozenset[str], bounds: Bounds, nearly: frozenset[str]
) -> dict[str, list[Group]]:
    """Halve the areas again and again, each time for the options that may be told of both halves."""
    halves = _halves(areas)
    parts = [_together(half) for half in halves]
    further = told_of_parts(parts, options, bounds, nearly) if len(halves) > 1 else frozenset()
    took = _together(areas).took
    found = {option: [Group(tuple(area for area, _ in areas), took[option])] for option in options - further}
    if further:
        first, second = (_split(half, further, bounds, nearly) for half in halves)
        found |= {option: first[option] + second[option] for option in further}
    return found


def _halves(areas: Sequence[tuple[Area, Tally]]) -> list[Sequence[tuple[Area, Tally]]]:
    """Two parts with about as many ballots, cut between neighbourhoods where there are several; of one area, that."""
    several = len({area.neighbourhoods for area, _ in areas}) > 1
    half = sum(area.ballots for area, _ in areas) / 2
    cuts = [
        (abs(half - sum(area.ballots for area, _ in areas[:at])), at)
        for at in range(1, len(areas))
        if not several or areas[at - 1][0].neighbourhoods != areas[at][0].neighbourhoods
    ]
    if not cuts:
        return [areas]
    _, at = min(cuts)
    return [areas[:at], areas[at:]]


def _together(areas: Sequence[tuple[Area, Tally]]) -> Tally:
    return sum((tally for _, tally in areas), Tally(0, {}))
