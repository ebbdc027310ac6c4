"""Telling somebody on the next page that a colleague was faster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash

from owl.foundation.errors import Conflict, OwlError


@contextmanager
def telling_of_conflicts(*others: type[OwlError]) -> Iterator[None]:
    """Show on the next page why what is tried inside could not be done: a conflict, or one of the `others`."""
    told: tuple[type[OwlError], ...] = (Conflict, *others)
    try:
        yield
    except told as error:
        flash(error.sentence, "important")
