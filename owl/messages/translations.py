"""What a message says in each language that it was written in: each reader gets theirs, or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from owl.foundation.languages import Language
from owl.messages.models import Message

TRANSLATED = tuple(language for language in Language if language is not Language.ENGLISH)
MARK = "TRAINING."  # in whatever language
Kept = dict[str, dict[str, str]]  # what the column holds: language → the words


@dataclass(frozen=True, slots=True)
class Translation:
    """A message's words in one language, English too. `body` is Markdown; `sms_text` is empty where there is none."""

    language: Language
    title: str
    body: str
    sms_text: str = ""

    @property
    def is_there(self) -> bool:
        """Whether anything is written."""
        return bool(self.title or self.body or self.sms_text)

    def tidied(self) -> Translation:
        """The same with one kind of line end and no blanks around."""
        return replace(self, title=self.title.strip(), body=_lines(self.body), sms_text=_lines(self.sms_text))


def words_in(message: Message, language: Language) -> Translation:
    """What the message says to somebody who reads this language: a translation, or English."""
    kept: Kept = message.translations or {}  # None: a row that was never written
    if language in kept:
        return _marked(message, _read(language, kept[language]))
    return _marked(message, Translation(Language.ENGLISH, message.title, message.body, message.sms_text or ""))


def _marked(message: Message, words: Translation) -> Translation:
    """The words as they go out: of training they begin by saying so."""
    if not message.training:
        return words
    sms_text = words.sms_text and f"{MARK} {words.sms_text}"
    return replace(words, title=f"{MARK} {words.title}", sms_text=sms_text)


def translations_of(message: Message) -> tuple[Translation, ...]:
    """All but the English words, in the order of the languages."""
    kept: Kept = message.translations or {}  # None: a row that was never written
    return tuple(_read(language, kept[language]) for language in TRANSLATED if language in kept)


def as_kept(translations: Iterable[Translation], *, with_text: bool = True) -> Kept:
    """What the column holds; `with_text`: the words of the text message as well."""
    return {
        words.language.value: {
            "title": words.title,
            "body": words.body,
            "sms_text": words.sms_text if with_text else "",
        }
        for words in translations
        if words.is_there
    }


def _read(language: Language, kept: Mapping[str, str]) -> Translation:
    return Translation(language, kept["title"], kept["body"], kept.get("sms_text", ""))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
