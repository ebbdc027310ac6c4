"""Sending to the members of a watch: at once where the coordinator's tier lets it, else once the team approves it."""

from __future__ import annotations

from datetime import datetime

from owl.delivery.approving import plan
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.messages.approving import let_go
from owl.messages.to_members import Words, hand_in
from owl.watches.coordinating import require_tier
from owl.watches.vetting import Tier


def send_to_members(
    watch_id: int, words: Words, *, author_id: int, again: int | None = None, now: datetime
) -> tuple[int, bool]:
    """(id of the message, whether it waits for the team's approval). Mails only, and to members only.

    `again`: of a message of theirs that came back. Raises BadInput with every fault, Refused, NotFound, Conflict or
    NobodyReached; then nothing is sent and nothing kept.
    """
    with transaction() as session:
        watch, tier = require_tier(session, author_id, watch_id, Tier.ASKS, now, lock=True)
        message = hand_in(session, watch, tier, words, author_id=author_id, now=now, again=again)
        if waits := bool(message.approval_needed_because):
            act = "ask to write to members"
            record_act(
                session, act, actor_id=author_id, subject="message", subject_id=message.id, now=now, watch_id=watch_id
            )
        else:
            let_go(session, message, shown_hash=message.audience_hash or b"", now=now)
            plan(session, message, act="write to members", actor_id=author_id, now=now)
        return message.id, waits
