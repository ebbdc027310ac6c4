"""What a text asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.foundation.errors import BadInput
from owl.replies.texted import Texted, Wish, postcode_in, read_text


@pytest.mark.parametrize(
    ("body", "wish", "rest"),
    [
        ("STOP", Wish.STOP, ""),
        (" stop. ", Wish.STOP, ""),
        ("“Stop”", Wish.STOP, ""),
        ("„stop.”", Wish.STOP, ""),
        ("*Stop* 👍", Wish.STOP, ""),
        ("S.T.O.P", Wish.STOP, ""),
        ("\uff33\uff34\uff2f\uff30\u200b…", Wish.STOP, ""),
        ("opt-out", Wish.STOP, ""),
        ("stop all!", Wish.STOP, ""),
        ("Please stop", Wish.STOP, ""),
        ("un-stop", Wish.START, ""),
        ("Start", Wish.START, ""),
        ("yes!", Wish.YES, ""),
        ("help", Wish.HELP, ""),
        ("join sg5 1sd", Wish.JOIN, "sg5 1sd"),
        ("JOIN: SG51SD please", Wish.JOIN, "SG51SD please"),
        ("Join", Wish.JOIN, ""),
        ("SG5 1SD", Wish.JOIN, "SG5 1SD"),
        ("Move SG6 1AA", Wish.MOVE, "SG6 1AA"),
        ("postcode sg6 1aa", Wish.MOVE, "sg6 1aa"),
        ("Please stop the noise next door", Wish.SAY, "Please stop the noise next door"),
        ("Joining in October?", Wish.SAY, "Joining in October?"),
        ("", Wish.SAY, ""),
    ],
)
def test_a_text_is_understood(body: str, wish: Wish, rest: str) -> None:
    assert read_text(body) == Texted(wish, rest)


@pytest.mark.parametrize("rest", ["sg5 1sd", "SG51SD", "SG5 1SD please", "SG51SD, thank you", "'SG5 1SD'."])
def test_a_postcode_is_found_at_the_beginning(rest: str) -> None:
    assert postcode_in(rest) == "SG5 1SD"


@pytest.mark.parametrize("rest", ["", "please", "12 High Street", "x" * 10_000, "\0"])
def test_what_holds_no_postcode_is_refused(rest: str) -> None:
    with pytest.raises(BadInput):
        postcode_in(rest)


@given(st.text(max_size=300))
def test_nothing_texted_breaks_it(body: str) -> None:
    assert read_text(body).wish in set(Wish)
