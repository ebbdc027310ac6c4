"""What a stolen dump shows, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import new_contact_keys
from owl.foundation.encryption import KeyRing, Undecipherable

RING = KeyRing.parse(new_contact_keys())


@given(st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert RING.decrypt(RING.encrypt(text, context="a.b"), context="a.b") == text


@given(st.text(min_size=4))
def test_sealed_text_does_not_show_the_text_and_is_new_each_time(text: str) -> None:
    first, second = RING.encrypt(text, context="a.b"), RING.encrypt(text, context="a.b")
    assert text.encode() not in first
    assert first != second


def test_text_moved_to_another_column_or_altered_does_not_open() -> None:
    sealed = RING.encrypt("joan@example.com", context="contact_point.address")
    with pytest.raises(Undecipherable):
        RING.decrypt(sealed, context="subscriber.name")
    with pytest.raises(Undecipherable):
        RING.decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]), context="contact_point.address")


def test_old_text_is_read_after_a_new_key_comes_first_and_its_index_stays() -> None:
    old = new_contact_keys()
    data, index = old.split(",")
    added = new_contact_keys().split(",")[0].replace("k1:", "k2:")
    before, after = KeyRing.parse(old), KeyRing.parse(f"{added},{data},{index}")
    sealed = before.encrypt("joan@example.com", context="a.b")
    assert after.decrypt(sealed, context="a.b") == "joan@example.com"
    assert after.encrypt("x", context="a.b").startswith(b"k2:")
    assert after.blind_index("x", context="email") == before.blind_index("x", context="email")


def test_text_of_a_retired_key_says_so() -> None:
    sealed = KeyRing.parse(new_contact_keys().replace("k1:", "gone:")).encrypt("x", context="a.b")
    with pytest.raises(Undecipherable, match="not in the ring"):
        RING.decrypt(sealed, context="a.b")


def test_the_same_address_in_two_channels_has_two_indexes() -> None:
    assert RING.blind_index("x", context="email") != RING.blind_index("x", context="sms")


@pytest.mark.parametrize("text", ["", "k1:", "k1:c2hvcnQ=", "k1", "k1:" + "QUJD" * 10 + "QUE=", "index:%%%"])
def test_a_broken_ring_is_refused_without_repeating_a_key(text: str) -> None:
    with pytest.raises(ValueError, match="ring") as refusal:
        KeyRing.parse(text)
    assert text == "" or text.partition(":")[2] == "" or text.partition(":")[2] not in str(refusal.value)
