"""What a consultation says in each language that it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from owl.consultations.consultation_models import Consultation
from owl.foundation.languages import Language

TRANSLATED = tuple(language for language in Language if language is not Language.ENGLISH)
Kept = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Wording:
    """A consultation's words in one language. `texts`: by the names of Question.texts."""

    title: str = ""
    intro: str = ""  # Markdown
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_there(self) -> bool:
        """Whether anything is written."""
        return bool(self.title or self.intro or any(self.texts.values()))


def wording_of(consultation: Consultation, language: Language) -> Wording:
    """Title and introduction for whoever reads this language: a translation, or English."""
    english = Wording(consultation.title, consultation.intro)
    return wordings_of(consultation).get(language, english)


def written_in(consultation: Consultation, language: Language) -> Language:
    """In which language those words are, for whoever reads this one."""
    return language if language in wordings_of(consultation) else Language.ENGLISH


def wordings_of(consultation: Consultation) -> dict[Language, Wording]:
    """All but the English words, in the order of the languages."""
    kept = consultation.translations or {}  # None: a row that was never written
    return {
        language: Wording(words.get("title", ""), words.get("intro", ""), words.get("texts", {}))
        for language in TRANSLATED
        if (words := kept.get(language.value))
    }


def kept_wordings(wordings: Mapping[Language, Wording]) -> Kept:
    """What the column holds."""
    return {
        language.value: {"title": words.title, "intro": words.intro, "texts": dict(words.texts)}
        for language, words in wordings.items()
        if words.is_there
    }
