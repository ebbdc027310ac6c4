"""What the words of a refusal can be about."""

from __future__ import annotations

from enum import StrEnum


class Saying(StrEnum):
    """What a refusal is about, in the order in which it is believed."""

    PASSING = "passing"
    FULL = "full"
    NO_MAILBOX = "no mailbox"
    OURS = "ours"  # our mail, our server, our name
    NO_HOST = "no host"
    REFUSED = "refused"  # words that servers use for a missing mailbox, and for more
    CLOSED = "closed"  # may be opened again
    LATER = "later"
