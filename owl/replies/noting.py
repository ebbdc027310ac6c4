"""Notes that colleagues of a team leave for one another beside a reply."""

from __future__ import annotations

from datetime import datetime

from owl.foundation.database import transaction
from owl.replies.holding import hold_reply, record
from owl.replies.ticket_models import Note
from owl.replies.words import clean_words


def add_note(reply_id: int, words: str, *, author_id: int, now: datetime) -> None:
    """Leave a note beside the reply; nothing is sent. Raises BadInput, NotFound, Refused or IsMerged."""
    words = clean_words(words, field="note", empty="Write your note.")
    with transaction() as session:
        reply, _ = hold_reply(session, reply_id, user_id=author_id)
        session.add(Note(reply_id=reply.id, author_id=author_id, words=words, written_at=now))
        record(session, "note on reply", reply, user_id=author_id, now=now)
