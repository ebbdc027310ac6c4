"""Reads a CSV file row by row, whatever was done to it: its letters, its separator, its broken lines."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from owl.foundation.errors import BadInput

Source = Callable[[], BinaryIO]  # opens the file from its beginning; it is read three times

LONGEST = 10_000  # characters of a row: more is a lost line break or quotation mark
MOST_LINES = 20  # of a row whose cells hold line breaks
SHOWN = 200  # characters of a broken line that are given back
BLOCK = 1 << 20  # bytes
OF_ZIP = b"PK\x03\x04"  # begins every .xlsx and .ods

SAYS_SEPARATOR = re.compile(r'"?sep=([,;\t])"?[\r\n]*', re.IGNORECASE)  # a first line that Excel asks for

TOO_LONG = f"This line is longer than {LONGEST:,} characters. Look for a lost line break."
UNCLOSED = "A quotation mark is opened here and never closed. Take it out, or close it."
MISQUOTED = "A quotation mark stands in the middle of a cell. Double it, and put the cell in quotation marks."
NUL = "There is a character here that we can’t read. Type the row again."


@dataclass(frozen=True, slots=True)
class Record:
    """A row as a spreadsheet numbers it: the header is row 1."""

    row_no: int
    cells: list[str]
    fault: str | None = None  # why it can't be taken apart; its cells are then the beginning of the line


@dataclass
class Records:
    """The rows of a file, its header first. Empty rows and Excel's `sep=;` are left out, and count in others' numbers.

    `encoding` is found by reading all of it once. Raises BadInput: no text at all.
    """

    source: Source
    encoding: str = field(init=False)
    delimiter: str = field(init=False)

    def __post_init__(self) -> None:
        self.encoding = _encoding_of(self.source)
        with self._lines() as lines:
            self.delimiter = _delimiter_of(lines.readline(LONGEST))

    def __iter__(self) -> Iterator[Record]:
        with self._lines() as stream:
            yield from _records(stream, self.delimiter)

    def _lines(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self.source(), encoding=self.encoding, newline="")


def _records(stream: io.TextIOWrapper, delimiter: str) -> Iterator[Record]:
    row_no = 0
    again: deque[str] = deque()
    while line := again.popleft() if again else stream.readline(LONGEST + 1):
        row_no += 1
        if row_no == 1 and SAYS_SEPARATOR.fullmatch(line):
            continue
        if len(line) > LONGEST:
            yield Record(row_no, [line[:SHOWN]], TOO_LONG)
            _pass_over(line, stream)
        elif "\0" in line:
            yield Record(row_no, [line.replace("\0", "")[:SHOWN]], NUL)
        elif '"' in line:
            yield _quoted(row_no, line, delimiter, stream, again)
        else:
            cells = line.rstrip("\r\n").split(delimiter)
            if any(cells):
                yield Record(row_no, cells)


def _quoted(row_no: int, line: str, delimiter: str, stream: io.TextIOWrapper, again: deque[str]) -> Record:
    """A row with quotation marks, which may go on over several lines; where it never ends, it is its first line."""
    taken = [line]
    while True:
        try:
            return Record(row_no, next(csv.reader(taken, delimiter=delimiter, strict=True)))
        except csv.Error as error:
            is_open = "unexpected end" in str(error)
        if is_open and len(taken) < MOST_LINES and sum(map(len, taken)) <= LONGEST:
            following = again.popleft() if again else stream.readline(LONGEST + 1)
            if following:
                taken.append(following)
                continue
        again.extendleft(reversed(taken[1:]))
        return Record(row_no, [line.rstrip("\r\n")[:SHOWN]], UNCLOSED if is_open else MISQUOTED)


def _pass_over(line: str, stream: io.TextIOWrapper) -> None:
    """Read to the end of a line that is too long, without holding it."""
    while line and not line.endswith(("\n", "\r")):
        line = stream.readline(BLOCK)


def _encoding_of(source: Source) -> str:
    """UTF-8 where all of it can be that, with a BOM or without; UTF-16 by its BOM; else what Windows wrote."""
    with source() as stream:
        beginning = stream.read(4)
    if beginning == OF_ZIP:
        raise BadInput("This is a spreadsheet. Open it, and save it as “CSV UTF-8”.")
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "cp1252"]
    for encoding in candidates:
        if _is_all(source, encoding):
            return encoding
    raise BadInput("We can’t read the letters of this file. Open it in a spreadsheet, and save it as “CSV UTF-8”.")


def _is_all(source: Source, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with source() as stream:
        try:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter_of(header: str) -> str:
    """What the first line says it is, or what stands between the names of the columns most often."""
    if said := SAYS_SEPARATOR.fullmatch(header):
        return said[1]
    if not header.strip():
        raise BadInput("This file is empty, or its first line is. The first line must name the columns.")
    return max((",", ";", "\t"), key=header.count)
