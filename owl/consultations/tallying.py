"""The figures of a consultation, worked out of its counted ballots without pointing at fewer than five homes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from owl.consultations.areas import Ward, areas, holds
from owl.consultations.consultation_models import Source
from owl.consultations.counted_answers import Item, items_of
from owl.consultations.figures import Figures, ItemFigures, OptionFigures, Share
from owl.consultations.intervals import places
from owl.consultations.questions import Question
from owl.consultations.small_groups import FEWEST, Bounds, Tally, is_safe, nearly_all
from owl.consultations.weighting import Area, Estimate, Group, estimate, groups_of


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted ballot, by itself."""

    source: Source
    neighbourhood: str | None
    ward: str | None
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that a ballot named, torn off it."""

    question: str
    source: Source
    ward: str  # its code


def tally(
    questions: Iterable[Question],
    ballots: Sequence[Counted],
    homes: Mapping[tuple[str, str | None], int],
    marks: Sequence[Mark] = (),
) -> Figures:
    """All figures. `homes`: registered ones by neighbourhood and ward."""
    questions = tuple(questions)
    items = items_of(questions)
    by_source = {source: [ballot for ballot in ballots if ballot.source is source] for source in Source}
    invited, there = by_source[Source.INVITED], sum(homes.values())
    heard = areas(_wards(invited, homes))
    found = [_invited(item, invited, heard) for item in items if invited]
    for source in (Source.OPEN, Source.PAPER, Source.DOORSTEP):
        found += [_item(item, source, _tally(item, by_source[source])) for item in items]
    found += [_places(question, source, len(by_source[source]), marks) for question in questions for source in Source]
    return Figures(
        ballots={source: len(cast) if len(cast) >= FEWEST else None for source, cast in by_source.items() if cast},
        homes=there if is_safe(len(invited), there) else None,
        areas=heard,
        neighbourhoods=_by_neighbourhood(heard),
        items=tuple(item for item in found if item.ballots >= FEWEST and item.options),
    )


def _wards(ballots: Iterable[Counted], homes: Mapping[tuple[str, str | None], int]) -> list[Ward]:
    found: dict[tuple[str | None, str | None], list[int]] = {place: [there, 0] for place, there in homes.items()}
    for ballot in ballots:
        found.setdefault((ballot.neighbourhood, ballot.ward), [0, 0])[1] += 1
    return [Ward(*place, *counts) for place, counts in found.items()]


def _invited(item: Item, ballots: Sequence[Counted], heard: Sequence[Area]) -> ItemFigures:
    """All of them; weighted by the areas that may be told."""
    by_area = _by_area(ballots, heard) if heard else {_alone(len(ballots)): list(ballots)}
    tallies = [(area, _tally(item, here)) for area, here in by_area.items()]
    return _item(item, Source.INVITED, _tally(item, ballots), groups_of(tallies, item.bounds))


def _by_area(ballots: Iterable[Counted], heard: Sequence[Area]) -> dict[Area, list[Counted]]:
    found: dict[Area, list[Counted]] = {area: [] for area in heard}
    for ballot in ballots:
        found[next(area for area in heard if holds(area, ballot.neighbourhood, ballot.ward))].append(ballot)
    return found


def _tally(item: Item, ballots: Sequence[Counted]) -> Tally:
    took = Counter(option for ballot in ballots for option in item.taken(ballot.answers))
    return Tally(len(ballots), {option: took[option] for option in item.options})


def _item(item: Item, source: Source, whole: Tally, groups: Mapping[str, Sequence[Group]] | None = None) -> ItemFigures:
    """`groups`: those that weigh, by option; None: nothing is weighted."""
    weighted = {option: estimate(parts) for option, parts in (groups or {}).items()}
    nearly = nearly_all(whole, item.bounds)
    plain = groups_of([(_alone(whole.ballots), whole)], item.bounds)
    raw = {option: estimate(parts) for option, parts in plain.items()}
    raw_shares, weighted_shares = _ranked(raw, len(nearly)), _ranked(weighted, len(nearly))
    options = [
        OptionFigures(
            option,
            ballots=whole.took[option] if option in raw else None,
            nearly_all=option in nearly,
            raw=raw_shares.get(option),
            weighted=weighted_shares.get(option),
            groups=len(groups[option]) if groups and option in raw else 0,
            neighbourhoods=_in_neighbourhoods(groups[option]) if groups and option in raw else None,
        )
        for option in item.options
    ]
    options.sort(key=lambda one: (not one.nearly_all, one.raw.rank if one.raw else len(item.options) + 1))
    return ItemFigures(item.question, item.statement, source, whole.ballots, tuple(options))


def _places(question: Question, source: Source, ballots: int, marks: Iterable[Mark]) -> ItemFigures:
    """Wards that at least five, and not all but a few, named; of the others, not even how many there are."""
    took = Counter(mark.ward for mark in marks if (mark.question, mark.source) == (question.id, source))
    item = Item(question.id, None, tuple(sorted(took)), Bounds(int(question.required), 1))
    found = _item(item, source, Tally(ballots, {**took, "": 0}))
    return replace(found, options=tuple(one for one in found.options if one.ballots))


def _alone(ballots: int) -> Area:
    """All of them as one, where nothing is weighted."""
    return Area(("",), ("",), homes=ballots, ballots=ballots)


def _ranked(shares: Mapping[str, Estimate], above: int) -> dict[str, Share]:
    found = places([(one.share, one.interval) for one in shares.values()], above=above)
    return {
        option: Share(one.share, one.interval.low, one.interval.high, place.rank, place.best, place.worst)
        for (option, one), place in zip(shares.items(), found, strict=True)
    }


def _in_neighbourhoods(groups: Sequence[Group]) -> dict[str, int]:
    """Ballots that took it, of the neighbourhoods that are whole in groups of their own; nothing where all are one."""
    found: Counter[str] = Counter()
    mixed: set[str] = set()
    for group in groups:
        here = {one for area in group.areas for one in area.neighbourhoods}
        found.update(dict.fromkeys(here, group.took))
        mixed |= here if len(here) > 1 else set()
    return {one: took for one, took in sorted(found.items()) if one not in mixed} if len(found) > 1 else {}


def _by_neighbourhood(heard: Sequence[Area]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for area in heard:
        if len(area.neighbourhoods) == 1:
            found[area.neighbourhoods[0]] += area.ballots
    return dict(sorted(found.items())) if len(found) > 1 else {}
