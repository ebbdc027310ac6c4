"""What police never ask for by mail: a message that seems to ask for it teaches people to trust swindlers."""

from __future__ import annotations

import re

from owl.messages.checks.finding import Finding, Weight, Words

WANTED = (
    r"(?:pass ?words?|PIN(?: number)?|pass ?codes?|bank (?:details|account)|account (?:details|number)|sort code"
    r"|card (?:details|number)|date of birth|National Insurance number)"
)
ASKS = re.compile(
    rf"(?<!never )(?<!not )(?<!n’t )(?<!n't )\b(?:send|give|tell|enter|confirm|verify|provide|reply with|update)\b"
    rf"(?: us| me)?(?: with)? your (?:\w+ )?{WANTED}\b",
    re.IGNORECASE,
)


def secrets_asked(words: Words) -> list[Finding]:
    """Whether it seems to ask for what nobody should give away."""
    asked = next((match[0] for text in words.fields.values() if (match := ASKS.search(text))), None)
    if asked is None:
        return []
    tip = f"“{asked}”: we never ask for this, and say so on every page. Ask people to ring 101 instead."
    return [Finding("It asks for something secret", Weight.MIND, tip)]
