"""What a resident's text asks for: a word that we know, or words for their team."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from owl.geography.errors import NotAPostcode
from owl.geography.postcode_text import parse_postcode


class Wish(StrEnum):
    """What is asked for."""

    STOP = "stop"
    START = "start"
    YES = "yes"
    HELP = "help"
    JOIN = "join"
    MOVE = "move"
    SAY = "say"  # anything else: words for the team


# https://help.twilio.com/articles/223134027: the words that Twilio itself takes as opting out and in again.
WORDS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Wish.STOP),
    **dict.fromkeys(("START", "UNSTOP"), Wish.START),
    # What people write who have not read which words count: nobody should have to ask twice (PECR, regulation 22).
    **dict.fromkeys(("PLEASESTOP", "STOPPLEASE", "STOPTEXTS", "STOPMESSAGES", "STOPTEXTINGME", "STOPNOW"), Wish.STOP),
    **dict.fromkeys(("UNSUBSCRIBEME", "REMOVEME"), Wish.STOP),
    "YES": Wish.YES,
    **dict.fromkeys(("HELP", "INFO"), Wish.HELP),
}
WITH_POSTCODE = {"JOIN": Wish.JOIN, "MOVE": Wish.MOVE, "POSTCODE": Wish.MOVE}
LONGEST_READ = 200  # characters in which a postcode is looked for
AROUND = " \t\r\n.,;:!?()\"'\u201c\u201d\u2018\u2019"


@dataclass(frozen=True, slots=True)
class Texted:
    """A text, understood. `rest`: what stands after JOIN or MOVE, a bare postcode, or all the words to say."""

    wish: Wish
    rest: str = ""


def read_text(body: str) -> Texted:
    """What the text asks for, in any case, with or without signs around."""
    words = body.strip(AROUND)
    if known := WORDS.get(_letters(words)):
        return Texted(known)
    first, *rest = re.split(r"\W+", words, maxsplit=1)
    if asked := WITH_POSTCODE.get(first.upper()):
        return Texted(asked, rest[0] if rest else "")
    if len(words) < 10 and _reads_as_postcode(words):
        return Texted(Wish.JOIN, words)
    return Texted(Wish.SAY, body.strip())


def postcode_in(rest: str) -> str:
    """The postcode at the beginning of what was texted: "SG5 1AA" of "sg5 1aa please". Raises NotAPostcode."""
    parts = rest[:LONGEST_READ].split()
    for count in (len(parts), 2, 1):
        candidate = " ".join(parts[:count]).strip(AROUND)
        if _reads_as_postcode(candidate):
            return parse_postcode(candidate)
    return parse_postcode(" ".join(parts[:2]))


def _letters(words: str) -> str:
    """The letters alone, as capitals: "STOP" of "„stop.”", "*Stop* 👍", "S.T.O.P" and of full-width letters."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", words[:LONGEST_READ]))).upper()


def _reads_as_postcode(text: str) -> bool:
    try:
        parse_postcode(text)
    except NotAPostcode:
        return False
    return True
