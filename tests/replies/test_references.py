"""References of replies, read out and written down again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.replies.references import reference_of, reply_named

ids = st.integers(min_value=1, max_value=10**9)


@given(ids)
def test_a_reference_names_its_reply_however_it_is_spelt(reply_id: int) -> None:
    reference = reference_of(reply_id)
    for spelt in (reference, reference.lower(), reference.replace("-", " "), f"  {reference[1:]} "):
        assert reply_named(spelt) == reply_id


def test_a_reference_looks_like_this() -> None:
    assert reference_of(572) == "R572-4"  # the published example of the check digit


@given(ids, st.data())
def test_one_wrong_digit_names_no_reply(reply_id: int, data: st.DataObject) -> None:
    reference = reference_of(reply_id)
    place = data.draw(st.sampled_from([i for i, letter in enumerate(reference) if letter.isdigit()]))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != reference[place]))
    assert reply_named(reference[:place] + wrong + reference[place + 1 :]) is None


@given(st.integers(min_value=10, max_value=10**9), st.data())
def test_two_neighbours_swapped_name_no_reply(reply_id: int, data: st.DataObject) -> None:
    digits = reference_of(reply_id)[1:].replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert swapped == digits or reply_named(swapped) is None


@pytest.mark.parametrize("text", ["", "R", "R-", "1", "hello", "R12x-4", "R" + "9" * 40, "٣٤٥", "R1042-3\n\0"])
def test_other_text_names_no_reply(text: str) -> None:
    assert reply_named(text) is None


@given(st.text(max_size=30))
def test_no_text_makes_it_fail(text: str) -> None:
    reply_named(text)
