"""What somebody wrote to their team under their name: part of their data."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.messages.models import Message
from owl.replies.models import Addition, Answer, Reply
from owl.replies.references import reference_of
from owl.replies.ticket_models import Note


def replies_by(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    """The subscriber's replies and their answers, oldest first; times aware."""
    replies = session.execute(
        sa.select(Reply.id, Message.title, Reply.words, Reply.received_at)
        .join(Message, Message.id == Reply.message_id)
        .where(Reply.subscriber_id == subscriber_id)
        .order_by(Reply.id)
    ).all()
    answers = session.execute(
        sa.select(Answer.reply_id, Answer.words, Answer.written_at)
        .where(Answer.reply_id.in_([reply.id for reply in replies]))
        .order_by(Answer.id)
    ).all()
    additions = session.execute(
        sa.select(Addition.reply_id, Addition.words, Addition.written_at)
        .where(Addition.reply_id.in_([reply.id for reply in replies]))
        .order_by(Addition.id)
    ).all()
    notes = session.execute(
        sa.select(Note.reply_id, Note.words, Note.written_at)
        .where(Note.reply_id.in_([reply.id for reply in replies]))
        .order_by(Note.id)
    ).all()
    return [
        {
            "reference": reference_of(reply.id),
            "about": reply.title,
            "words": reply.words,
            "received_at": reply.received_at,
            "added": [
                {"words": added.words, "written_at": added.written_at}
                for added in additions
                if added.reply_id == reply.id
            ],
            "notes_of_the_team": [
                {"words": note.words, "written_at": note.written_at} for note in notes if note.reply_id == reply.id
            ],
            "answers": [
                {"words": answer.words, "written_at": answer.written_at}
                for answer in answers
                if answer.reply_id == reply.id
            ],
        }
        for reply in replies
    ]
