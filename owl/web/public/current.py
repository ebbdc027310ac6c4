"""Messages that still hold, ready for a page."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from owl.messages.listed import ListedMessage
from owl.messages.markdown import as_html


def with_html(messages: Iterable[ListedMessage]) -> list[tuple[ListedMessage, Markup]]:
    """Each message with its words as HTML."""
    return [(message, Markup(as_html(message.body))) for message in messages]  # noqa: S704  # made safe there
