"""The short code on each message."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.messages.codes import FIRST, LETTERS, SAMPLE, _written, new_code, read_code

codes = st.builds(
    _written, st.text(FIRST, min_size=2, max_size=2), st.integers(0, 9999).map(lambda number: f"{number:04}")
)


def test_a_code_can_be_read_out_and_looks_like_the_sample() -> None:
    for code in (SAMPLE, *(new_code() for _ in range(200))):
        assert re.fullmatch(r"[B-Z]{2}-[0-9]{4}-[A-Z]", code)
        assert read_code(code) == code
        assert not set(code) & set("IOQ")


@pytest.mark.parametrize(
    "typed",
    ["HN-4821-K", "hn4821k", " HN 4821 K ", "HN\u20114821\u2013K", "H N 4 8 2 1 K", "HN-4B2I-K", "\uff28\uff2e-4821-K",
     "OWL Police HN-4821-K: three sheds were broken into.\nReply: https://owl.example/r/AB1234C5",
     "Code: (HN-4821-K)."],
)  # fmt: skip
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "HN-4821-K"


@pytest.mark.parametrize(
    "typed", ["", "HN", "HN-4821", "HN-4821-L", "AN-4821-K", "1234567", "x" * 100_000, "٤٨٢١", "\0"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert read_code(typed) is None


@given(codes, st.data())
def test_one_wrong_letter_or_digit_shows(code: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([0, 1, 3, 4, 5, 6, 8]))
    wrong = data.draw(st.sampled_from("0123456789" if code[at].isdigit() else LETTERS).filter(lambda s: s != code[at]))
    assert read_code(code[:at] + wrong + code[at + 1 :]) is None


@given(codes, st.sampled_from([(0, 1), (3, 4), (4, 5), (5, 6)]))
def test_two_neighbours_swapped_show(code: str, places: tuple[int, int]) -> None:
    signs = list(code)
    first, second = places
    signs[first], signs[second] = signs[second], signs[first]
    swapped = "".join(signs)
    assert swapped == code or read_code(swapped) is None


@given(st.text(max_size=300))
def test_nothing_typed_breaks_it(typed: str) -> None:
    found = read_code(typed)
    assert found is None or read_code(found) == found
