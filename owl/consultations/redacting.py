"""What of a remark is published: as it was written, less what an officer takes out, with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from owl.consultations.consultation_models import RedactionReason
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, mark

GAP = "[…]"  # stands for what was taken out
TYPED_GAP = re.compile(r"\[\s*(?:…|\.{2,3})\s*\]")
LABELS: Mapping[RedactionReason, str] = {
    RedactionReason.NAMES_SOMEBODY: mark("It names somebody"),
    RedactionReason.POINTS_AT_SOMEBODY: mark("Somebody could be found by it"),
    RedactionReason.VICTIM: mark("It tells of somebody who was hurt"),
    RedactionReason.BEFORE_COURT: mark("It may go to court"),
    RedactionReason.ABUSE: mark("It insults somebody"),
    RedactionReason.NO_ANSWER: mark("It is an advert, or has nothing to do with the question"),
}
# What is offered for taking out. An officer decides, and finds what no rule can: names, and what points at a home.
_SUSPECT = re.compile(
    r"""
    [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                    # an email address
    | (?:https?://|www\.)\S+                                        # a link
    | (?<!\w)(?:\+44|0)(?:[\s-]?\d){9,10}(?!\d)                     # a telephone number
    | \b[A-Z]{2}\d{2}\s?[A-Z]{3}\b                                  # a number plate
    | \b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b                         # a postcode
    | \b(?:Mr|Mrs|Ms|Miss|Dr|Sir|PC|PCSO|Sgt)\.?\s[A-Z][\w'’-]+     # somebody by title
    | \b(?:no\.?|number|flat|house)\s?\d{1,4}[a-z]?\b               # a house
    | \b\d{1,4}[a-z]?\s(?:[A-Z][\w'’-]+\s){1,3}(?:Road|Rd|Street|St|Close|Lane|Avenue|Ave|Drive|Way|Court|Gardens)\b
    """,
    re.VERBOSE,
)


def label_of(reason: RedactionReason) -> str:
    """As everybody reads it, in the language that is spoken now."""
    return gettext(LABELS[reason])


def suggested(words: str) -> str:
    """The words with a gap for each thing that may lead to somebody."""
    return _SUSPECT.sub(GAP, words)


def redacted(words: str, typed: str) -> str:
    """What was typed of the words, with its gaps; "" where nothing is left. Raises BadInput unless it only takes out.

    Nobody puts words into a resident's mouth: between gaps stands what was written, in its order.
    """
    kept = TYPED_GAP.sub(GAP, "\n".join(typed.split("\r\n")).strip())
    parts = [part.strip() for part in kept.split(GAP)]
    if not any(parts):
        return ""
    if not _stand_in(parts, words.strip()):
        raise BadInput(f"Only take words out, and put {GAP} where they stood. The others stay as they were written.")
    return kept


def _stand_in(parts: Sequence[str], words: str) -> bool:
    """Whether the words are these parts, the first at the start and the last at the end, with anything between."""
    first, *between = parts
    if not between:
        return words == first
    *between, last = between
    at = len(first)
    for part in between:
        found = words.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return words.startswith(first) and words.endswith(last) and len(words) - len(last) >= at
