"""The words that people agree to, by version: the evidence of a consent names one of them.

A version is never edited once somebody has agreed to it; new words get a new version
(UK GDPR, article 7(1): the controller must be able to show what was agreed to).
"""

from __future__ import annotations

from collections.abc import Collection

from owl.foundation.notices import Channel

WORDS = {
    "2026-11": (
        "I agree that Hertfordshire Constabulary may send me the kinds of message I chose, {by}."
        " I can change my choices or stop all messages at any time, with one press."
    )
}
BY = {
    frozenset({Channel.EMAIL}): "by email",
    frozenset({Channel.SMS}): "by text",
    frozenset({Channel.EMAIL, Channel.SMS}): "by email and by text",
}


def consent_words(version: str, channels: Collection[Channel]) -> str:
    """The sentence as it was shown to somebody with these channels."""
    return WORDS[version].format(by=BY[frozenset(channels)])
