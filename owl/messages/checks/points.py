"""What a good message says, looked for in the words: the danger, place, time, source, and one thing to do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from owl.households.choices import Kind
from owl.messages.checks.finding import Finding, Weight, Words


def _any_of(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
DANGER = _any_of(
    r"break[- ]?ins?", r"br(?:eaks?|oke|oken|eaking)(?: \w+)? in(?:to)?", r"burgl\w+", "thefts?", "thie(?:f|ves)",
    "st(?:eal(?:s|ing)?|ole|olen)", r"robb\w+", r"mugg\w+", r"fraud\w*", r"scam\w*", "bogus", r"attack\w*",
    r"assault\w*", r"stabb\w+", "kni(?:fe|ves)", "weapons?", r"damag\w+", r"vandal\w+", "graffiti", "arson", "fires?",
    r"flood\w*", r"suspicious\w*", r"threat\w*", r"danger\w*", "unsafe", "risks?", r"prowl\w+", r"trespass\w*",
    r"poison\w*", "drugs?", "deal(?:ing|ers?)", "speeding", "collisions?", r"crash\w*", r"harass\w*",
    "anti-?social", "nuisance", "missing", r"fly-?tipp\w+", "distraction", "doorstep", "phishing", "lost", "exposed",
    "follow(?:ed|ing)",
)  # fmt: skip
WHERE = re.compile(
    rf"\b(?i:in|at|on|near|around|outside|along|between)(?i: the)? (?!(?i:{DAY}))[A-Z][\w'’]+"
    r"|\b(?:Road|Street|Lane|Close|Avenue|Drive|Park|Green|Hill|Station|School)\b"
)
WHEN = _any_of(
    DAY, "today", "yesterday", "tonight", "tomorrow", "last night", "overnight",
    r"this (?:morning|afternoon|evening|week|weekend|month)",
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d", r"\d{1,2} ?[ap]m", rf"\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}",
)  # fmt: skip
WHO = _any_of(
    "police", "officers?", "pcso", "pc", "sergeant", "team", "we", "us", "witness(?:es)?", "residents?",
    "reported", "reports?", "cctv",
)  # fmt: skip
WHAT = _any_of(
    "please", "lock", "check", "call", "ring", "report", "avoid", "keep", "make sure", "don[’']?t", "do not",
    "never", "always", "look out", "tell us", "reply", "come", "join", "visit", "contact",
)  # fmt: skip
POINTS = {
    "What the danger is": (DANGER, "Say in plain words what happened or may happen: “sheds were broken into”."),
    "Where it happened": (WHERE, "Name the street or the place, so that people know how near it is."),
    "When it happened": (WHEN, "Say the day and the hour, for instance “on Saturday between 22:00 and 23:30”."),
    "How you know": (WHO, "Say where it comes from: “residents told us”, “officers found”."),
    "What people can do": (WHAT, "End with one clear step, for instance “check that your shed is locked”."),
}
DANGER_, PLACE, TIME, SOURCE, STEP = POINTS
# Not every kind needs them all: nobody waits for the danger in good news.
NEEDED: Mapping[Kind | None, tuple[str, ...]] = {
    Kind.MISSING_PERSON: (PLACE, TIME, SOURCE, STEP),
    Kind.PREVENTION_ADVICE: (DANGER_, STEP),
    Kind.GOOD_NEWS: (PLACE, SOURCE),
    Kind.EVENT: (PLACE, TIME, STEP),
    Kind.CONSULTATION_INVITATION: (STEP,),
    Kind.STAND_DOWN: (STEP,),
    Kind.UPDATE: (SOURCE, STEP),
    Kind.OUTCOME: (SOURCE,),
}


def points_of(words: Words) -> list[Finding]:
    """Each point that a message of this kind should make, there or missing. Hints to the author, never a wall."""
    text = words.plain
    found = []
    for name in NEEDED.get(words.kind, tuple(POINTS)):
        pattern, tip = POINTS[name]
        found.append(Finding(name, Weight.GOOD) if pattern.search(text) else Finding(name, Weight.MIND, tip))
    return found
