"""What the words of a refusal mean: whole words and phrases, looked up in any language at once."""

from __future__ import annotations

import re

from owl.delivery.bounces.saying import Saying
from owl.delivery.bounces.wording_elsewhere import ELSEWHERE
from owl.delivery.bounces.wording_english import ENGLISH

ADDRESS = re.compile(r"[^\s<>,;:()\"'\[\]]+@[^\s<>,;:()\"'\[\].]*(?:\.[^\s<>,;:()\"'\[\].]+)*")
NOT_IN_WORDS = re.compile(r"(?:[^\w.@/+-]|_)+")
AT_ITS_END = re.compile(r"[.\-]+(?= )|(?<= )[.\-]+")


def squeezed(text: str) -> str:
    """The text without addresses, in small letters, its words parted by one space, one at each end."""
    bare = NOT_IN_WORDS.sub(" ", ADDRESS.sub(" ", text).casefold())
    return AT_ITS_END.sub("", f" {bare} ")


def heard(text: str) -> Saying | None:
    """What a squeezed text says, as far as its words tell."""
    return next((saying for saying, phrases in _KNOWN.items() if any(phrase in text for phrase in phrases)), None)


def _known(phrase: str) -> str:
    bare = NOT_IN_WORDS.sub(" ", phrase.strip().removesuffix("*").casefold()).strip()
    if bare[0] >= "\u3000":  # Chinese, Japanese and Korean put no spaces between words
        return bare
    return f" {bare}" if phrase.strip().endswith("*") else f" {bare} "


_KNOWN = {
    saying: tuple(
        dict.fromkeys(
            _known(phrase)
            for phrases in (ENGLISH[saying], ELSEWHERE.get(saying, ""))
            for phrase in phrases.split(";")
            if phrase.strip()
        )
    )
    for saying in Saying
}
