"""The languages that OWL speaks to residents, and its sentences in each.

Sentences are written in English where they are used, as `gettext("…")` in Python and `_("…")` in templates; the
catalogues in owl/translations hold the others. A sentence that stands alone, as a constant, is marked there and
translated where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from io import BytesIO
from pathlib import Path

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, has_request_context
from flask_babel import Babel, Domain

CATALOGUES = Path(__file__).parents[1] / "translations"
_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


class Language(StrEnum):
    """A language that there is a catalogue for; English needs none."""

    ENGLISH = "en"
    POLISH = "pl"
    ROMANIAN = "ro"

    @property
    def label(self) -> str:
        """As its speakers call it."""
        return {"en": "English", "pl": "Polski", "ro": "Română"}[self.value]

    @property
    def in_english(self) -> str:
        """For those who write, all of whom read English."""
        return {"en": "English", "pl": "Polish", "ro": "Romanian"}[self.value]

    @property
    def tag(self) -> str:
        """For the lang of a page or a mail (BCP 47)."""
        return "en-GB" if self is Language.ENGLISH else self.value


class Catalogues(Domain):
    """Reads each catalogue as its translator wrote it, once in a process: nothing has to be compiled."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_translations(self) -> NullTranslations:
        """The sentences of the language that is spoken now."""
        language = spoken_now()
        if language not in self.cache:
            self.cache[language] = _read(language)
        found: NullTranslations = self.cache[language]
        return found


def speak(app: Flask, language_of_request: Callable[[], Language]) -> None:
    """Let the application translate, each request in its own language and jobs in English."""
    app.extensions["owl.language_of_request"] = language_of_request
    babel = Babel(app, locale_selector=lambda: spoken_now().value)
    babel.domain_instance = Catalogues()


def spoken_now() -> Language:
    """The language of the block `speaking`, else that of this request, else English."""
    chosen = _spoken.get()
    if chosen is None and has_request_context():
        of_request: Callable[[], Language] = current_app.extensions["owl.language_of_request"]
        return of_request()
    return chosen or Language.ENGLISH


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say everything in this language meanwhile."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the language that is spoken now, each %(name)s put in; beside one, a real % is doubled."""
    said: str = flask_babel.gettext(sentence, **values)
    return said


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The sentence for this number of things; %(num)s is the number."""
    said: str = flask_babel.ngettext(one, many, num, **values)
    return said


def show_number(number: int) -> str:
    """As people read it: "1,204" in English, and as the language that is spoken now has it."""
    language = spoken_now()
    return f"{number:,}" if language is Language.ENGLISH else format_decimal(number, locale=language.value)


def mark(sentence: str) -> str:
    """The sentence as it is, but known to the catalogues: who shows it calls gettext."""
    return sentence


def _read(language: Language) -> NullTranslations:
    if language is Language.ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / f"{language}.po").open("rb") as catalogue:
        write_mo(compiled, read_po(catalogue, locale=language.value))
    compiled.seek(0)
    return Translations(compiled)
