"""Taking a message that has gone out, but for those who get digests, out of the digests that are still to come."""

from __future__ import annotations

from datetime import datetime

from owl.accounts.permissions import Permission, require
from owl.delivery.digests.waiting import let_go, waits_for_digest
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict
from owl.messages.queries import message_for


class NothingWaits(Conflict):
    """No digest is still to carry the message."""

    def __init__(self) -> None:
        super().__init__("Nobody waits for this message any more, so there was nothing to take out.")


def take_out_of_digests(message_id: int, *, user_id: int, now: datetime) -> None:
    """Let no digest carry the message from now on: what waits becomes cancelled, and nothing else changes.

    A digest that is with its reader this moment keeps it. Raises NotFound, Refused or NothingWaits.
    """
    with transaction() as session:
        message = message_for(session, message_id, user_id=user_id)
        require(session, user_id, Permission.STOP, message.neighbourhood_ids)
        if not waits_for_digest(session, message_id):
            raise NothingWaits
        let_go(session, [message_id], now=now, withdrawn=True)
        record_act(
            session, "take message out of digests", actor_id=user_id, subject="message", subject_id=message_id, now=now
        )
