"""What OWL has been good for: messages and what they led to, by team, kind and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.clock import LONDON
from owl.foundation.spreadsheets import csv_line
from owl.geography.models import Neighbourhood
from owl.households.choices import CHOICES, Kind
from owl.reports.models import LedTo

Key = TypeVar("Key", Kind, date, str)

# Without a team each message counts once; under each of its teams once more. `homes` of a team are those in its area.
_CUBE = sa.text(
    """
    WITH went AS (
        SELECT message.id, kind, homes, neighbourhood_ids, led_to,
            CAST(date_trunc('month', approved_at AT TIME ZONE 'Europe/London') AS date) AS month,
            coalesce(replies, 0) AS replies, coalesce(useful, 0) AS useful, coalesce(not_useful, 0) AS not_useful
        FROM message
        LEFT JOIN message_tally ON message_tally.message_id = message.id
        LEFT JOIN message_outcome ON message_outcome.message_id = message.id
        WHERE approved_at >= :since AND approved_at < :until AND homes IS NOT NULL AND status <> 'scheduled'
            AND follow_up IS NULL AND author_id IS NOT NULL AND NOT training
            AND neighbourhood_ids && CAST(:areas AS text[])
    ), told AS (
        SELECT '' AS team, went.* FROM went
        UNION ALL
        SELECT area, went.id, kind, coalesce(area_tally.homes, 0), neighbourhood_ids, led_to, month, replies, useful,
            not_useful
        FROM went
        CROSS JOIN unnest(neighbourhood_ids) AS area
        LEFT JOIN area_tally ON area_tally.message_id = went.id AND area_tally.neighbourhood_id = area
        WHERE area = ANY (CAST(:areas AS text[]))
    )
    SELECT team, kind, month, count(*), sum(homes), sum(replies), sum(useful), sum(not_useful),
        count(*) FILTER (WHERE led_to IS NULL),
        count(*) FILTER (WHERE 'found_safe' = ANY (led_to)), count(*) FILTER (WHERE 'arrest' = ANY (led_to)),
        count(*) FILTER (WHERE 'recovered' = ANY (led_to)), count(*) FILTER (WHERE 'prevented' = ANY (led_to)),
        count(*) FILTER (WHERE 'information' = ANY (led_to)), count(*) FILTER (WHERE 'none' = ANY (led_to))
    FROM told GROUP BY team, kind, month
    """
)


@dataclass
class Figures:
    """Messages, and what came of them; `homes` are counted once for each message."""

    messages: int = 0
    homes: int = 0
    replies: int = 0
    useful: int = 0
    not_useful: int = 0
    unsaid: int = 0  # messages of which nobody has said what they led to
    led_to: dict[LedTo, int] = field(default_factory=lambda: dict.fromkeys(LedTo, 0))

    def add(self, other: Figures) -> None:
        """Count the other's as well."""
        self.messages += other.messages
        self.homes += other.homes
        self.replies += other.replies
        self.useful += other.useful
        self.not_useful += other.not_useful
        self.unsaid += other.unsaid
        for one, count in other.led_to.items():
            if count:  # of thousands of cells few led to anything
                self.led_to[one] += count

    @property
    def useful_share(self) -> float | None:
        """Of those who rated; None where nobody did."""
        rated = self.useful + self.not_useful
        return self.useful / rated if rated else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind in one month: of all messages (`team` empty), or of one team's."""

    team: str  # its neighbourhood's name
    kind: Kind
    month: date  # its first day
    figures: Figures


@dataclass(frozen=True, slots=True)
class Tally:
    """The cells of a period. A message to several teams counts in the row of each, and once in all other rows."""

    cells: tuple[Cell, ...]

    @property
    def whole(self) -> Figures:
        """Everything together."""
        return _together(cell for cell in self.cells if not cell.team)

    def by_kind(self) -> list[tuple[Kind, Figures]]:
        """In the order of the kinds."""
        return self._by(lambda cell: cell.kind, order=list(CHOICES).index)

    def by_month(self) -> list[tuple[date, Figures]]:
        """The newest first."""
        return self._by(lambda cell: cell.month)[::-1]

    def by_team(self) -> list[tuple[str, Figures]]:
        """In the order of the alphabet."""
        return self._by(lambda cell: cell.team, teams=True)

    def lines(self) -> Iterator[str]:
        """All cells of teams as the lines of a CSV file, its header first."""
        named = ("messages", "homes", "replies", "rated useful", "rated not useful", *LedTo, "not said")
        yield csv_line(["team", "kind", "month", *named])
        labels: dict[Kind, str] = {kind: kind.label for kind in CHOICES}  # each is looked up in a catalogue
        for cell in self.cells:
            if cell.team:
                of = cell.figures
                numbers = (
                    of.messages, of.homes, of.replies, of.useful, of.not_useful, *of.led_to.values(), of.unsaid,
                )  # fmt: skip
                yield csv_line(
                    [cell.team, labels.get(cell.kind, cell.kind.value), f"{cell.month:%Y-%m}", *map(str, numbers)]
                )

    def _by(
        self, key: Callable[[Cell], Key], *, teams: bool = False, order: Callable[[Any], Any] | None = None
    ) -> list[tuple[Key, Figures]]:
        grouped: defaultdict[Key, Figures] = defaultdict(Figures)
        for cell in self.cells:
            if bool(cell.team) is teams:
                grouped[key(cell)].add(cell.figures)
        return [(one, grouped[one]) for one in sorted(grouped, key=order)]


def tally(session: Session, areas: Collection[str], *, first: date, last: date, kind: Kind | None = None) -> Tally:
    """What the messages to these neighbourhoods led to, from the month of the first day to that of the last."""
    period = {"since": _begins(first), "until": _begins(_next(last)), "areas": sorted(areas)}
    names: dict[str, str] = {row[0]: row[1] for row in session.execute(sa.select(Neighbourhood.id, Neighbourhood.name))}
    cells = [_cell(tuple(row), names) for row in session.execute(_CUBE, period)]
    ordered = sorted(cells, key=lambda cell: (cell.team, cell.month, cell.kind))
    return Tally(tuple(cell for cell in ordered if kind is None or cell.kind is kind))


def _cell(row: Sequence[Any], names: Mapping[str, str]) -> Cell:
    team, kind, month, messages, homes, replies, useful, not_useful, unsaid, *led_to = row
    counted = dict(zip(LedTo, led_to, strict=True))
    figures = Figures(messages, int(homes), int(replies), int(useful), int(not_useful), unsaid, counted)
    return Cell(names.get(team, team), Kind(kind), month, figures)


def _together(cells: Iterable[Cell]) -> Figures:
    whole = Figures()
    for cell in cells:
        whole.add(cell.figures)
    return whole


def _begins(day: date) -> datetime:
    return datetime.combine(day.replace(day=1), time(), LONDON)


def _next(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
