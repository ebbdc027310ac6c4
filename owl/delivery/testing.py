"""A test to oneself: the message as its author will see it arrive."""

from __future__ import annotations

from datetime import datetime

from owl.accounts.permissions import Permission, require
from owl.delivery.rendering import preview
from owl.foundation.audit import record_act
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language
from owl.foundation.notices import Channel, send_notice
from owl.households.guests import is_guest
from owl.messages.queries import message_for


def send_test(
    message_id: int,
    *,
    user_id: int,
    mobile: str | None = None,
    language: Language = Language.ENGLISH,
    now: datetime,
) -> None:
    """Send the message to the user's own address, and as a text to `mobile` (E.164) where one is given.

    Raises NotFound, Refused, or in training BadInput for `mobile`.
    """
    with transaction() as session:
        message = message_for(session, message_id, user_id=user_id)
        user = require(session, user_id, Permission.COMPOSE, message.neighbourhood_ids)
        practises = settings().training or user.training
        if mobile is not None and practises and not is_guest(session, Channel.SMS, mobile):
            raise BadInput({"mobile": "In training a test goes only to a number of the guest list."})
        shown = preview(message, sender=f"{user.rank or ''} {user.name}".strip(), language=language)
        send_notice(
            session,
            "test_message",
            channel=Channel.EMAIL,
            address=user.email,
            now=now,
            subject=shown.subject,
            text=shown.text,
            html=shown.html,
        )
        if mobile is not None and shown.sms is not None:
            send_notice(session, "test_message", channel=Channel.SMS, address=mobile, now=now, text=shown.sms)
        record_act(session, "send test", actor_id=user_id, subject="message", subject_id=message_id, now=now)
