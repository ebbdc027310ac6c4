"""Results as files: the same figures as on the pages, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from owl.consultations.figures import OptionFigures, Share
from owl.consultations.telling import Results, Told
from owl.foundation.spreadsheets import csv_line

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
SHARES = ("share", "low", "high", "place", "best place", "worst place")
COLUMNS = (
    "question", "statement", "how it came", "answer", "ballots", "chose it", "note",
    *(f"counted {name}" for name in SHARES), *(f"weighted {name}" for name in SHARES), "groups of wards",
)  # fmt: skip
DIGITS = 4


def as_csv(results: Results) -> str:
    """One answer a line, then one area a line; what is not told is empty, and a note says so."""
    lines = [list(COLUMNS)]
    for told in results.told:
        for item in told.items:
            for label, row in item.rows:
                lines.append(
                    [
                        told.question.text, told.statement, item.source.value, label, str(item.ballots),
                        "" if row.ballots is None else str(row.ballots),
                        "nearly all" if row.nearly_all else "" if row.is_told else "not told",
                        *_cells(row.raw), *_cells(row.weighted), str(row.groups or ""),
                    ]
                )  # fmt: skip
    lines += [[], ["neighbourhood", "wards", "homes", "homes that took part"]]
    for area in results.figures.areas:
        where = ", ".join(sorted(results.neighbourhoods.get(one, "") for one in area.neighbourhoods))
        lines.append([where, results.name_of(area), str(area.homes), str(area.ballots)])
    return "".join(map(csv_line, lines))


def as_json(results: Results) -> dict[str, Any]:
    """The same, to be read by programs. Shares are of 1."""
    asked = results.consultation
    return {
        "consultation": asked.slug,
        "title": asked.title,
        "opened": asked.opens_at.isoformat() if asked.opens_at else None,
        "closed": asked.closes_at.isoformat() if asked.closes_at else None,
        "licence": LICENCE,
        "method": "/how-we-count",
        "ballots": {source.value: count for source, count in results.figures.ballots.items()},
        "homes": results.figures.homes,
        "areas": [
            {
                "neighbourhoods": list(area.neighbourhoods), "wards": list(area.wards), "name": results.name_of(area),
                "homes": area.homes, "ballots": area.ballots,
            }
            for area in results.figures.areas
        ],
        "neighbourhoods": dict(results.figures.neighbourhoods),
        "questions": [question for told in results.told for question in _questions(told)],
    }  # fmt: skip


def _questions(told: Told) -> Iterator[dict[str, Any]]:
    for item in told.items:
        yield {
            "id": told.question.id,
            "type": told.question.type.value,
            "text": told.question.text,
            "statement": told.statement or None,
            "source": item.source.value,
            "ballots": item.ballots,
            "answers": [{"text": label} | _answer(row) for label, row in item.rows],
        }


def _answer(row: OptionFigures) -> dict[str, Any]:
    found = asdict(row)
    for name in ("raw", "weighted"):
        if found[name]:
            found[name] |= {part: round(found[name][part], DIGITS) for part in ("share", "low", "high")}
    return found


def _cells(share: Share | None) -> list[str]:
    if share is None:
        return [""] * len(SHARES)
    figures = [f"{part:.{DIGITS}f}" for part in (share.share, share.low, share.high)]
    return [*figures, str(share.rank), str(share.best), str(share.worst)]
