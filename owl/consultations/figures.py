"""The results of a consultation as values: what was worked out once, at the count, and is told ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from owl.consultations.consultation_models import Source
from owl.consultations.weighting import Area


@dataclass(frozen=True, slots=True)
class Share:
    """Of 1, with its 95 % interval; and its place among those that are told, with those it may really have."""

    share: float
    low: float
    high: float
    rank: int
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """How many ballots took one option. Without figures: fewer than five, or what would tell of fewer than five."""

    option: str
    ballots: int | None = None
    nearly_all: bool = False  # all, or all but fewer than five
    raw: Share | None = None  # of the ballots
    weighted: Share | None = None  # of the homes; for ballots of invited homes alone
    groups: int = 0  # of wards, that weigh; of one alone, weighted is as raw
    neighbourhoods: Mapping[str, int] | None = None  # ballots, where that may be told

    @property
    def is_told(self) -> bool:
        """Whether anything is."""
        return self.nearly_all or self.ballots is not None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """A question, or one statement of it, by one source of ballots; most taken first, what is not told last."""

    question: str
    statement: str | None
    source: Source
    ballots: int
    options: tuple[OptionFigures, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is told in numbers."""

    ballots: Mapping[Source, int | None]  # None: fewer than five
    homes: int | None  # registered at the count; None: would tell how few did not take part
    areas: tuple[Area, ...]  # turn-out of invited homes
    neighbourhoods: Mapping[str, int]  # ballots of invited homes, where that may be told
    items: tuple[ItemFigures, ...]

    @property
    def invited(self) -> int:
        """Ballots of invited homes; 0 where they were fewer than five."""
        return self.ballots.get(Source.INVITED) or 0

    def of(self, source: Source) -> tuple[ItemFigures, ...]:
        """What came in one way."""
        return tuple(item for item in self.items if item.source is source)

    def to_json(self) -> dict[str, Any]:
        """As the column holds it."""
        return asdict(self)


def figures_of(kept: Mapping[str, Any]) -> Figures:
    """The figures that to_json wrote."""
    return Figures(
        ballots={Source(source): count for source, count in kept["ballots"].items()},
        homes=kept["homes"],
        areas=tuple(
            Area(tuple(area["neighbourhoods"]), tuple(area["wards"]), area["homes"], area["ballots"])
            for area in kept["areas"]
        ),
        neighbourhoods=kept["neighbourhoods"],
        items=tuple(_item(item) for item in kept["items"]),
    )


def _item(kept: Mapping[str, Any]) -> ItemFigures:
    options = tuple(
        OptionFigures(
            **dict(option) | {name: Share(**option[name]) if option[name] else None for name in ("raw", "weighted")}
        )
        for option in kept["options"]
    )
    return ItemFigures(**dict(kept) | {"source": Source(kept["source"]), "options": options})
