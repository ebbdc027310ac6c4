"""Where a reply stands with its team, and how its clock came to an end."""

from __future__ import annotations

from enum import StrEnum


class ReplyState(StrEnum):
    """Whose turn it is."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"open": "With the team", "waiting": "Waiting for the resident", "closed": "Closed"}[self.value]


class Ending(StrEnum):
    """What stopped a reply's clock."""

    ANSWERED = "answered"
    HANDED_ON = "handed_on"
    SPOKEN_TO = "spoken_to"
    NEEDS_NONE = "needs_none"
    ABUSE = "abuse"

    @property
    def label(self) -> str:
        """For the screen."""
        return {
            "answered": "Answered",
            "handed_on": "Handed on to another body",
            "spoken_to": "We have spoken to them",
            "needs_none": "It needs no answer",
            "abuse": "It is abuse or advertising",
        }[self.value]

    @property
    def is_answer(self) -> bool:
        """Whether the resident heard from the team, so that it counts towards the 72 hours."""
        return self in {Ending.ANSWERED, Ending.HANDED_ON, Ending.SPOKEN_TO}


WITHOUT_WRITING = (Ending.NEEDS_NONE, Ending.SPOKEN_TO, Ending.ABUSE)  # for a reply that is closed as it is
