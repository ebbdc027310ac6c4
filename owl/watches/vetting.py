"""Who may do what for a watch: how a coordinator is vetted, and the tiers that follow. Rules only."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

VETTED_FOR = timedelta(days=3 * 365)  # then a supervisor looks again


class Standing(StrEnum):
    """Where a watch stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """For the screen."""
        return self.value.capitalize()


class Vetting(StrEnum):
    """Where the vetting of a coordinator stands."""

    PROPOSED = "proposed"
    CHECKING = "checking"
    VETTED = "vetted"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"checking": "Being checked"}.get(self.value, self.value.capitalize())

    @property
    def verb(self) -> str:
        """What a supervisor presses to bring it about."""
        return {
            "proposed": "Propose again",
            "checking": "Begin the checks",
            "vetted": "Vetted: let them begin",
            "refused": "Refuse",
            "suspended": "Suspend",
            "ended": "End",
        }[self.value]


class Tier(IntEnum):
    """What a vetted coordinator may do: each tier, and all below it."""

    SEES = 1
    ASKS = 2
    WRITES = 3

    @property
    def label(self) -> str:
        """For the screen."""
        return f"Tier {self.value}: {TIERS[self]}"


TIERS = {
    Tier.SEES: "sees counts and brings messages on paper",
    Tier.ASKS: "writes to members, and the team approves each message",
    Tier.WRITES: "writes to members by email without being asked, once a day",
}
V, S = Vetting, Standing
VETTING_MOVES: dict[Vetting, frozenset[Vetting]] = {
    V.PROPOSED: frozenset({V.CHECKING, V.REFUSED, V.ENDED}),
    V.CHECKING: frozenset({V.VETTED, V.REFUSED, V.ENDED}),
    V.VETTED: frozenset({V.VETTED, V.SUSPENDED, V.ENDED}),  # vetted again: another tier, or three years more
    V.REFUSED: frozenset({V.PROPOSED}),
    V.SUSPENDED: frozenset({V.CHECKING, V.VETTED, V.ENDED}),
    V.ENDED: frozenset({V.PROPOSED}),
}
STANDING_MOVES: dict[Standing, frozenset[Standing]] = {
    S.PROPOSED: frozenset({S.ACTIVE, S.ENDED}),
    S.ACTIVE: frozenset({S.SUSPENDED, S.ENDED}),
    S.SUSPENDED: frozenset({S.ACTIVE, S.ENDED}),
    S.ENDED: frozenset(),
}


def tier_now(
    standing: Standing, vetting: Vetting, tier: Tier | None, vetted_until: datetime | None, now: datetime
) -> Tier | None:
    """What a coordinator may do at this moment; None for nothing."""
    holds = vetted_until is not None and now < vetted_until
    return tier if standing is S.ACTIVE and vetting is V.VETTED and holds else None
