"""Questions and invitations that a team begins with, in every language; it changes what it wants."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from owl.consultations.questions import Question, read_questions
from owl.consultations.wording import TRANSLATED, Wording
from owl.foundation.languages import Language

PARTS = ("options", "statements")
FILE = Path(__file__).parents[1] / "data" / "starting_questions.json"


def starting_wordings() -> dict[Language, Wording]:
    """What the ready-made consultation says, in each language."""
    return {
        language: Wording(words["title"], words["intro"], words["texts"])
        for language in (Language.ENGLISH, *TRANSLATED)
        if (words := _read()["words"].get(language.value))
    }


def starting_questions() -> tuple[Question, ...]:
    """What should your team work on, where, how safe people feel, what they agree with, and their own words."""
    texts = starting_wordings()[Language.ENGLISH].texts
    kept = [
        {**one, **{part: [{"id": name, "text": ""} for name in one[part]] for part in PARTS if part in one}}
        for one in _read()["questions"]
    ]
    return tuple(question.in_words(texts) for question in read_questions(kept))


def words_to_invite(language: Language, *, again: bool) -> tuple[str, str, str]:
    """Title, body (Markdown) and text of an invitation; {title} and {closes} stand for the consultation's own."""
    words = _read()["reminder" if again else "invitation"][language.value]
    return words["title"], words["body"], words["text"]


@cache
def _read() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read
