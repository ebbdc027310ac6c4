"""From the API's shapes to drafts, and back."""

from __future__ import annotations

from typing import Any

from owl.foundation.errors import BadInput
from owl.messages.audience import Area, Audience, BrokenAudience
from owl.messages.draft import Draft
from owl.messages.models import Message
from owl.web.api.shapes import DraftIn


def draft_of(shape: DraftIn) -> Draft:
    """The draft that was sent. Raises BadInput."""
    include, exclude = _areas("include", shape.include), _areas("exclude", shape.exclude)
    return Draft(
        kind=shape.kind,
        severity=shape.severity,
        title=shape.title,
        body=shape.body,
        sms_text=shape.sms_text,
        audience=Audience.of(include, exclude, shape.channels),
        valid_until=shape.valid_until,
        send_at=shape.send_at,
        partner_id=shape.partner_id,
        names_a_person=shape.names_a_person,
    )


def shown(message: Message) -> dict[str, Any]:
    """The message as MessageOut says."""
    draft = Draft.of(message)
    return {
        "id": message.id,
        "code": message.code,
        "kind": message.kind.value,
        "severity": message.severity.value,
        "status": message.status.value,
        "version": message.version,
        "title": message.title,
        "body": message.body,
        "sms_text": message.sms_text or "",
        **draft.audience.to_json(),
        "partner_id": message.partner_id,
        "homes": message.homes,
        "targeted": message.targeted,
        "returned_reason": message.returned_reason,
        **{
            name: moment and moment.isoformat()
            for name in ("created_at", "submitted_at", "approved_at", "send_at", "finished_at", "valid_until")
            for moment in [getattr(message, name)]
        },
    }


def _areas(field: str, texts: list[str]) -> list[Area]:
    try:
        return [Area.parse(text) for text in texts]
    except BrokenAudience as error:
        raise BadInput({field: error.sentence}) from None
