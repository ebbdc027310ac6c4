"""The numbers that an administrator may set for the whole house, and what holds until one is set."""

from __future__ import annotations

from sqlalchemy.orm import Session

from owl.accounts.models import HouseLimit, Limit

DEFAULTS = {
    Limit.APPROVAL_ABOVE_HOMES: 500,
    Limit.TYPE_COUNT_ABOVE_HOMES: 2_000,
    Limit.NIGHT_FROM: 21,
    Limit.NIGHT_UNTIL: 7,
}
LABELS = {
    Limit.APPROVAL_ABOVE_HOMES: "A message to more homes than this needs approval",
    Limit.TYPE_COUNT_ABOVE_HOMES: "Above this many homes the approver types the number",
    Limit.NIGHT_FROM: "The night begins (hour in London): a message sent in it needs approval",
    Limit.NIGHT_UNTIL: "The night ends (hour in London)",
}


def limit(session: Session, which: Limit) -> int:
    """The number that holds now."""
    row = session.get(HouseLimit, which)
    return DEFAULTS[which] if row is None else row.value
