"""How a verb is tried: by which permission, where, and one way to do it that works.

`do` is the verb; `who` the user's number; `it` what `made` returned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission
from tests.factories import NOW

P = Permission
Made = Callable[[Session], Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """What it takes to do it. `here`: also an area; what is made lies in HITCHIN."""

    permission: Permission
    here: bool
    act: Callable[[Any, int, Any], object]
    made: Made = lambda session: None
    by_author: bool = False  # who tries it is made the author of the message first


def administer(act: Callable[[Any, int, Any], object], made: Made = lambda session: None) -> Verb:
    """What administrators do, for the whole house."""
    return Verb(P.ADMINISTER, False, act, made)


def on_message(do: Any, who: int, it: int) -> object:
    return do(it, user_id=who, now=NOW)
