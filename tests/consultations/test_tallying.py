"""Shares, weights and places, against numbers worked out by hand; and nothing told of fewer than five homes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.consultations.consultation_models import Source
from owl.consultations.counted_answers import items_of
from owl.consultations.figures import Figures, OptionFigures, figures_of
from owl.consultations.intervals import Interval, Place, places, wilson
from owl.consultations.questions import read_questions
from owl.consultations.small_groups import FEWEST
from owl.consultations.tallying import Counted, tally
from owl.consultations.weighting import Area, Group, estimate

LIST = [{"id": name, "text": name.upper()} for name in "abcd"]
QUESTIONS = read_questions(
    [
        {"id": "q1", "type": "choose", "text": "What?", "options": LIST, "most": 2, "required": True},
        {"id": "q2", "type": "rank", "text": "In which order?", "options": LIST},
        {"id": "q3", "type": "scale", "text": "How safe?", "from": 1, "to": 3},
        {"id": "q4", "type": "statements", "text": "Agree?", "statements": [{"id": "s1", "text": "It is dark."}]},
        {"id": "q5", "type": "words", "text": "Anything else?"},
    ]
)


def ballots(number: int, ward: str, source: Source = Source.INVITED, **answers: Any) -> list[Counted]:
    return [Counted(source, "hitchin-urban", ward, answers)] * number


def option(figures: Figures, name: str, *, item: int = 0) -> OptionFigures:
    return next(one for one in figures.items[item].options if one.option == name)


# Newcombe (1998), https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3.
@pytest.mark.parametrize(
    ("took", "ballots", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)]
)
def test_intervals_are_those_of_the_published_examples(took: int, ballots: int, low: float, high: float) -> None:
    found = wilson(took / ballots, ballots)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_weighted_share_is_what_it_comes_to_by_hand() -> None:
    def group(homes: int, ballots: int, took: int) -> Group:
        return Group((Area(("here",), ("ward",), homes, ballots),), took)

    found = estimate([group(300, 50, 20), group(100, 40, 30)])

    # 3/4 of 40 % and 1/4 of 75 %. Variance 9/16 0.24/50 + 1/16 0.1875/40 = 0.002993, as of 83.477 plain ballots.
    assert found.share == pytest.approx(0.4875)
    assert found.interval.low == pytest.approx(wilson(0.4875, 83.477).low, abs=1e-6)
    assert found.interval.high == pytest.approx(wilson(0.4875, 83.477).high, abs=1e-6)
    assert estimate([group(300, 50, 20)]).interval.high == pytest.approx(wilson(0.4, 50).high)


def test_a_place_is_as_sure_as_its_interval_is_apart_from_the_others() -> None:
    shares = [(0.5, Interval(0.45, 0.55)), (0.4, Interval(0.35, 0.46)), (0.1, Interval(0.05, 0.2))]
    assert places(shares) == [Place(1, 1, 2), Place(2, 1, 2), Place(3, 3, 3)]
    assert places(shares, above=1)[0] == Place(2, 2, 3)


def test_a_ward_that_is_heard_less_weighs_as_many_homes_as_it_has() -> None:
    cast = ballots(60, "near", q1=["a"]) + ballots(20, "near", q1=["b"])
    cast += ballots(10, "far", q1=["a"]) + ballots(10, "far", q1=["b"])

    found = tally(QUESTIONS[:1], cast, {("hitchin-urban", "near"): 100, ("hitchin-urban", "far"): 300})

    first = option(found, "a")
    assert (first.ballots, first.groups) == (70, 2)
    assert first.raw is not None
    assert first.weighted is not None
    assert first.raw.share == pytest.approx(0.7)
    assert first.weighted.share == pytest.approx(1 / 4 * 3 / 4 + 3 / 4 * 1 / 2)
    assert (first.raw.rank, option(found, "b").raw.rank) == (1, 2)  # type: ignore[union-attr]
    assert option(found, "c") == OptionFigures("c")  # nobody took it, which nobody is told


def test_each_kind_of_question_is_counted_by_what_a_ballot_takes() -> None:
    items = {(item.question, item.statement): item for item in items_of(QUESTIONS)}
    answers = {"q1": ["a", "c"], "q2": ["d", "c", "a"], "q3": 2, "q4": {"s1": "agree"}, "q5": "No."}

    assert {key: list(item.taken(answers)) for key, item in items.items()} == {
        ("q1", None): ["a", "c"], ("q2", None): ["d", "c"], ("q3", None): ["2"], ("q4", "s1"): ["agree"],
    }  # fmt: skip
    assert all(list(item.taken({})) == [] for item in items.values())


def test_ways_in_are_counted_apart_and_a_way_of_four_is_not_counted() -> None:
    cast = ballots(20, "near", q1=["a"]) + ballots(12, "", Source.OPEN, q1=["b"])
    found = tally(QUESTIONS[:1], cast + ballots(4, "", Source.PAPER, q1=["a"]), {("hitchin-urban", "near"): 90})

    assert found.ballots == {Source.INVITED: 20, Source.OPEN: 12, Source.PAPER: None}
    assert [(item.source, item.ballots) for item in found.items] == [(Source.INVITED, 20), (Source.OPEN, 12)]
    assert option(found, "a").nearly_all
    assert option(found, "b", item=1).nearly_all
    assert {one.weighted for one in found.of(Source.OPEN)[0].options} == {None}


def test_in_several_neighbourhoods_each_is_told_by_itself_where_it_may() -> None:
    places = {"one": (30, 25), "two": (25, 15), "three": (14, 12)}
    cast = [
        Counted(Source.INVITED, place, "ward", {"q1": ["a"] if at < half else ["b"]})
        for place, (number, half) in places.items()
        for at in range(number)
    ]

    found = tally(QUESTIONS[:1], cast, {(place, "ward"): 100 for place in places})

    assert found.neighbourhoods == {"one": 30, "three": 14, "two": 25}
    assert option(found, "a").neighbourhoods == {}  # of "three", two alone did not take it
    assert option(found, "a").ballots == 52


wards = st.sampled_from(["near", "far", "hill", None])
ANSWERS = st.fixed_dictionaries(
    {
        "q1": st.lists(st.sampled_from("abcd"), min_size=1, max_size=2, unique=True),
        "q2": st.permutations("abcd"),
        "q4": st.sampled_from(["agree", "agree", "agree", "disagree", "pass"]).map(lambda stance: {"s1": stance}),
    },
    optional={"q3": st.integers(1, 3)},
)
BALLOTS = st.lists(st.builds(Counted, st.sampled_from(Source), st.just("hitchin-urban"), wards, ANSWERS), max_size=150)


@given(BALLOTS, st.integers(0, 60))
def test_no_figure_is_below_five_nor_leaves_less_over(cast: list[Counted], homes: int) -> None:
    found = tally(QUESTIONS, cast, dict.fromkeys([("hitchin-urban", "near"), ("hitchin-urban", "far")], homes))

    assert figures_of(json.loads(json.dumps(found.to_json()))) == found
    assert all(count is None or count >= FEWEST for count in found.ballots.values())
    assert all(area.ballots >= FEWEST and area.homes - area.ballots >= FEWEST for area in found.areas)
    for item in found.items:
        told = [one for one in item.options if one.ballots is not None]
        assert all(FEWEST <= one.ballots <= item.ballots - FEWEST for one in told if one.ballots)
        assert all((one.raw is None) == (one.ballots is None) for one in item.options)
        if item.statement:
            left_over = item.ballots - sum(one.ballots or 0 for one in told)
            assert len(told) == len(item.options) or left_over >= FEWEST
