"""A coordinator may do what a supervisor gave them, while all of it holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from owl.watches.vetting import STANDING_MOVES, VETTING_MOVES, Standing, Tier, Vetting, tier_now
from tests.factories import NOW

LATER, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


@pytest.mark.parametrize("tier", Tier)
def test_a_vetted_coordinator_of_an_active_watch_may_do_what_their_tier_says(tier: Tier) -> None:
    assert tier_now(Standing.ACTIVE, Vetting.VETTED, tier, LATER, NOW) is tier


@pytest.mark.parametrize(
    ("standing", "vetting", "until"),
    [
        *((standing, Vetting.VETTED, LATER) for standing in Standing if standing is not Standing.ACTIVE),
        *((Standing.ACTIVE, vetting, LATER) for vetting in Vetting if vetting is not Vetting.VETTED),
        (Standing.ACTIVE, Vetting.VETTED, NOW),
        (Standing.ACTIVE, Vetting.VETTED, BEFORE),
        (Standing.ACTIVE, Vetting.VETTED, None),
    ],
)
def test_nobody_else_may_do_anything(standing: Standing, vetting: Vetting, until: object) -> None:
    assert tier_now(standing, vetting, Tier.WRITES, until, NOW) is None  # type: ignore[arg-type]


def test_nobody_is_vetted_without_being_checked_first_and_what_has_ended_stays_so() -> None:
    assert {before for before, after in VETTING_MOVES.items() if Vetting.VETTED in after} == {
        Vetting.CHECKING,
        Vetting.SUSPENDED,
        Vetting.VETTED,
    }
    assert not STANDING_MOVES[Standing.ENDED]
    assert set(VETTING_MOVES) == set(Vetting)
    assert set(STANDING_MOVES) == set(Standing)
