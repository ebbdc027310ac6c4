"""Until when a consultation takes answers."""

from __future__ import annotations

from datetime import datetime

from owl.messages.models import Message
from owl.replies.opening import works_until


def closes_at(message: Message) -> datetime:
    """When the question closes: when the message says, else when its links end."""
    return message.valid_until or works_until(message)
