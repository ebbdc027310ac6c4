"""What a good alert says, looked for in the words. A missing point is a hint to the author, never a wall."""

from __future__ import annotations

import re
from dataclasses import dataclass

LOOKED_AT = 12_000  # characters; what is longer is refused anyway


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that an alert should say, and whether it seems to."""

    name: str
    tip: str
    found: bool


def _any_of(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
WHEN = _any_of(
    DAY, "today", "yesterday", "tonight", "last night", "overnight",
    r"this (?:morning|afternoon|evening|week|weekend|month)",
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d", r"\d{1,2} ?[ap]m", rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}",
)  # fmt: skip
WHERE = re.compile(
    rf"\b(?i:in|at|on|near|around|outside|along|between)(?i: the)? (?!(?i:{DAY}))[A-Z][\w'’]+"
    r"|\b(?:Road|Street|Lane|Close|Avenue|Drive|Park|Green|Hill|Station|School)\b"
)
WHO = _any_of(
    "police", "officers?", "pcso", "pc", "sergeant", "team", "we", "us", "witness(?:es)?", "residents?",
    "reported", "reports?", "cctv",
)  # fmt: skip
WHAT = _any_of(
    "please", "lock", "check", "call", "ring", "report", "avoid", "keep", "make sure", "don[’']?t", "do not",
    "never", "always", "look out", "tell us", "reply", "come", "join", "visit", "contact",
)  # fmt: skip
POINTS = (
    ("When it happened", "Say the day and the hour, for instance “on Saturday between 22:00 and 23:30”.", WHEN),
    ("Where it happened", "Name the street or the place, so that people know how near it is.", WHERE),
    ("How you know", "Say where it comes from: “residents told us”, “officers found”.", WHO),
    ("What people can do", "End with one clear step, for instance “check that your shed is locked”.", WHAT),
)


def advise(title: str, body: str) -> tuple[Point, ...]:
    """The points of a good alert, each found in the words or not."""
    words = f"{title}\n{body}"[:LOOKED_AT]
    return tuple(Point(name, tip, bool(pattern.search(words))) for name, tip, pattern in POINTS)
