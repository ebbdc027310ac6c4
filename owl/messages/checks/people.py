"""Names of people in the words: who may be a victim, or charged. A rule of thumb: it may be wrong both ways."""

from __future__ import annotations

import re
from pathlib import Path

from owl.households.choices import Kind
from owl.messages.checks.finding import Finding, Weight, Words

# Common in this county, but for those that are words as well (Mark, Will, Rose, Hope).
FIRST_NAMES = frozenset((Path(__file__).parent / "first_names.txt").read_text().split())
NAME = r"[A-Z][\w’'-]+"
TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir|Lady|Lord|Rev|Prof|Professor|Reverend)\.? {NAME}(?: {NAME})?")
CALLED = re.compile(
    rf"\b(?:named|called|identified|known)(?: \w+)? as ({NAME} {NAME})|\b(?:named|called) ({NAME} {NAME})"
)
AGED = re.compile(
    rf"\b({NAME}(?: {NAME}){{1,2}})(?:, | \(|,? aged )(\d{{1,3}})(?=[,).]|\s+(?:from|of|was|is|has|who)\b)"
)
FULL = re.compile(rf"(?<![\w’'-])({NAME}) ({NAME}(?:-{NAME})?)")
OLDEST = 110  # years; a larger number is no age
LONGEST_RANK = 16  # letters looked at before a name
# Officers sign with theirs; streets, schools and saints have names too.
RANK = re.compile(
    r"\b(?:PC|PCSO|DC|DS|DI|DCI|Sgt|Sergeant|Insp|Inspector|Constable|Superintendent|Detective|Officer"
    r"|Cllr|Councillor|St|Saint|King|Queen|Prince|Princess)\.? $"
)
PLACE = re.compile(
    r"\b(?:Road|Street|Close|Avenue|Drive|Station|School|Way|Crescent|Gardens|Grove|House|Square|Place|Terrace|Mews"
    r"|Rise|Row|Walk|Fields|Farm|Academy|Hospital|Centre|Common|College|Estate|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|January|February|April|June|July|August|September|October|November|December|Police|Watch|Council|Week|Town|City"
    r"|United|Arms|Inn|Urban|Rural|Team)\b"
)
STANDS_IN = re.compile(r"\b(?:in|at|on|near|around|outside|along|between|behind|of)(?: the)? $", re.IGNORECASE)
MAYBE_PLACE = re.compile(r" (?:Lane|Park|Green|Hill|Court|Hall|Church|Woods?|Bridge)$")  # people are called so as well
CHARGED = re.compile(
    r"\b(?:charged|arrest(?:ed|s)?|accused|suspects?|suspected|convicted|sentenced|jailed|court|pleaded|remanded|guilty"
    r"|offenders?|wanted|bail(?:ed)?|burglar|thief|defendant)\b",
    re.IGNORECASE,
)
HURT = re.compile(
    r"\b(?:victims?|injured|killed|died|dead|assaulted|attacked|raped?|robbed|stabbed|murdered|abused|harassed|burgled"
    r"|sexual(?:ly)?|scammed|defrauded|threatened)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
CONTEMPT = (
    "Once somebody is arrested, what names them can harm a trial and be contempt of court. Leave the name out, or ask "
    "the press office first."
)
VICTIM = (
    "A victim decides whether they are named, and some may never be: whoever says that they were raped or sexually "
    "assaulted stays unnamed for life. Leave out the name and what gives it away."
)
PERSON = (
    "Is the person glad to be named, or is it needed? If not, leave the name out. A second person looks at it first."
)


def people_named(text: str) -> tuple[str, ...]:
    """What looks like names of people in the text (plain, not Markdown), each once, but for officers of ours."""
    found = [(match.start(), match[0]) for match in TITLED.finditer(text)]
    found += [(match.start(match.lastindex or 0), match[1] or match[2]) for match in CALLED.finditer(text)]
    found += [(match.start(1), match[1]) for match in AGED.finditer(text) if int(match[2]) <= OLDEST]
    found += [(match.start(), match[0]) for match in FULL.finditer(text) if match[1] in FIRST_NAMES]
    kept = [name for at, name in sorted(found) if not _is_no_person(text, at, name)]
    names = list(dict.fromkeys(kept))
    return tuple(name for name in names if not any(name != other and name in other for other in names))


def names_somebody(words: Words) -> bool:
    """Whether it seems to name a person, so that a second one looks at it."""
    return bool(people_named(_read(words)))


def people_in(words: Words) -> list[Finding]:
    """Who is named, with what stands beside the name; nothing where nobody is."""
    text = _read(words)
    names = people_named(text)
    if not names:
        return []
    shown = f"It names {' and '.join(names[:2])}"
    beside = [part for part in SENTENCE.split(text) if any(name in part for name in names)]
    for pattern, why in ((CHARGED, CONTEMPT), (HURT, VICTIM)):
        said = next((match[0] for part in beside if (match := pattern.search(part))), None)
        if said:
            return [Finding(f"{shown}, beside “{said.lower()}”", Weight.MIND, why)]
    if words.kind is Kind.MISSING_PERSON:
        return []  # what it is for; a second person looks at it anyway
    return [Finding(shown, Weight.MIND, PERSON)]


def _read(words: Words) -> str:
    return words.plain + ("\n" + words.sms_text if words.by_text else "")


def _is_no_person(text: str, at: int, name: str) -> bool:
    before, after = text[max(at - LONGEST_RANK, 0) : at], text[at + len(name) : at + len(name) + LONGEST_RANK]
    if RANK.search(before) or PLACE.search(name) or PLACE.match(after.lstrip(" ")):
        return True
    return bool(STANDS_IN.search(before) and MAYBE_PLACE.search(name))
