"""Words and numbers of a consultation as somebody typed them, made fit to be kept."""

from __future__ import annotations

from owl.foundation.errors import BadInput


def one_line(typed: object, field: str, longest: int) -> str:
    """The words on one line, single blanks between. Raises BadInput for `field`."""
    return _fit(" ".join(typed.split()) if isinstance(typed, str) else "", field, longest)


def lines(typed: object, field: str, longest: int) -> str:
    """The words with one kind of line end and no blanks around. Raises BadInput for `field`."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(typed, str) else ""
    return _fit(text, field, longest)


def whole_number(typed: object, field: str, allowed: range) -> int | None:
    """The number; None for none. Raises BadInput for `field`."""
    if typed is None:
        return None
    if isinstance(typed, bool) or not isinstance(typed, int) or typed not in allowed:
        raise BadInput({field: f"Choose a whole number from {allowed[0]} to {allowed[-1]}."})
    return typed


def _fit(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise BadInput({field: f"“{text[:20]}…” is {len(text):,} characters long. Use {longest:,} or fewer."})
    if not all(char.isprintable() or char == "\n" for char in text):
        raise BadInput({field: "There are hidden characters in it. Delete it and type it again."})
    return text
