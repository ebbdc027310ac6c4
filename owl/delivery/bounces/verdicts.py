"""What one refusal means for the address: from its status code (RFC 3463) and from its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from owl.delivery.bounces.saying import Saying
from owl.delivery.bounces.wording import ADDRESS, heard, squeezed


class Verdict(StrEnum):
    """What a mail to a return path tells us."""

    HARD = "hard"  # there is no such mailbox: nothing is to be sent there again
    SOFT = "soft"  # it did not arrive this time
    OURS = "ours"  # refused for what was sent or who sent it: the address may be fine
    COMPLAINT = "complaint"  # its reader called it unwanted
    DELAYED = "delayed"  # still being tried
    DELIVERED = "delivered"
    AUTOMATIC = "automatic"  # an answer that no person wrote: away, please confirm
    UNCLEAR = "unclear"  # nothing that we can read


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, with the code that becomes the delivery's fault ("550 5.1.1")."""

    verdict: Verdict
    fault: str | None = None


# Not a piece of a longer number: an IP address, a version.
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d]|\.\d)")
REPLY = re.compile(r"(?<![\d.:-])([45]\d\d)(?=[\s:)#-]|$)")

HARD, SOFT, OURS = Verdict.HARD, Verdict.SOFT, Verdict.OURS
# RFC 3463 and the IANA registry of enhanced status codes: 5.subject.detail. A closed mailbox (5.2.1) may open again.
BY_CODE = (
    dict.fromkeys(("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.4.4"), HARD)
    | dict.fromkeys(("5.2.1", "5.2.2", "5.2.4", "5.4.6", "5.4.7", "5.3.2"), SOFT)
    | dict.fromkeys(("5.1.7", "5.1.8", "5.1.9", "5.2.3", "5.3.4", "5.4.10", "5.5.3"), OURS)
)
BY_SUBJECT = {"6": OURS, "7": OURS}
BY_SAYING = {
    Saying.PASSING: Finding(SOFT, "4.0.0"),
    Saying.FULL: Finding(SOFT, "5.2.2"),
    Saying.NO_MAILBOX: Finding(HARD, "5.1.1"),
    Saying.OURS: Finding(OURS, "5.7.1"),
    Saying.NO_HOST: Finding(HARD, "5.1.2"),
    Saying.REFUSED: Finding(HARD, "5.1.1"),
    Saying.CLOSED: Finding(SOFT, "5.2.1"),
    Saying.LATER: Finding(SOFT, "4.0.0"),
}


def judge(status: str | None, words: str) -> Finding | None:
    """The meaning of a refusal; None where neither code nor words tell.

    `status` is the Status field of a report, `words` what the other server answered. Words are
    believed before codes: servers say 5.1.1 of spam, and 5.7.1 of a mailbox that is not there.
    But what will pass (4.x.x) is never hard.
    """
    bare = ADDRESS.sub(" ", words)
    codes = [*STATUS.findall(bare), *STATUS.findall(status or "")]
    reply = REPLY.search(bare)
    exact = next((code for code in codes if meaning_of(code)), None)
    said = heard(squeezed(words))
    found = BY_SAYING[said] if said else meaning_of(exact)
    if found is None:
        return None
    if found.verdict is HARD and _passes(codes, reply[1] if reply else ""):
        found = Finding(SOFT, "4.0.0")
    own = meaning_of(exact)
    code = exact if own and own.verdict is found.verdict else found.fault
    return Finding(found.verdict, " ".join(filter(None, (reply and reply[1], code))))


def meaning_of(code: str | None) -> Finding | None:
    """What a status code says by itself; None for one that says too little."""
    if not code or code.startswith("2"):
        return None
    if code.startswith("4"):
        return Finding(SOFT, code)
    verdict = BY_CODE.get(code) or BY_SUBJECT.get(code.split(".")[1])
    return Finding(verdict, code) if verdict else None


def _passes(codes: list[str], reply: str) -> bool:
    return any(code.startswith("4") for code in codes) if codes else reply.startswith("4")
