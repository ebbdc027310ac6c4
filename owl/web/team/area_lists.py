"""The composer's lists of areas: short ones whole, of long ones what is chosen until somebody asks for the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from owl.messages.area_choices import AreaChoice, AreaList
from owl.messages.audience import AreaKind

LONG = 60  # areas; a county has 200 sectors and 1,000 watches, which nobody reads through on a phone
PLURALS = {
    AreaKind.COUNTY: "Whole county",
    AreaKind.DISTRICT: "Districts",
    AreaKind.NEIGHBOURHOOD: "Neighbourhoods",
    AreaKind.WARD: "Wards",
    AreaKind.SECTOR: "Postcode sectors",
    AreaKind.WATCH: "Watches: their members",
}


@dataclass(frozen=True, slots=True)
class ShownList:
    """The areas of one kind, as far as the page shows them."""

    kind: AreaKind
    groups: tuple[tuple[str, tuple[AreaChoice, ...]], ...]
    there: int  # areas in all
    chosen: int
    is_whole: bool
    was_asked_for: bool

    @property
    def plural(self) -> str:
        """What the list is called."""
        return PLURALS[self.kind]

    @property
    def things(self) -> str:
        """What is in it, within a sentence."""
        return self.plural.partition(":")[0].lower()


def shown_lists(
    choices: Sequence[AreaList], marked: Collection[str], *, asked_for: Collection[str] = ()
) -> list[ShownList]:
    """Every list, with all that is in it or with the areas among `marked`; `asked_for`: kinds."""
    return [_shown(listed, marked, was_asked_for=listed.kind.value in asked_for) for listed in choices]


def _shown(listed: AreaList, marked: Collection[str], *, was_asked_for: bool) -> ShownList:
    there = sum(len(rows) for _, rows in listed.groups)
    picked = tuple((group, tuple(row for row in rows if row.value in marked)) for group, rows in listed.groups)
    chosen = sum(len(rows) for _, rows in picked)
    is_whole = there <= LONG or was_asked_for
    groups = listed.groups if is_whole else tuple((group, rows) for group, rows in picked if rows)
    return ShownList(listed.kind, groups, there, chosen, is_whole, was_asked_for)
