"""Leaving, or getting fewer messages, by one press: the link in each mail."""

from __future__ import annotations

from datetime import datetime

from owl.delivery.queries import recipient_of
from owl.foundation.database import transaction
from owl.households.fewer import Remedy, apply_remedy
from owl.households.leaving import leave_everywhere


def unsubscribe(message_id: int, seq: int, *, now: datetime) -> None:
    """Send nothing more to the person this delivery went to, by mail or by text. Twice is the same as once.

    All their addresses, not this one alone: who presses "Stop all messages" means all.
    Raises NotFound.
    """
    with transaction() as session:
        subscriber_id = recipient_of(session, message_id, seq).subscriber_id
        if subscriber_id is not None:
            leave_everywhere(session, subscriber_id, source="unsubscribe link", now=now)


def get_fewer_instead(message_id: int, seq: int, remedy: Remedy, *, now: datetime) -> None:
    """Let the person this delivery went to get less in this way, for all their homes. Raises NotFound."""
    with transaction() as session:
        subscriber_id = recipient_of(session, message_id, seq).subscriber_id
        if subscriber_id is not None:
            apply_remedy(session, subscriber_id, remedy, now=now)
