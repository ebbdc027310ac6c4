"""What a check says of somebody's words, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from owl.households.choices import Kind
from owl.messages.markdown import as_text

LOOKED_AT = 12_000  # characters; what is longer is refused anyway


class Weight(StrEnum):
    """What comes of it."""

    STOPS = "stops"  # the message can't go out like this
    MIND = "mind"  # its author decides
    GOOD = "good"  # nothing to do


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check looked for. `reason`: why it matters and what to do; empty where all is well."""

    name: str
    weight: Weight
    reason: str = ""
    field: str = "body"  # where it stands, of those that stop a message


@dataclass(frozen=True, slots=True)
class Words:
    """All that is checked of a message; `kind` is None before one is chosen."""

    kind: Kind | None
    title: str
    body: str  # Markdown
    sms_text: str = ""
    by_text: bool = False

    @property
    def fields(self) -> dict[str, str]:
        """Each part that goes out, as it was typed, by the name of its field."""
        sent = {"title": self.title, "body": self.body} | ({"sms_text": self.sms_text} if self.by_text else {})
        return {field: text[:LOOKED_AT] for field, text in sent.items()}

    @property
    def plain(self) -> str:
        """Title and body as they are read, without marks."""
        return f"{self.title}\n{as_text(self.body[:LOOKED_AT])}"[:LOOKED_AT]
