"""What residents would see as it was typed, or would not see: HTML, broken links, letters of two alphabets."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from owl.messages.checks.finding import Finding, Weight, Words
from owl.messages.markdown import PARSER

TAG = re.compile(r"</?[a-zA-Z!][^<>\n]{0,200}>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]?\(?")
BROKEN_LINK = re.compile(r"\[[^\]\n]{0,200}\]\([^)\n]{0,200}\)?")
WORD = re.compile(r"[^\W\d_]{2,60}")
ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")  # whose letters are taken for one another
LONGEST_SHOWN = 40
HTML = "{said}: people would see it as it stands. Take it out; below the field is how to make bold, lists and links."
NO_PICTURE = "{said}: a picture can’t be put into the words. Use the button “Pictures”."
NO_LINK = "{said}: this makes no link, and people would see it as it stands. Only https, mailto and tel links work."
TWO_ALPHABETS = "“{word}” has letters of two alphabets that look alike ({letters}). Type the word again."


def tricks_in(words: Words) -> list[Finding]:
    """What stops the message because it would not be read as it was meant; each once."""
    found = []
    for field, text in words.fields.items():
        read = _read(text) if field == "body" else text
        looks = [(NO_PICTURE, PICTURE.search(text) if field == "body" else None), (HTML, TAG.search(read))]
        looks += [(HTML, ENTITY.search(read)), (NO_LINK, BROKEN_LINK.search(read))]
        for sentence, match in looks:
            if match is not None:
                said = f"“{match[0][:LONGEST_SHOWN]}”"
                found.append(Finding("It would look odd", Weight.STOPS, sentence.format(said=said), field))
                break
        mixed = next((word for word in WORD.findall(text) if len(_alphabets(word)) > 1), None)
        if mixed:
            letters = ", ".join(letter for letter in dict.fromkeys(mixed) if not letter.isascii())
            reason = TWO_ALPHABETS.format(word=mixed, letters=letters)
            found.append(Finding("Letters that are not what they seem", Weight.STOPS, reason, field))
    return found


def _read(markdown: str) -> str:
    """What is left of the Markdown as words: marks that worked are gone."""
    blocks = (block.children or [] for block in PARSER.parse(markdown))
    return "\n".join("".join(token.content or " " for token in block) for block in blocks)


def _alphabets(word: str) -> set[str]:
    return set() if word.isascii() else {found for letter in word if (found := _alphabet(letter))}


@lru_cache(maxsize=2_000)
def _alphabet(letter: str) -> str | None:
    name = unicodedata.name(letter, "").split(" ")[0]
    return name if name in ALPHABETS else None
