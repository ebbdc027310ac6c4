"""What is translated is whole, and says in each language what it says in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask

from owl.foundation.languages import CATALOGUES, Language, gettext, speaking
from owl.messages.sms_frame import frame_digest, frame_text, sample_link
from owl.messages.sms_text import Encoding, foreign_characters, measure
from owl.replies import text_sentences as say
from tests.house.sentences import Sentence, sentences

OTHERS = [language for language in Language if language is not Language.ENGLISH]


@cache
def catalogue(language: Language) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language.value)


def said(language: Language, sentence: Sentence) -> tuple[str, ...]:
    """Each form of the translation; empty where there is none."""
    message = catalogue(language).get(sentence)
    string = message.string if message else ""
    return tuple(string) if isinstance(string, list | tuple) else (string,)


def is_said(language: Language, sentence: Sentence) -> bool:
    forms = said(language, sentence)
    return all(forms) and (isinstance(sentence, str) or len(forms) == catalogue(language).num_plurals)


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_said_in_every_form(language: Language) -> None:
    missing = {
        place: untranslated
        for place, found in sentences().items()
        if (untranslated := [each for each in found if not is_said(language, each)])
    }
    assert not missing, "run `make words`, then translate these (docs/adr/0031)"


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


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_needs_the_wide_alphabet_or_a_third_part_in_another_language(app: Flask, language: Language) -> None:
    for place, found in sentences().items():
        if place.endswith((".sms.txt", "text_sentences.py", "sms_frame.py")):
            assert not [form for each in found for form in said(language, each) if foreign_characters(form)]
    hood, postcode, url, due = (
        "Welwyn Garden City North",
        "SG12 8WW",
        "https://owl.example.police.uk",
        datetime(2026, 9, 30, 23, 50, tzinfo=UTC),
    )
    with app.app_context(), speaking(language):
        for text in (
            say.welcome(postcode), say.known_already(", ".join([postcode] * 3)), say.moved(postcode, hood),
            say.several_homes(url), say.which_postcode(), say.not_ours(postcode), say.not_known(postcode, url),
            say.join_first(), say.help_for(url), say.has_your_words("R-48213-K", due), say.call_999("R-48213-K"),
        ):  # fmt: skip
            length = measure(f"{gettext('OWL Police:')} {text}")
            assert (length.encoding, length.segments <= 2) == (Encoding.GSM_7, True), text


def test_no_sentence_is_put_together_where_the_catalogues_cannot_see_it() -> None:
    root = CATALOGUES.parent
    for file in root.rglob("*.py"):
        assert not re.search(r"""\bf["'][^"'\n]*\{n?gettext\(""", file.read_text()), Path(file).name


def test_catalogues_are_in_the_order_of_the_places_and_name_no_sentence_twice() -> None:
    for language in OTHERS:
        ids = [message.id for message in catalogue(language) if message.id]
        assert all(one != other for one, other in pairwise(sorted(map(str, ids))))
