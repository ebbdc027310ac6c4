"""What may be typed: kept as a draft, refused with a sentence, or ready to be approved."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from owl.foundation.errors import BadInput
from owl.foundation.languages import Language
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.messages.audience import Audience
from owl.messages.codes import SAMPLE
from owl.messages.draft import Draft
from owl.messages.sms_text import Encoding
from owl.messages.translations import Translation
from owl.messages.word_rules import LONGEST_BODY, LONGEST_TITLE, measure_framed
from tests.factories import NOW
from tests.messages.drafts import HITCHIN_AREA, draft

URL = "https://owl.example.com"
BY_TEXT = Audience.of([HITCHIN_AREA], channels=[Channel.EMAIL, Channel.SMS])


def faults(shown: Draft) -> dict[str, str]:
    try:
        shown.tidied().check_ready(public_url=URL, now=NOW)
    except BadInput as refusal:
        return refusal.fields
    return {}


def test_a_whole_draft_is_ready() -> None:
    assert faults(draft()) == {}
    assert faults(draft(audience=BY_TEXT, sms_text="Sheds broken into. Check locks.")) == {}


def test_every_fault_is_told_at_once() -> None:
    empty = draft(title=" ", body="\r\n", audience=Audience.of([], channels=[]), valid_until=NOW)
    assert set(faults(empty)) == {"title", "body", "include", "channels", "valid_until"}


def test_a_translation_is_whole_or_there_is_none(app: Flask) -> None:
    def translated(title: str, body: str, text: str = "", **changed: Any) -> Draft:
        return draft(translations=(Translation(Language.POLISH, title, body, text),), **changed)

    by_text: dict[str, Any] = {"audience": BY_TEXT, "sms_text": "Check your locks."}
    with app.app_context():
        for shown, fields in (
            (translated(" ", "\r\n"), set()),
            (translated("Szopy", "Zamki."), set()),
            (translated("Szopy", ""), {"body_pl"}),
            (translated("", "Zamki."), {"title_pl"}),
            (translated("a" * 121, "b" * 10_001), {"title_pl", "body_pl"}),
            (translated("Szopy", "\u202eZamki."), {"body_pl"}),
            (translated("Szopy", "Zamki.", **by_text), {"sms_text_pl"}),
            (translated("Szopy", "Zamki.", "Zamki.", **by_text), set()),
            (translated("Szopy", "Zamki.", "ż" * 250, **by_text), {"sms_text_pl"}),  # five segments
        ):
            assert set(faults(shown)) == fields
        assert "In Polish: Write the message." in faults(translated("Szopy", ""))["body_pl"]


@pytest.mark.parametrize("title", ["Sheds\r\nBcc: all@example.com", "Sheds\nopen", "Sheds\ropen"])
def test_a_title_with_a_line_end_is_refused(title: str) -> None:
    assert faults(draft(title=title)) == {"title": "The title must be on one line."}


@pytest.mark.parametrize("letter", ["\0", "\x1b", "\x7f", "\u202e", "\u2066", "\ud800", "\x85"])
@pytest.mark.parametrize("field", ["title", "body", "sms_text"])
def test_hidden_characters_are_refused_in_every_field(letter: str, field: str) -> None:
    assert "hidden characters" in faults(draft(**{field: f"Sheds{letter}open"}))[field]


@pytest.mark.parametrize(
    "words", ["🦉 Sheds 👩‍👧", "שלום עולם", "مرحبا بالعالم", "Zażółć gęślą jaźń", "<b>& 'quotes\""]
)
def test_any_script_and_emoji_are_welcome(words: str) -> None:
    shown = draft(title=words, body=words, sms_text=words, audience=BY_TEXT)
    assert faults(shown) == {}
    assert shown.tidied() == shown


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_ready_or_refused_with_a_sentence_for_its_field(title: str, body: str, sms: str) -> None:
    found = faults(draft(title=title, body=body, sms_text=sms, audience=BY_TEXT))
    assert set(found) <= {"title", "body", "sms_text"}
    assert all(sentence.endswith(".") for sentence in found.values())


@given(st.text(), st.text(), st.text())
def test_tidying_twice_is_tidying_once(title: str, body: str, sms: str) -> None:
    once = draft(title=title, body=body, sms_text=sms).tidied()
    assert once.tidied() == once
    assert "\r" not in once.body


def test_too_much_is_refused_with_the_limit_and_soon() -> None:
    started = time.process_time()
    found = faults(draft(title="a" * (LONGEST_TITLE + 1), body="*" * 100_000, sms_text="[" * 100_000))
    assert time.process_time() - started < 5  # minutes, if it grew with the square of its length
    assert set(found) == {"title", "body", "sms_text"}
    assert "100,000 characters long. Use 10,000 or fewer" in found["body"]
    assert faults(draft(body="a" * LONGEST_BODY)) == {}


@pytest.mark.parametrize("words", ["Сараи взломаны. ", "তিনটি শেড ভাঙা হয়েছে। ", "- a\n"])
def test_words_that_make_a_heavy_mail_are_refused_with_its_weight(words: str) -> None:
    body = (words * LONGEST_BODY)[:LONGEST_BODY]
    assert "KB, and it may have 30. Shorten it" in faults(draft(body=body))["body"]
    assert faults(draft(body=body[:2_500])) == {}


def test_a_text_that_needs_many_segments_is_refused_with_their_number() -> None:
    assert "needs 5 texts" in faults(draft(audience=BY_TEXT, sms_text="a" * 600))["sms_text"]
    assert "needs 5 texts" in faults(draft(audience=BY_TEXT, sms_text="ё" * 200))["sms_text"]
    assert faults(draft(audience=BY_TEXT, sms_text=""))["sms_text"].startswith("Write the text")
    assert faults(draft(sms_text="a" * 600)) == {}  # not sent as a text


def test_the_count_is_of_what_is_sent_with_who_writes_and_where_to_answer() -> None:
    length = measure_framed("Sheds open.", public_url=URL)
    assert length.encoding is Encoding.GSM_7
    assert length.used == len(f"OWL Police {SAMPLE}: Sheds open.\nReply: {URL}/r/{'x' * 32}\nTo end texts STOP")


@pytest.mark.parametrize(
    ("kind", "after", "told"),
    [
        (Kind.CRIME_ALERT, None, ""),
        (Kind.CRIME_ALERT, timedelta(minutes=1), ""),
        (Kind.CRIME_ALERT, timedelta(0), "in the future"),
        (Kind.CRIME_ALERT, timedelta(days=400), "a year at most"),
        (Kind.CONSULTATION_INVITATION, None, "when the consultation closes"),
        (Kind.CONSULTATION_INVITATION, timedelta(days=28), ""),
    ],
)
def test_validity_ends_in_the_future_and_a_consultation_has_an_end(kind: Kind, after: Any, told: str) -> None:
    found = faults(draft(kind=kind, valid_until=None if after is None else NOW + after))
    assert told in found.get("valid_until", "")
    assert bool(found) == bool(told)


@pytest.mark.parametrize(
    ("send_at", "valid_until", "fault"),
    [
        (NOW, None, "in the future"),
        (NOW + timedelta(days=91), None, "within the next 90 days"),
        (NOW + timedelta(hours=2), NOW + timedelta(hours=2), "no longer valid"),
        (NOW + timedelta(hours=2), NOW + timedelta(hours=3), None),
        (None, None, None),
    ],
)
def test_a_message_starts_in_the_future_while_it_is_valid(
    send_at: datetime | None, valid_until: datetime | None, fault: str | None
) -> None:
    timed = draft(send_at=send_at, valid_until=valid_until)
    if fault is None:
        timed.check_ready(public_url="https://owl.example.com", now=NOW)
    else:
        with pytest.raises(BadInput, match=fault) as told:
            timed.check_ready(public_url="https://owl.example.com", now=NOW)
        assert set(told.value.fields) == {"send_at"}
