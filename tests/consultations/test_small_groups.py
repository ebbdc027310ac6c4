"""Nothing that is told, by itself or taken from something else, speaks of fewer than five homes."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator

import pytest

from owl.consultations.areas import Ward, areas
from owl.consultations.small_groups import FEWEST, Bounds, Tally, nearly_all
from owl.consultations.weighting import Area, groups_of


def tallies(ballots: int, options: int, bounds: Bounds) -> Iterator[Tally]:
    """All that so many ballots can come to."""
    for took in itertools.product(range(ballots + 1), repeat=options):
        if bounds.least * ballots <= sum(took) <= bounds.most * ballots:
            yield Tally(ballots, {f"option {number}": count for number, count in enumerate(took)})


def all_that_is_told(tallies_of_areas: tuple[Tally, ...], bounds: Bounds) -> object:
    """More than any page tells: each group by itself, of which the pages tell sums."""
    areas = [Area(("here",), (f"ward {at}",), 100, tally.ballots) for at, tally in enumerate(tallies_of_areas)]
    groups = groups_of(list(zip(areas, tallies_of_areas, strict=True)), bounds)
    whole = sum(tallies_of_areas, Tally(0, {}))
    return frozenset((option, tuple(parts)) for option, parts in groups.items()), nearly_all(whole, bounds)


# Whoever reads the results knows the rules too, and can try which ballots they may have come from.
@pytest.mark.parametrize(
    ("ballots", "options", "bounds"),
    [
        ((6,), 3, Bounds(1, 1)), ((12,), 3, Bounds(1, 1)), ((12,), 3, Bounds(1, 2)), ((13,), 3, Bounds(0, 2)),
        ((16,), 3, Bounds(1, 1)), ((24,), 3, Bounds(1, 1)), ((20, 23), 2, Bounds(1, 1)), ((10, 11), 2, Bounds(0, 1)),
    ],
)  # fmt: skip
def test_nobody_can_work_out_a_number_below_five_from_all_that_is_told(
    ballots: tuple[int, ...], options: int, bounds: Bounds
) -> None:
    may_be: defaultdict[object, list[tuple[Tally, ...]]] = defaultdict(list)
    for counted in itertools.product(*(tallies(number, options, bounds) for number in ballots)):
        may_be[all_that_is_told(counted, bounds)].append(counted)
    places = [part for size in (1, 2) for part in itertools.combinations(range(len(ballots)), size)]
    for told, ways in may_be.items():
        for place, option in itertools.product(places, ways[0][0].took):
            there = sum(ballots[at] for at in place)
            counts = {sum(way[at].took[option] for at in place) for way in ways}
            small = {count for count in counts if count < FEWEST or there - count < FEWEST}
            assert len(counts) > 1 or not small, f"{option} of {place} is {counts} where {told} is told"


def test_wards_with_few_ballots_are_put_together_until_they_are_many() -> None:
    wards = [("a", 100, 40), ("b", 100, 30), ("c", 80, 4), ("d", 60, 11), ("e", 50, 0), ("nothing", 0, 0)]

    found = areas([Ward("hitchin-urban", *ward) for ward in wards])

    assert [(area.wards, area.homes, area.ballots) for area in found] == [
        (("a",), 100, 40), (("b",), 100, 30), (("c", "d", "e"), 190, 15),
    ]  # fmt: skip


def test_a_neighbourhood_with_few_ballots_is_put_together_with_the_next_larger_one() -> None:
    found = areas(
        [Ward("large", "a", 90, 40), Ward("large", "b", 90, 30), Ward("small", "c", 90, 4), Ward("next", "d", 90, 9)]
    )
    assert [(area.neighbourhoods, area.ballots) for area in found] == [
        (("large",), 40), (("large",), 30), (("next", "small"), 13),
    ]  # fmt: skip


@pytest.mark.parametrize(("homes", "ballots"), [(100, 4), (9, 5), (0, 0)])
def test_where_all_together_are_too_few_nothing_is_told(homes: int, ballots: int) -> None:
    assert areas([Ward("hitchin-urban", "a", homes, ballots)]) == ()
