"""Lines of CSV files that people open in a spreadsheet, which must run nothing of what stands in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet runs it."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell


def csv_line(cells: Iterable[str]) -> str:
    """One line of a file, each cell harmless."""
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cell) for cell in cells])
    return line.getvalue()
