"""Answers, cut from bytes that come in any pieces."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.delivery.providers import Result
from owl.delivery.smtp.limits import LONGEST_REPLY, LONGEST_REPLY_LINE
from owl.delivery.smtp.replies import Garbage, ReplyReader, code_of, refusal

SAID = [b"220 x\r\n", b"250-a\r\n250-b\r\n250 c\r\n", b"354 \r\n", b"550\r\n", b"250 bare\n"]


@given(st.lists(st.sampled_from(SAID)), st.lists(st.integers(1, 20)))
def test_answers_are_the_same_in_whatever_pieces_they_come(said: list[bytes], sizes: list[int]) -> None:
    stream, reader, heard = b"".join(said), ReplyReader(), []
    for size in [*sizes, len(stream)]:
        heard += reader.feed(stream[:size])
        stream = stream[size:]
    assert [reply.replace(b"\r", b"") for reply in heard] == [
        one.replace(b"\r", b"").removesuffix(b"\n") for one in said
    ]
    assert not reader.holds_more


@given(st.binary(max_size=200))
def test_nothing_but_answers_or_garbage_comes_of_any_bytes(said: bytes) -> None:
    with suppress(Garbage):
        assert all(reply[:3].isdigit() for reply in ReplyReader().feed(said))


@pytest.mark.parametrize(
    "said",
    [
        b"hello\r\n",
        b"\r\n",
        b"25\r\n",
        b"250_x\r\n",
        b"250-a\r\n550 b\r\n",
        b"250 " + b"x" * LONGEST_REPLY_LINE + b"\r\n",
        b"x" * (LONGEST_REPLY_LINE + 1),
        b"250-x\r\n" * LONGEST_REPLY,
    ],
)
def test_what_is_no_answer_is_garbage_and_memory_has_an_end(said: bytes) -> None:
    with pytest.raises(Garbage):
        list(ReplyReader().feed(said))


def test_answers_before_garbage_are_heard() -> None:
    heard = []
    with pytest.raises(Garbage):
        heard.extend(ReplyReader().feed(b"250 taken\r\nHTTP/1.1\r\n"))
    reader = ReplyReader().feed(b"250 taken\r\nHTTP/1.1\r\n")
    assert next(reader) == b"250 taken\r"


@pytest.mark.parametrize(
    ("reply", "result", "fault"),
    [
        (b"550 5.1.1 <joan@example.com>: nobody", Result.PERMANENT, "550 5.1.1"),
        (b"550-5.1.1 nobody\n550 5.1.1 here", Result.PERMANENT, "550 5.1.1"),
        (b"550 joan at 10.5.1.1 is nobody", Result.PERMANENT, "550"),
        (b"550 No such user (5.1.1)", Result.PERMANENT, "550 5.1.1"),
        (b"554 Mail from 5.1.2.3 refused", Result.PERMANENT, "554"),
        (b"552 5.2.2 mailbox full", Result.TEMPORARY, "552 5.2.2"),
        (b"550 4.2.2 full", Result.PERMANENT, "550"),
        (b"451 4.7.1 later", Result.TEMPORARY, "451 4.7.1"),
        (b"450", Result.TEMPORARY, "450"),
        (b"530 5.7.0 Authentication required", Result.NOT_NOW, "530 5.7.0"),
        (b"535 5.7.8 who are you?", Result.NOT_NOW, "535 5.7.8"),
    ],
)
def test_a_refusal_is_for_good_or_for_now_or_of_us_and_keeps_its_codes_alone(
    reply: bytes, result: Result, fault: str
) -> None:
    assert code_of(reply) == fault
    assert refusal(1, reply).result is result
