"""What officers write is shown as they meant it and can carry nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.messages.markdown import as_html, as_text

pieces = [*"ab *_[]()<>#-1.\n!\"'&:/\\`~|", "https://", "HTTPS://", "javascript:", "<script>"]
marks = st.lists(st.sampled_from(pieces), max_size=60).map("".join)


class Reader(HTMLParser):
    """What a browser makes of it: each element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def only_allowed(html: str) -> bool:
    for tag, attributes in Reader(html).elements:
        if tag == "a":
            assert set(attributes) == {"href", "rel"}
            assert (attributes["href"] or "").lower().startswith(("https://", "mailto:", "tel:"))
        else:
            assert tag in {"p", "br", "strong", "em", "ul", "ol", "li", "h2"}
            assert set(attributes) <= ({"start"} if tag == "ol" else set())
    return True


def test_the_whole_subset() -> None:
    words = "# Burglary\n**Lock** *up*\ntonight\n\n- doors\n- sheds\n  1. bikes\n\nSee [our page](https://a.example/x)"
    assert as_html(words) == (
        "<h2>Burglary</h2>\n<p><strong>Lock</strong> <em>up</em><br>\ntonight</p>\n"
        "<ul>\n<li>doors</li>\n<li>sheds\n<ol>\n<li>bikes</li>\n</ol>\n</li>\n</ul>\n"
        '<p>See <a href="https://a.example/x" rel="noopener noreferrer">our page</a></p>\n'
    )
    assert as_text(words) == (
        "Burglary\n\nLock up\ntonight\n\n- doors\n- sheds\n  1. bikes\n\nSee our page (https://a.example/x)"
    )


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](data:text/html;base64,AA)", "[x](http://plain.example)",
     "![x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "[x](JaVaScRiPt:alert(1))", "<https://a\" onload=b>",
     "[x](https://a\"onmouseover=alert(1))", "[x](//evil.example)", "[x](&#106;avascript:alert(1))"],
)  # fmt: skip
def test_nothing_that_acts_gets_through(words: str) -> None:
    assert only_allowed(as_html(words))


@given(marks)
def test_only_allowed_elements_come_out_whatever_goes_in(words: str) -> None:
    assert only_allowed(as_html(words))


@given(st.text(st.characters(exclude_characters="\r\0", categories=["L", "N"]), min_size=1))
def test_plain_words_stay_as_they_are(words: str) -> None:
    assert as_text(words) == words


def test_html_that_is_typed_is_shown_as_typed() -> None:
    assert as_html("a < b & <b>c</b>") == "<p>a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;</p>\n"
    assert as_text("a < b & <b>c</b>") == "a < b & <b>c</b>"


def test_a_link_to_itself_is_written_once_in_plain_text() -> None:
    assert as_text("<https://a.example> [101](tel:101)") == "https://a.example 101"


def test_right_to_left_text_and_emoji_stay() -> None:
    assert as_text("שלום 🦉 **مرحبا**") == "שלום 🦉 مرحبا"


@pytest.mark.parametrize("piece", ["*", "[", "- ", "a\n", "**a", "![[", "[a](", "1. ", "> ", "<", "- a\n", "_a_"])
def test_a_long_body_of_marks_is_rendered_safely(piece: str) -> None:
    words = (piece * 20_000)[:20_000]
    assert only_allowed(as_html(words))
    assert len(as_text(words)) <= 2 * len(words)
