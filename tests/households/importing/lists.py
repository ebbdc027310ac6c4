"""Lists as tests write them, and what became of them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from owl.households.importing.loading import Imported, import_households
from tests.factories import NOW

HEADER = ("postcode", "house", "name", "email", "mobile", "consent_date")
ANNA = ("SG5 1SD", "12", "Anna", "anna@example.com", "07700 900123", "2024-05-31")
BEN = ("AL1 1AG", "", "Ben", "ben@example.com", "", "31/05/2024")


@dataclass
class Loaded:
    """What was counted, and the lines of the file of refused rows."""

    done: Imported
    refused: list[str]


def csv_of(*rows: Sequence[str], header: Sequence[str] = HEADER) -> str:
    return "".join(",".join(row) + "\r\n" for row in (header, *rows))


def load(text: str | bytes, **more: object) -> Loaded:
    """Load the list, with Ofcom's numbers for films allowed."""
    content = text.encode() if isinstance(text, str) else text
    lines: list[str] = []

    def keep(refused: Iterable[str]) -> None:
        lines.extend(refused)

    options = {"allow_drama": True, "now": NOW, "refused": keep} | more
    return Loaded(import_households(lambda: io.BytesIO(content), **options), lines)  # type: ignore[arg-type]
