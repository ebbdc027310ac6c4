"""What a decision must say before anybody is asked to sign it: pure, by field."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from owl.consultations.priorities.freshness import plus_months
from owl.consultations.priorities.models import Decision
from owl.foundation.clock import london_day
from owl.foundation.errors import BadInput
from owl.replies.words import TURNING

LONGEST_ISSUE = 150  # characters
LONGEST_WORDS = 1_000
LONGEST_TERM = 12  # months until the team decides anew
MISSING = {
    "reason": "Say why, in words for residents.",
    "evidence": "Say what it rests on: how many homes asked, what was recorded, what you saw.",
    "action": "Say what your team will do.",
}
NEEDED: Mapping[Decision, tuple[str, ...]] = MappingProxyType(
    {
        Decision.CHOSEN: ("reason", "evidence", "action"),
        Decision.NOT_CHOSEN: ("reason", "evidence"),
        Decision.PASSED_ON: ("reason", "evidence"),
        Decision.ENDED: ("reason",),
    }
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form about a decision holds. An empty `decision`: none so far."""

    issue: str = ""
    decision: str = ""
    reason: str = ""
    evidence: str = ""
    action: str = ""
    passed_to: str = ""  # the name of a body on the house's list
    owner: str = ""  # the number of a user
    until: str = ""  # a date, ISO 8601


@dataclass(frozen=True, slots=True)
class Read:
    """The same, read. Whether the owner and the body are there, the verb looks."""

    issue: str
    decision: Decision | None
    reason: str
    evidence: str
    action: str
    passed_to: str | None
    owner_id: int | None
    until: date | None


def read(typed: Typed, *, now: datetime) -> Read:
    """The decision as it is kept: only what belongs to it. Raises BadInput with every fault."""
    faults: dict[str, str] = {}
    issue = " ".join(typed.issue.split())
    if not issue or len(issue) > LONGEST_ISSUE or not issue.isprintable():
        faults["issue"] = f"Say in one line what residents want, in {LONGEST_ISSUE} characters or fewer."
    decision = Decision(typed.decision) if typed.decision in set(Decision) else None
    if typed.decision and decision is None:
        faults["decision"] = "Choose what your team decided."
    words = {name: _clean(getattr(typed, name)) for name in MISSING}
    needed = NEEDED[decision] if decision else ()
    faults |= {name: MISSING[name] for name in needed if not words[name]}
    faults |= {name: _too_much(text) for name, text in words.items() if _too_much(text)}
    chosen, passed_on = decision is Decision.CHOSEN, decision is Decision.PASSED_ON
    owner_id = int(typed.owner) if typed.owner.isascii() and typed.owner.isdigit() and len(typed.owner) < 10 else None
    if chosen and owner_id is None:
        faults["owner"] = "Choose the officer who answers for it."
    until = _until(typed.until, faults, now) if chosen else None
    if passed_on and not typed.passed_to:
        faults["passed_to"] = "Choose whom you pass it on to."
    if faults:
        raise BadInput(faults)
    return Read(
        issue, decision, words["reason"], words["evidence"], words["action"] if chosen else "",
        typed.passed_to if passed_on else None, owner_id if chosen else None, until,
    )  # fmt: skip


def clean_words(text: str, field: str, *, missing: str) -> str:
    """A text that residents read, tidied. Raises BadInput for the field: empty, too long, or with hidden characters."""
    text = _clean(text)
    fault = _too_much(text) if text else missing
    if fault:
        raise BadInput({field: fault})
    return text


def read_day(text: str) -> date | None:
    """The day from "2026-11-22"; None for anything else."""
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == len("2026-11-22") else None
    except ValueError:
        return None


def _until(text: str, faults: dict[str, str], now: datetime) -> date | None:
    until, today = read_day(text), london_day(now)
    if until is None or not today < until <= plus_months(today, LONGEST_TERM):
        faults["until"] = "Enter the day on which your team decides anew: after today, within a year."
        return None
    return until


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _too_much(text: str) -> str:
    if len(text) > LONGEST_WORDS:
        return f"This is {len(text):,} characters long. Use {LONGEST_WORDS:,} or fewer."
    if any(letter in TURNING or (letter != "\n" and unicodedata.category(letter) in {"Cc", "Cs"}) for letter in text):
        return "There are hidden characters in it. Delete it and type it again."
    return ""
