"""A mail that is put together from pieces is the mail that the email package builds."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.delivery.mail_frame import POLICY
from owl.delivery.splicing import Splice

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
tokens = st.text(LETTERS, min_size=32, max_size=32)
FIRST, SECOND = "firstfirstfirstfirstfirstfirst_1", "secondsecondsecondsecondsecond-2"
# Each part of a body may hold no token, one, or several; some lines are longer than any line may be.
runs = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=120),
    st.sampled_from(["x" * 998, "é" * 40, "ж" * 300, "=" * 80, " \t", ".", "..", "\n", "\r\n", "\r", "From ", "--=_"]),
    st.sampled_from([FIRST, SECOND, f"https://example.com/r/{FIRST}", SECOND + FIRST]),
)
bodies = st.lists(runs, max_size=30).map("".join)


def built(text: str, html: str | None, first: str, second: str) -> bytes:
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = "Sheds"
    mail["X-Link"] = f"<{second}>"
    mail.set_content(text.replace(FIRST, first).replace(SECOND, second))
    if html is not None:
        mail.add_alternative(html.replace(FIRST, first).replace(SECOND, second), subtype="html")
        mail.set_boundary("=_boundary")
    return mail.as_bytes()


@given(bodies, st.none() | bodies, tokens, tokens)
def test_a_spliced_mail_is_what_the_email_package_builds(text: str, html: str | None, one: str, two: str) -> None:
    splice = Splice(built(text, html, FIRST, SECOND), [FIRST.encode(), SECOND.encode()])
    assert splice.filled([one.encode(), two.encode()]) == built(text, html, one, two)


@pytest.mark.parametrize(
    ("encoding", "words", "longest"),
    [("7bit", "Sheds", 10), ("quoted-printable", "Sheds " * 40, 80), ("base64", "Сараи взломаны. " * 20, 80)],
)
def test_a_token_is_found_wherever_a_line_of_the_encoding_ends(encoding: str, words: str, longest: int) -> None:
    one, two = "A" * 32, "-_" * 16
    for before in range(longest):
        text = f"{words}\n{'x' * before}{FIRST}{SECOND}\n{words}"
        frame = built(text, text, FIRST, SECOND)
        assert frame.count(f"Content-Transfer-Encoding: {encoding}".encode()) == 2
        splice = Splice(frame, [FIRST.encode(), SECOND.encode()])
        assert splice.filled([one.encode(), two.encode()]) == built(text, text, one, two)
