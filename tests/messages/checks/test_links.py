"""Links lead where they say, and to allowed sites only; what is no plain Markdown is refused with the reason."""

from __future__ import annotations

import pytest

from owl.messages.checks.every_check import faults_in
from owl.messages.checks.finding import Words
from owl.messages.markdown import as_html

ALLOWED = frozenset(("police.uk", "gov.uk", "owl.example.com"))


def faults(body: str, *, title: str = "", sms_text: str = "", by_text: bool = False) -> dict[str, str]:
    return faults_in(Words(None, title, body, sms_text, by_text), ALLOWED)


@pytest.mark.parametrize(
    "words",
    [
        "Read [how to lock up](https://www.herts.police.uk/locks?a=1#x).",
        "The page https://www.gov.uk/share?page=https%3A%2F%2Fwww.police.uk%2Flocks&n=1 is ours too.",
        "See <https://gov.uk/locks> or https://www.gov.uk/bins.",
        "Write to report@phishing.gov.uk or [ring](tel:101), [or](mailto:report@phishing.gov.uk?subject=Sheds).",
        "[www.police.uk](https://www.police.uk/) and police.uk/hitchin",
        "At 12.30pm.Then at 3 p.m. Sheds, e.g. yours.Lock up",
        "2 < 3 and 5 > 4, AT&T, R&D; [brackets] (and more), 1) one",
        "Żółć, Ştefan and Łódź are words; \u041f\u043e\u0447\u0442\u0430 alone too.",
    ],
)
def test_plain_links_and_words_go_out(words: str) -> None:
    assert faults(words) == {}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("[locks](https://example.com)", "not on the list"),
        ("See example.com/locks", "not on the list"),
        ("See www.police.uk.example.net.", "not on the list"),
        ("https://notpolice.uk", "not on the list"),
        ("Write to anna@mail.example.com", "not on the list"),
        ("[ring](tel:+449098790000)", "costs callers money"),
        ("http://www.police.uk", "does not begin with https"),
        ("https:\\\\evil.com", "does not begin with https"),
        ("[a](https://www.police.uk@evil.com/)", "hides where it leads"),
        ("https://www.police.uk\\@evil.com", "hides where it leads"),
        ("https://bit.ly/2abc and bit.do/x", "hides where it leads"),
        ("[a](https://192.168.0.1/)", "no name of a site"),
        ("[a](https://3232235521/)", "no name of a site"),
        ("[a](https://localhost/)", "no name of a site"),
        ("[a](https://www.police.uk:8080/)", "no name of a site"),
        ("[a](https://www.p\u043elice.uk/)", "Cyrillic"),  # an o of another alphabet
        ("www.p\u043elice.uk", "Cyrillic"),
        ("[a](https://xn--plice-6qf.uk/)", "only looks like ours"),
        ("https://evil\u3002com/a", "only looks like ours"),
        ("ev\u200bil.com", "not on the list"),
        ("[https://www.police.uk](https://www.gov.uk/x)", "reads"),
        ("[a](https://www.gov.uk/go?to=https://evil.com/x)", "lead on"),
        ("https://www.gov.uk/go?to=https%253A%252F%252Fevil.com", "lead on"),
        ("https://www.gov.uk/go?a=1&to=//evil.com", "lead on"),
        ("https://www.gov.uk//evil.com", "lead on"),
        ("https://www.gov.uk/web/https:/www.police.uk@evil.com/", "lead on"),
    ],
)
def test_links_that_may_mislead_are_refused_with_the_reason(words: str, why: str) -> None:
    assert why in faults(words).get("body", "")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("<b>Lock up</b>", "“<b>”"),
        ("<script>alert(1)</script>", "“<script>”"),
        ("<img src=x onerror=alert(1)>", "“<img"),
        ("Lock&nbsp;up", "“&nbsp;”"),
        ("[a](javascript:alert(1))", "makes no link"),
        ("[a](data:text/html,x)", "makes no link"),
        ("![a van](https://www.police.uk/van.jpg)", "Pictures"),
        ("L\u043eck up", "two alphabets"),  # an o of another alphabet
    ],
)
def test_what_people_would_see_as_it_was_typed_is_refused(words: str, why: str) -> None:
    assert why in faults(words).get("body", "")


def test_each_part_that_goes_out_is_looked_at_and_answered_beside_its_field() -> None:
    bad = "See evil.com/x"
    assert set(faults("Fine.", title=bad, sms_text=bad, by_text=True)) == {"title", "sms_text"}
    assert set(faults("Fine.", sms_text=bad)) == set()  # it is not sent


@pytest.mark.parametrize(
    "words", ['[a](https://gov.uk/"onclick=x)', "[a](https://gov.uk/'><b>)", "**<https://gov.uk/>**"]
)
def test_what_goes_through_is_harmless_as_html(words: str) -> None:
    assert faults(words) or "onclick=" not in as_html(words).replace("%22onclick=", "")
