"""What an address names, as far as the user may see it, and the way back to its page."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.consultations.consultation_models import Consultation
from owl.consultations.consultation_queries import consultation_for
from owl.foundation.database import db
from owl.messages.models import Message
from owl.messages.queries import message_for


def seen_message(message_id: int) -> Message:
    """The message, which the user may see. Raises NotFound."""
    return message_for(db.session(), message_id, user_id=current_user.id)


def seen_consultation(consultation_id: int) -> Consultation:
    """The consultation, which the user may see. Raises NotFound."""
    return consultation_for(db.session(), consultation_id, user_id=current_user.id)


def to_message(message_id: int) -> ResponseReturnValue:
    """On to the page of the message."""
    return redirect(url_for("team_messages.show", message_id=message_id), 303)
