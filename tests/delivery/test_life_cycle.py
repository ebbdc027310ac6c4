"""What is final stays."""

from __future__ import annotations

import pytest

from owl.delivery.life_cycle import FINAL, MOVES, may_become, may_move
from owl.delivery.models import DeliveryStatus as S


def test_every_status_has_its_row() -> None:
    assert set(MOVES) == set(S)


def test_the_final_ones_are_those_that_nobody_waits_for() -> None:
    assert {S.DELIVERED, S.FAILED, S.SUPPRESSED, S.CANCELLED, S.EXPIRED} == FINAL


@pytest.mark.parametrize("after", S)
def test_a_delivered_message_never_moves_again(after: S) -> None:
    assert not may_move(S.DELIVERED, after)


def test_a_receipt_may_overtake_our_own_recording() -> None:
    assert may_become(S.DELIVERED) == ["held_for_digest", "sending", "sent"]
