"""Capitals and exclamation marks, which frighten people and look like a swindler's mail."""

from __future__ import annotations

import re

from owl.messages.checks.finding import Finding, Weight, Words

SHORT_NAMES = frozenset(
    ("CCTV", "PCSO", "PCSOS", "OWL", "DNA", "ANPR", "SIM", "PIN", "ATM", "NHS", "BBC", "MOT", "HMRC", "DVLA", "VAT")
)
CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
IN_A_ROW = re.compile(r"\b[A-Z]{2,}(?:[ ,]+[A-Z]{2,}){2,}\b")
MARKS = re.compile(r"[!?]{2,}")
MOST_CAPITALS = 2  # words, of any message
MOST_MARKS = 2  # exclamation marks


def shouting_in(words: Words) -> list[Finding]:
    """What is shouted, quoted; nothing where the tone is calm."""
    said = "\n".join(words.fields.values())
    found = []
    row = IN_A_ROW.search(said)
    loud = [word for word in dict.fromkeys(CAPITALS.findall(said)) if word not in SHORT_NAMES]
    if row or len(loud) > MOST_CAPITALS:
        quoted = row[0] if row else ", ".join(loud[:3])
        tip = f"“{quoted[:60]}” in capitals is hard to read, and frightens. The facts in small letters are enough."
        found.append(Finding("It shouts", Weight.MIND, tip))
    marks = MARKS.search(said)
    if marks or said.count("!") > MOST_MARKS:
        tip = "A full stop is enough. Many exclamation marks look like a swindler’s mail, to people and to filters."
        found.append(Finding("Many exclamation marks", Weight.MIND, tip))
    return found
