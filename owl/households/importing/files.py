"""Files with people's addresses: for their owner's eyes alone, and never half written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

BOM = "\ufeff"  # spreadsheets of Windows read UTF-8 by it


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Put the lines in place of the file, for this account alone; until all are written, it stays as it was."""
    half = path.with_name(f".{path.name}.half")
    half.unlink(missing_ok=True)
    try:
        with os.fdopen(
            os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            file.write(BOM)
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
