"""Text messages as they are billed: their alphabet, and how they are cut into segments.

3GPP TS 23.038 (alphabets) and TS 23.040, 9.2.3.24 (a part of a longer text gives 6 of its 140 bytes to its header).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€")  # sent as an escape and a character
UNSEEN = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""))
PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000", " "),
        "\u2022": "-",
        "\u2026": "...",
        "\u00e7": "c",
    }
)
STROKED = str.maketrans("łŁ", "lL")  # no sign that could be taken off, as Unicode has it


class Encoding(StrEnum):
    """The alphabet that a text needs; one character can force the whole text into the wider one."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"

    @property
    def alone(self) -> int:
        """Units in a text of one segment."""
        return 160 if self is Encoding.GSM_7 else 70

    @property
    def in_a_part(self) -> int:
        """Units in each segment of a longer text."""
        return 153 if self is Encoding.GSM_7 else 67


@dataclass(frozen=True, slots=True)
class TextLength:
    """How a text is sent and billed. Units are septets (GSM-7) or 16-bit units (UCS-2)."""

    encoding: Encoding
    segments: int
    used: int  # units in the last segment
    left: int  # units free in the last segment


def measure(text: str) -> TextLength:
    """How the text is sent: packed greedily, so that no escape or surrogate pair is split."""
    encoding = encoding_of(text)
    sizes = [_units(character, encoding) for character in text]
    total = sum(sizes)
    if total <= encoding.alone:
        return TextLength(encoding, min(total, 1), total, encoding.alone - total)
    segments, used = 1, 0
    for size in sizes:
        if used + size > encoding.in_a_part:
            segments, used = segments + 1, 0
        used += size
    return TextLength(encoding, segments, used, encoding.in_a_part - used)


def encoding_of(text: str) -> Encoding:
    """GSM-7 where every character is in its tables, else UCS-2."""
    return Encoding.UCS_2 if foreign_characters(text) else Encoding.GSM_7


def foreign_characters(text: str) -> list[str]:
    """The characters that force the text into UCS-2, each once, in order."""
    return [character for character in dict.fromkeys(text) if character not in BASIC and character not in EXTENSION]


def plain(text: str) -> str:
    """The text with curly quotes, dashes, wide spaces and the like as their plain forms."""
    composed = unicodedata.normalize("NFC", text.translate(UNSEEN))
    return unicodedata.normalize("NFC", composed.translate(PLAIN))


def without_marks(words: str) -> str:
    """The words in bare letters, as people type Polish and Romanian on phones: they stay in the narrow alphabet."""
    bare = unicodedata.normalize("NFKD", words.translate(STROKED))
    return "".join(character for character in bare if not unicodedata.combining(character))


def cheaper_text(text: str) -> str | None:
    """The plain form, where it needs fewer segments or the narrower alphabet; else None."""
    candidate = plain(text)
    before, after = measure(text), measure(candidate)
    if (after.segments, after.encoding is Encoding.UCS_2) < (before.segments, before.encoding is Encoding.UCS_2):
        return candidate
    return None


def _units(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1
