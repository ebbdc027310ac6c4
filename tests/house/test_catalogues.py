"""What is translated is whole, and says in each language what it says in English."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask

from owl.foundation.languages import CATALOGUES, Language, speaking
from owl.messages.sms_frame import frame_digest, frame_text, sample_link
from owl.messages.sms_text import foreign_characters, measure
from tests.house.sentences import Sentence, sentences

OTHERS = [language for language in Language if language is not Language.ENGLISH]
# Joining, leaving and verifying, what stands around every message, and what may go wrong on the way.
WHOLE = (
    "templates/error.html",
    "templates/layout.html",
    "templates/messages/",
    *(f"templates/notices/{name}." for name in ("address_added", "already_known", "answer", "magic_link")),
    "templates/notices/prove_",
    "templates/partials/",
    "templates/public/join/",
    "templates/public/verify/",
    "templates/public/unsubscribe/",
    *(f"templates/public/{name}.html" for name in ("cookie_banner", "footer", "languages", "layout", "quick_exit")),
    "templates/public/current.html",
    "templates/public/open_data.html",
    *(f"templates/public/{part}/" for part in ("neighbourhoods", "places", "published")),
    "owl/reports/came_of.py",
    *(f"templates/public/pages/{name}.html" for name in ("cookies", "home")),
    "templates/public/priorities/",
    *(
        f"templates/public/my/{name}.html"
        for name in ("ask", "ended", "homes", "leave", "open", "page", "reading", "sent")
    ),
    "templates/public/consultations/",
    "templates/public/feeds.html",
    *(f"templates/public/reply/{name}.html" for name in ("danger", "ended", "page", "rating", "thanks", "words")),
    "owl/consultations/",
    "templates/public/my/fewer_field.html",
    "owl/delivery/digests/contents.py",
    "owl/foundation/",
    "owl/geography/",
    "owl/households/c",  # choices, confirming, contact points
    "owl/households/fewer.py",
    "owl/households/ties.py",
    "owl/households/models.py",
    "owl/households/email_addresses.py",
    "owl/households/inviting.py",
    "owl/households/joining.py",
    "owl/households/leaflet.py",
    "owl/households/magic_links.py",
    "owl/households/names.py",
    "owl/households/phone_numbers.py",
    "owl/households/reading.py",
    "owl/messages/sms_frame.py",
    "owl/web/errors.py",
    "owl/web/safety.py",
    "owl/web/speaking.py",
    *(f"owl/web/public/{name}.py" for name in ("joining", "languages", "my_reading", "proving", "verifying")),
)


@cache
def catalogue(language: Language) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language.value)


def said(language: Language, sentence: Sentence) -> tuple[str, ...]:
    """Each form of the translation; empty where there is none."""
    message = catalogue(language).get(sentence)
    string = message.string if message else ""
    return tuple(string) if isinstance(string, list | tuple) else (string,)


@pytest.mark.parametrize("language", OTHERS)
def test_joining_leaving_verifying_and_the_frames_of_messages_are_whole(language: Language) -> None:
    missing = [
        sentence
        for place, found in sentences().items()
        if place.startswith(WHOLE)
        for sentence in found
        if not all(said(language, sentence))
    ]
    assert not missing, "run `make words`, then translate these"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_values_the_tags_and_the_numbers_to_call(language: Language) -> None:
    def fixed(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)s|<[^>]+>|\b(?:999|101|159|7726|0800 555 111|07700 900123)\b", text))

    for message in catalogue(language):
        if message.id:
            english = message.id if isinstance(message.id, tuple) else (message.id,)
            for form in said(language, message.id):
                assert not form or fixed(form) in list(map(fixed, english)), form
            assert not message.fuzzy


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_in_another_language_costs_what_its_author_was_shown(app: Flask, language: Language) -> None:
    link = sample_link("https://owl.example.com")
    for frame in (
        lambda: frame_text("A shed was broken into.", link=link, code="HN-4821-K"),
        *(lambda count=count: frame_digest(count, link=link, code="HN-4821-K") for count in (1, 2, 5, 12, 100)),
    ):
        english = frame()
        with app.app_context(), speaking(language):
            theirs = frame()
        assert theirs != english
        assert not foreign_characters(theirs)
        assert measure(theirs).segments <= measure(english).segments
        assert len(theirs) <= len(english)


def test_no_sentence_is_put_together_where_the_catalogues_cannot_see_it() -> None:
    root = CATALOGUES.parent
    for file in root.rglob("*.py"):
        assert not re.search(r"""\bf["'][^"'\n]*\{n?gettext\(""", file.read_text()), Path(file).name


def test_catalogues_are_in_the_order_of_the_places_and_name_no_sentence_twice() -> None:
    for language in OTHERS:
        ids = [message.id for message in catalogue(language) if message.id]
        assert all(one != other for one, other in pairwise(sorted(map(str, ids))))
