"""What the composer's folded parts say of what is in them, so that nobody opens one to find the usual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from owl.foundation.clock import show_moment
from owl.foundation.errors import BadInput
from owl.messages.models import Severity
from owl.web.team.sheet import END_OF_DAY, Sheet

UNREADABLE = "look at the day and the time"


@dataclass(frozen=True, slots=True)
class Folded:
    """A few words for each part that folds."""

    urgency: str
    goes_out: str
    valid: str
    languages: str


def folded(sheet: Sheet) -> Folded:
    """What the sheet has chosen in each part."""
    urgency = Severity(sheet.severity).label if sheet.severity in set(Severity) else "not chosen"
    written = [words.language.in_english for words in sheet.translations if words.is_there]
    return Folded(
        urgency=urgency,
        goes_out=_moment(lambda: sheet.send.read("send_at"), otherwise="when it is approved"),
        valid=_moment(lambda: sheet.valid.read("valid_until", without_time=END_OF_DAY), otherwise="no end"),
        languages=", ".join(["English", *written]),
    )


def _moment(read: Callable[[], datetime | None], *, otherwise: str) -> str:
    try:
        moment = read()
    except BadInput:
        return UNREADABLE
    return show_moment(moment) if moment else otherwise
