"""What may be told of a tally without pointing at fewer than five homes: by itself, or taken from another figure.

Whatever is told of an option are numbers of homes that took it in groups of areas, each at least FEWEST, and as many
that did not; and beside them so much is left over for the options that are not told that none of those can be worked
out. docs/adr/0052 says why that is enough, and a test tries every small tally.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

FEWEST = 5  # homes that may be told
# Of what is left over, and of each of the groups that weigh: so many that whoever knows these rules, and asks why an
# option was not told, can't work it out from that either.
LEFT_OVER = 2 * FEWEST


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many options one ballot takes."""

    least: int  # 1: nobody could leave the question out
    most: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Ballots of a place, and how many of them took each option."""

    ballots: int
    took: Mapping[str, int]

    def __add__(self, other: Tally) -> Tally:
        took = {option: self.took.get(option, 0) + other.took.get(option, 0) for option in {**self.took, **other.took}}
        return Tally(self.ballots + other.ballots, took)


def is_safe(part: int, whole: int, *, fewest: int = FEWEST) -> bool:
    """Whether the part may be told, and with it what it leaves over of the whole."""
    return part >= fewest and whole - part >= fewest


def nearly_all(tally: Tally, bounds: Bounds) -> frozenset[str]:
    """Options that all ballots took, or all but fewer than five: that much is said of them, and no number."""
    enough = tally.ballots >= 2 * FEWEST  # else it would say of a handful of homes what they chose
    found = frozenset(option for option, took in tally.took.items() if enough and took > tally.ballots - FEWEST)
    return found if len(found) <= bounds.most else frozenset()  # so many leave one way only to have been taken


def told(tally: Tally, bounds: Bounds) -> frozenset[str]:
    """Options of which the number may be told for the whole place."""
    found = {option for option, took in tally.took.items() if is_safe(took, tally.ballots)}
    return _without_the_smallest(found, [tally], bounds, nearly_all(tally, bounds))


def told_of_parts(
    parts: Sequence[Tally], among: Collection[str], bounds: Bounds, nearly: Collection[str]
) -> frozenset[str]:
    """Options, of those told of the place, of which the number may be told for each of its parts as well.

    `nearly`: what nearly all took, everywhere together.
    """
    found = {
        option for option in among if all(is_safe(part.took[option], part.ballots, fewest=LEFT_OVER) for part in parts)
    }
    return _without_the_smallest(found, parts, bounds, nearly)


def _without_the_smallest(
    found: set[str], parts: Sequence[Tally], bounds: Bounds, nearly: Collection[str]
) -> frozenset[str]:
    """`found`, less its smallest until what is left over tells nothing in any part. Equal ones go together."""
    took = {option: sum(part.took[option] for part in parts) for option in found}
    for smallest in sorted(set(took.values())):
        if all(_leaves_enough(part, found, bounds, nearly) for part in parts):
            break
        found = {option for option in found if took[option] > smallest}
    return frozenset(found)


def _leaves_enough(tally: Tally, found: Collection[str], bounds: Bounds, nearly: Collection[str]) -> bool:
    """Whether the options that are not told can't be worked out from those that are.

    All together were taken from `least` to `most` times by each ballot; that alone must not pin them down.
    """
    others = len(tally.took) - len(found)
    if not others:
        return True
    taken = sum(tally.took[option] for option in found)
    at_most = bounds.most * tally.ballots - taken - len(nearly) * (tally.ballots - FEWEST + 1)
    at_least = bounds.least * tally.ballots - taken - len(nearly) * tally.ballots
    return at_most >= LEFT_OVER and (at_least <= 0 or (others > 1 and at_least >= LEFT_OVER))
