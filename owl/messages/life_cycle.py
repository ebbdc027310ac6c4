"""How a message moves: the one table, read by Python and built into the conditions of SQL alike."""

from __future__ import annotations

from owl.messages.models import MessageStatus

S = MessageStatus
MOVES: dict[MessageStatus, frozenset[MessageStatus]] = {
    S.DRAFT: frozenset({S.AWAITING_APPROVAL, S.CANCELLED}),
    S.AWAITING_APPROVAL: frozenset({S.RETURNED, S.SCHEDULED, S.SENDING, S.CANCELLED}),
    S.RETURNED: frozenset({S.AWAITING_APPROVAL, S.CANCELLED}),
    S.SCHEDULED: frozenset({S.SENDING, S.CLOSED, S.CANCELLED}),  # closed: over before it could start
    S.SENDING: frozenset({S.PAUSED, S.SENT, S.CANCELLED}),
    S.PAUSED: frozenset({S.SENDING, S.CANCELLED}),
    S.SENT: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.CANCELLED: frozenset(),
}
EDITABLE = frozenset({S.DRAFT, S.RETURNED})


def may_move(before: MessageStatus, after: MessageStatus) -> bool:
    """Whether a message may go from one status straight to the other."""
    return after in MOVES[before]


def sources(after: MessageStatus) -> list[MessageStatus]:
    """The statuses from which a message may reach this one: `Message.status.in_(sources(SENT))`."""
    return [before for before in MessageStatus if may_move(before, after)]
