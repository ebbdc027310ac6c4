"""Blanks in a template's words: {street}, {day and time}. A message goes out with none of them left."""

from __future__ import annotations

import re
from collections.abc import Mapping

BLANK = re.compile(r"\{([^{}\n]{1,60})\}")
LONGEST_ANSWER = 300  # characters


def blanks_in(*texts: str) -> tuple[str, ...]:
    """The names of the blanks, each once, in the order in which they are read: {Street} and {street} are one."""
    return tuple(dict.fromkeys(_name(found) for text in texts for found in BLANK.findall(text) if found.strip()))


def filled(text: str, answers: Mapping[str, str]) -> str:
    """The text with each blank that has an answer filled in, with a capital where the blank has one; others stay."""

    def fill(found: re.Match[str]) -> str:
        answer = " ".join(answers.get(_name(found[1]), "")[:LONGEST_ANSWER].split())
        if found[1].strip()[:1].isupper():
            answer = answer[:1].upper() + answer[1:]
        return answer or found[0]

    return BLANK.sub(fill, text)


def _name(found: str) -> str:
    name = found.strip()
    return name[:1].lower() + name[1:]
