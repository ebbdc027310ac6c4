"""How one delivery may move: the one table that SQL and Python both read."""

from __future__ import annotations

from owl.delivery.models import DeliveryStatus as S

MOVES: dict[S, frozenset[S]] = {
    S.QUEUED: frozenset({S.HELD, S.HELD_FOR_DIGEST, S.SENDING, S.SUPPRESSED, S.CANCELLED, S.EXPIRED}),
    S.HELD: frozenset({S.QUEUED, S.SENDING, S.SUPPRESSED, S.CANCELLED, S.EXPIRED}),
    # What becomes of the digest that carries it becomes of it.
    S.HELD_FOR_DIGEST: frozenset({S.SENT, S.DELIVERED, S.FAILED, S.SUPPRESSED, S.CANCELLED, S.EXPIRED}),
    # To queued: a fault that passes. To delivered: a receipt can be faster than we are.
    # To cancelled: its worker died, and the message was cancelled before another could take it up.
    S.SENDING: frozenset({S.QUEUED, S.SENT, S.DELIVERED, S.FAILED, S.SUPPRESSED, S.CANCELLED, S.EXPIRED}),
    S.SENT: frozenset({S.DELIVERED, S.FAILED}),
    S.DELIVERED: frozenset(),
    S.FAILED: frozenset(),
    S.SUPPRESSED: frozenset(),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
}

FINAL = frozenset(status for status, onward in MOVES.items() if not onward)
UNFINISHED = frozenset({S.QUEUED, S.SENDING})  # what a batch still has to do


def may_move(before: S, after: S) -> bool:
    """Whether a delivery may go from one status to the other."""
    return after in MOVES[before]


def may_become(after: S) -> list[str]:
    """The statuses from which a delivery may move there, for a WHERE clause."""
    return sorted(before.value for before in MOVES if may_move(before, after))
