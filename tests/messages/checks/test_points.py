"""Hints beside the words: what a good alert says is found, what it lacks is named."""

from __future__ import annotations

import time

import pytest

from owl.households.choices import Kind
from owl.messages.checks.every_check import look_over
from owl.messages.checks.finding import Weight, Words
from owl.messages.checks.points import NEEDED, POINTS, points_of


def missing(body: str, kind: Kind | None = Kind.CRIME_ALERT) -> list[str]:
    return [point.name for point in points_of(Words(kind, "", body)) if point.weight is Weight.MIND]


def test_a_good_alert_lacks_nothing_and_an_empty_one_all() -> None:
    words = "Residents told us that sheds in Walsworth were broken into on Saturday night. Please check your locks."
    assert missing(words) == []
    assert missing("") == list(POINTS)
    assert missing("", None) == list(POINTS)


def test_each_kind_is_asked_for_what_it_needs_and_no_more() -> None:
    assert missing("", Kind.GOOD_NEWS) == ["Where it happened", "How you know"]
    assert all(set(needed) <= set(POINTS) for needed in NEEDED.values())


@pytest.mark.parametrize(
    ("point", "there", "not_there"),
    [
        ("When it happened", "at 22:30|2.15|3pm|last night|on 4th of November|This morning", "once|in time"),
        ("Where it happened", "near Hitchin|Bancroft Road|in the Swan", "on Saturday|in a shed"),
        (
            "What the danger is",
            "sheds were broken into|a break-in|two bikes stolen|scams|burglaries",
            "a meeting|a break",
        ),
        ("How you know", "residents told|Officers found|CCTV shows", "it is said"),
        ("What people can do", "Please look|don’t open|Ring 101", "it was night"),
    ],
)
def test_points_are_found_however_they_are_written(point: str, there: str, not_there: str) -> None:
    assert [words for words in there.split("|") if point in missing(words)] == []
    assert [words for words in not_there.split("|") if point not in missing(words)] == []


@pytest.mark.parametrize(
    "piece", ["in the ", "1", "A ", "Anna ", "a.", "<a ", "[a](", "x@", "https://", "named as ", "ПA", "!!"]
)
def test_long_words_are_looked_at_in_a_moment(piece: str) -> None:
    started = time.process_time()
    look_over(Words(None, piece * 100, piece * 20_000, piece * 1_000, by_text=True), frozenset(("gov.uk",)))
    assert time.process_time() - started < 5  # minutes, if it grew with the square of its length
