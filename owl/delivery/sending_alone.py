"""Sending without approval: what carries none of the risks goes out when its author says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from owl.delivery.approving import plan
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict
from owl.messages.approving import let_go
from owl.messages.composing import hand_in
from owl.messages.risk import Risk


class NeedsApproval(Conflict):
    """The message carries a risk, so that its author may not send it alone."""

    def __init__(self, risks: Iterable[str]) -> None:
        reasons = ", and ".join(Risk(risk).words for risk in risks)
        super().__init__(f"Nothing was sent. It needs approval now, because {reasons}.")


def send_alone(message_id: int, *, user_id: int, version: int, shown_hash: bytes, now: datetime) -> None:
    """Let a draft go out without approval, as it was shown: all or nothing.

    Raises NeedsApproval, AudienceChanged, NobodyReached, and what submit_message raises.
    """
    with transaction() as session:
        message = hand_in(session, message_id, user_id=user_id, version=version, now=now)
        if message.approval_needed_because:
            raise NeedsApproval(message.approval_needed_because)
        let_go(session, message, shown_hash=shown_hash, now=now)
        plan(session, message, act="send without approval", actor_id=user_id, now=now)
