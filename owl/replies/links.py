"""The link to one's own conversation with a team: sent to its writer alone, since it shows what they wrote."""

from __future__ import annotations

from owl.foundation.current import delivery_token, named_delivery
from owl.foundation.signed_links import Purpose


def conversation_token(reply_id: int) -> str:
    """The token that opens the conversation of this reply."""
    return delivery_token(Purpose.CONVERSATION, reply_id, 0)


def conversation_named(token: str) -> int | None:
    """The reply whose conversation the token opens; None for what we did not sign for that."""
    named = named_delivery(Purpose.CONVERSATION, token)
    return named[0] if named and named[1] == 0 else None
