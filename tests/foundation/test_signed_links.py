"""Tokens of deliveries: ours are read, all others are nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.foundation.signed_links import LINK_LENGTH, Purpose, read_delivery, sign_delivery

KEYS = [b"newest key", b"older key"]
numbers = st.integers(min_value=0, max_value=2**32 - 1)


@given(numbers, numbers, st.sampled_from(Purpose))
def test_a_token_names_its_delivery(message_id: int, seq: int, purpose: Purpose) -> None:
    assert read_delivery(KEYS, purpose, sign_delivery(KEYS, purpose, message_id, seq)) == (message_id, seq)


@given(numbers, numbers, st.data())
def test_a_token_changed_at_any_place_is_refused(message_id: int, seq: int, data: st.DataObject) -> None:
    token = sign_delivery(KEYS, Purpose.FEEDBACK, message_id, seq)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCdef019-_~/ +é").filter(lambda letter: letter != token[place]))
    assert read_delivery(KEYS, Purpose.FEEDBACK, token[:place] + other + token[place + 1 :]) is None


@given(st.text(max_size=80))
def test_any_other_text_is_refused(text: str) -> None:
    assert read_delivery(KEYS, Purpose.FEEDBACK, text) is None


@pytest.mark.parametrize("other", [purpose for purpose in Purpose if purpose is not Purpose.FEEDBACK])
def test_a_token_is_good_for_one_purpose_only(other: Purpose) -> None:
    assert read_delivery(KEYS, other, sign_delivery(KEYS, Purpose.FEEDBACK, 1, 2)) is None


def test_an_older_key_is_accepted_until_its_rotation_ends() -> None:
    token = sign_delivery(KEYS[1:], Purpose.FEEDBACK, 1, 2)
    assert read_delivery(KEYS, Purpose.FEEDBACK, token) == (1, 2)
    assert read_delivery(KEYS[:1], Purpose.FEEDBACK, token) is None


@given(numbers, numbers)
def test_every_token_has_the_length_that_a_text_is_priced_with(message_id: int, seq: int) -> None:
    assert len(sign_delivery(KEYS, Purpose.FEEDBACK, message_id, seq)) == LINK_LENGTH
