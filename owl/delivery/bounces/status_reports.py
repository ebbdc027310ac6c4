"""Delivery status notifications (RFC 3464), also those that are none but write the same fields in their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from owl.delivery.bounces.mail_text import text_of
from owl.delivery.bounces.verdicts import Finding, Verdict, judge

FIELD = re.compile(
    r"^(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code)"
    r"[ \t]*:[ \t]*(.*(?:\n[ \t]+.*)*)",
    re.IGNORECASE | re.MULTILINE,
)
STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}  # RFC 3464, RFC 6533
MOST_RECIPIENTS = 50


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says of one recipient, field by field; the recipient is for comparing, never kept."""

    recipients: tuple[str, ...]
    action: str
    status: str
    diagnostic: str

    def judged(self, human: str) -> Finding:
        """The verdict; `human` is the report's own text, for servers that put their reason there alone."""
        if self.action in {"delayed", "delivered", "relayed", "expanded"}:
            return Finding(Verdict.DELAYED if self.action == "delayed" else Verdict.DELIVERED)
        found = judge(self.status, self.diagnostic or self.status) or judge(self.status, human)
        return found or Finding(Verdict.SOFT, self.status or None)


def told_of_each(fields: str) -> list[Told]:
    """One for each recipient. A new one begins where a field comes again."""
    groups: list[dict[str, str]] = [{}]
    for field, text in FIELD.findall(fields):
        name, value = field.lower(), " ".join(text.split())
        if name in groups[-1] and name != "diagnostic-code":
            groups.append({})
        groups[-1][name] = f"{groups[-1].get(name, '')} {value}".strip()
    told = [_told(group) for group in groups[:MOST_RECIPIENTS]]
    return [one for one in told if one.action or one.status or one.diagnostic]


def status_fields(parts: list[Message]) -> Iterator[str]:
    """The text of each part that holds such fields."""
    for part in parts:
        if part.get_content_type() in STATUS_TYPES:
            payload = part.get_payload()
            # The email package makes a mail of each block; a broken report stays text.
            yield "\n\n".join(_block(block) for block in payload) if isinstance(payload, list) else str(payload)


def _block(block: object) -> str:
    if not isinstance(block, Message):
        return str(block)
    rows = [f"{name}: {value}" for name, value in block.items()]
    return "\n".join([*rows, text_of(block)])


def _told(group: dict[str, str]) -> Told:
    recipients = (group.get(name, "") for name in ("original-recipient", "final-recipient", "x-actual-recipient"))
    bare = tuple(one.rpartition(";")[2].strip(" <>") for one in recipients if one)
    action = re.match(r"[a-z]*", group.get("action", "").lower())
    return Told(bare, action[0] if action else "", group.get("status", ""), group.get("diagnostic-code", ""))
