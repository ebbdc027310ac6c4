"""How a message did, as a file for a spreadsheet: counts alone, nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from owl.delivery.queries import Fault, Ledger
from owl.foundation.notices import Channel
from owl.foundation.spreadsheets import csv_line
from owl.reports.tallies import Areas

COLUMNS = ("what", "area", "channel", "state", "count")
CHANNELS = {Channel.EMAIL: "email", Channel.SMS: "text"}


def afterwards_csv(
    *,
    ledgers: Mapping[Channel, Ledger],
    faults: Iterable[Fault],
    areas: Areas | None,
    ratings: Iterable[tuple[str, int]],
    replies: int,
) -> str:
    """One figure a line, with a header. Deliveries of all areas together are exact, those by area as counted last."""
    rows: list[Sequence[object]] = []
    for channel, counted in ledgers.items():
        rows += [("deliveries", "", CHANNELS[channel], status.value, count) for status, count in counted.rows]
    rows += [("why it failed", "", "", fault.sentence, fault.count) for fault in faults]
    for row in areas.rows if areas else ():
        rows += [
            ("homes with OWL", row.area, "", "", row.homes_there),
            ("homes written to", row.area, "", "", row.homes),
            ("homes reached", row.area, "", "", row.reached),
        ]
        for channel, name in CHANNELS.items():
            rows += [("deliveries", row.area, name, state, count) for state, count in sorted(row.of(channel).items())]
    rows += [("was it useful", "", "", label, count) for label, count in ratings]
    rows.append(("replies", "", "", "", replies))
    return "".join(csv_line(map(str, row)) for row in (COLUMNS, *rows))
