"""Patterns of many alternatives, written so that each can be read."""

from __future__ import annotations

import re


def any_of(alternatives: str) -> re.Pattern[str]:
    """A pattern for any of these, parted by `;`, in capitals or small letters; ^ and $ stand for a line's ends."""
    parts = [" ".join(part.split()) for part in alternatives.split(";")]
    return re.compile("|".join(filter(None, parts)), re.IGNORECASE | re.MULTILINE)
