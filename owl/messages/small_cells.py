"""Which parts of a count may be shown: none so small that it tells of single homes, nor that the rest leaves over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 5  # homes that may be shown as a number


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Homes by area, most first; `elsewhere` is in so many other areas together, each too small or kept to hide one."""

    cells: tuple[tuple[str | None, int], ...]  # code of the area (None: not known), homes
    hidden: int  # areas
    elsewhere: int  # homes in them


def hide_few(homes: Mapping[str | None, int]) -> Breakdown:
    """The counts without those below FEWEST.

    One that stands hidden alone is what the shown ones leave over from the total, so the next larger one is hidden with
    it; and so on until those that are hidden have FEWEST homes or more together.
    """
    ordered = sorted(homes.items(), key=lambda cell: (cell[1], cell[0] or ""))
    hidden = sum(count < FEWEST for _, count in ordered)
    while 0 < hidden < len(ordered) and (hidden == 1 or sum(count for _, count in ordered[:hidden]) < FEWEST):
        hidden += 1
    shown = tuple(reversed(ordered[hidden:]))
    return Breakdown(shown, hidden, sum(count for _, count in ordered[:hidden]))
