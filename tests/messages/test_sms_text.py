"""Segments are what the provider bills, so they are held to a slow model written another way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.messages.sms_text import BASIC, EXTENSION, Encoding, cheaper_text, foreign_characters, measure, plain

gsm_letters = st.sampled_from(sorted(BASIC | EXTENSION))
gsm_texts = st.text(gsm_letters, max_size=500)
wide_texts = st.text(st.sampled_from("ab😀\u4e2d🦉é€ё"), max_size=300)
any_texts = st.one_of(gsm_texts, wide_texts, st.text(max_size=200))


def fewest_segments(text: str) -> int:
    """The fewest parts that the text can be cut into, tried from every cut backwards."""
    if all(letter in BASIC | EXTENSION for letter in text):
        atoms = ["\x1b" + letter if letter in EXTENSION else letter for letter in text]
        lengths = [len(atom) for atom in atoms]
        alone, part = 160, 153
    else:
        lengths = [len(letter.encode("utf-16-be", "surrogatepass")) for letter in text]
        alone, part = 140, 134
    if not text:
        return 0
    if sum(lengths) <= alone:
        return 1
    fewest = [0] * (len(lengths) + 1)
    for start in range(len(lengths) - 1, -1, -1):
        end, size, best = start, 0, len(lengths)
        while end < len(lengths) and size + lengths[end] <= part:
            size += lengths[end]
            end += 1
            best = min(best, 1 + fewest[end])
        fewest[start] = best
    return fewest[0]


@given(any_texts)
def test_the_count_is_that_of_the_slow_model(text: str) -> None:
    assert measure(text).segments == fewest_segments(text)


@given(any_texts)
def test_what_is_used_and_what_is_left_make_a_segment(text: str) -> None:
    length = measure(text)
    size = length.encoding.alone if length.segments <= 1 else length.encoding.in_a_part
    assert length.used + length.left == size
    assert length.left >= 0


@given(gsm_texts, gsm_letters)
def test_one_more_character_never_makes_a_text_cheaper(text: str, more: str) -> None:
    assert measure(text + more).segments >= measure(text).segments


@pytest.mark.parametrize(
    ("text", "encoding", "segments", "left"),
    [
        ("", Encoding.GSM_7, 0, 160),
        ("a" * 160, Encoding.GSM_7, 1, 0),
        ("a" * 161, Encoding.GSM_7, 2, 145),
        ("€" * 80, Encoding.GSM_7, 1, 0),
        ("a" * 152 + "€" + "a" * 10, Encoding.GSM_7, 2, 141),
        ("a" * 152 + "€" + "a" * 151 + "€", Encoding.GSM_7, 3, 151),  # both pairs would have been split
        ("é" * 70 + "ё", Encoding.UCS_2, 2, 63),
        ("ё" * 70, Encoding.UCS_2, 1, 0),
        ("😀" * 35, Encoding.UCS_2, 1, 0),
        ("a" * 66 + "😀" + "a" * 5, Encoding.UCS_2, 2, 60),  # the pair moves on whole
        ("£éàÇ@\n", Encoding.GSM_7, 1, 154),
    ],
)
def test_known_texts(text: str, encoding: Encoding, segments: int, left: int) -> None:
    length = measure(text)
    assert (length.encoding, length.segments, length.left) == (encoding, segments, left)


@pytest.mark.parametrize("letter", list("\u2018\u2019\u201c\u201d\u2013\u2014\u00a0\u200b`\tç\u2026"))
def test_a_letter_that_makes_a_text_dear_has_a_plain_form(letter: str) -> None:
    assert measure(letter).encoding is Encoding.UCS_2
    offered = cheaper_text("a" * 100 + letter)
    assert offered is not None
    assert measure(offered).encoding is Encoding.GSM_7


def test_nothing_is_offered_where_nothing_is_won() -> None:
    assert cheaper_text("Plain words.") is None
    assert cheaper_text("\u2018Owl\u2019 🦉") is None


@given(st.one_of(gsm_texts, wide_texts, st.text(st.sampled_from("ce\u00e7\u2019\u2026\u200b\u0301"), max_size=8)))
def test_the_plain_form_is_found_at_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(gsm_texts)
def test_a_text_that_is_plain_already_stays(text: str) -> None:
    assert plain(text) == text


def test_the_characters_that_make_it_dear_are_named_once() -> None:
    assert foreign_characters("\u2019a\u2019🦉") == ["\u2019", "🦉"]
