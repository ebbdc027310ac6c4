"""Mail built once, cut open where recipients differ, and put together for each of them in microseconds.

The stand-ins in the mail that is cut open are as long as what takes their place and made of the same
letters, so that lines break where they would break for that recipient (docs/adr/0019-spliced-mail.md).
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

END = b"\r\n"
SOFT_END = b"=\r\n"  # within a quoted-printable line, RFC 2045, 6.7
IN_BASE64 = re.compile(rb"^Content-Transfer-Encoding: base64\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for the letters start … stop of one of the values."""

    value: int
    start: int
    stop: int


class Run:
    """Bytes with gaps in them."""

    __slots__ = ("_gaps", "_pieces")

    def __init__(self, pieces: Iterable[bytes | Gap]) -> None:
        found = list(pieces)
        self._pieces = [piece if isinstance(piece, bytes) else b"" for piece in found]
        self._gaps = [(at, p.value, p.start, p.stop) for at, p in enumerate(found) if isinstance(p, Gap)]

    def filled(self, values: Sequence[bytes]) -> bytes:
        """The bytes with the values in their gaps."""
        pieces = self._pieces.copy()
        for at, value, start, stop in self._gaps:
            pieces[at] = values[value][start:stop]
        return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class Window:
    """Whole base64 lines around a gap, encoded anew for each recipient."""

    plain: Run
    width: int  # letters in a line

    def filled(self, values: Sequence[bytes]) -> bytes:
        """The lines, without the last one's end."""
        letters = b2a_base64(self.plain.filled(values), newline=False)
        return END.join([letters[at : at + self.width] for at in range(0, len(letters), self.width)])


class Splice:
    """A mail cut open at its stand-ins."""

    __slots__ = ("_runs",)

    def __init__(self, mail: bytes, stand_ins: Sequence[bytes]) -> None:
        """Cut `mail`, a text or a multipart/alternative of texts with CRLF line ends, at each of the stand-ins."""
        self._runs: list[Run | Window] = []
        pieces: list[bytes | Gap] = []
        for piece in (piece for part in _parts(mail) for piece in _cut_part(part, stand_ins)):
            if isinstance(piece, Window):
                self._runs += [Run(_merged(pieces)), piece]
                pieces = []
            else:
                pieces.append(piece)
        self._runs.append(Run(_merged(pieces)))

    def filled(self, values: Sequence[bytes]) -> bytes:
        """The mail with each value in its stand-in's place; each must be as long as the stand-in."""
        return b"".join([run.filled(values) for run in self._runs])


def _parts(mail: bytes) -> list[bytes]:
    """The mail in runs, each with the head and the body of one part."""
    boundary = re.search(rb'^Content-Type: multipart/alternative;\s+boundary="([^"]+)"', mail, re.MULTILINE)
    if boundary is None:
        return [mail]
    return re.split(rb"(?<=\r\n)(?=--" + re.escape(boundary[1]) + rb")", mail)


def _cut_part(part: bytes, stand_ins: Sequence[bytes]) -> Iterator[bytes | Gap | Window]:
    head, end, body = part.partition(END + END)
    yield from _cut(head + end, stand_ins, SOFT_END)
    if IN_BASE64.search(head):
        yield from _cut_base64(body, stand_ins)
    else:
        yield from _cut(body, stand_ins, SOFT_END)


def _cut(text: bytes, stand_ins: Sequence[bytes], soft_end: bytes = b"") -> Iterator[bytes | Gap]:
    """The text in runs around its stand-ins, whether or not a soft line end goes through them."""
    between = b"(?:" + soft_end + b")?" if soft_end else b""
    cuts = re.compile(b"|".join(b"(" + between.join(re.escape(bytes([c])) for c in s) + b")" for s in stand_ins))
    at = 0
    for found in cuts.finditer(text):
        yield text[at : found.start()]
        yield from _gaps((found.lastindex or 1) - 1, found[0], soft_end)
        at = found.end()
    yield text[at:]


def _gaps(value: int, written: bytes, soft_end: bytes) -> Iterator[bytes | Gap]:
    start = 0
    for run in written.split(soft_end) if soft_end else [written]:
        if start:
            yield soft_end
        yield Gap(value, start, start + len(run))
        start += len(run)


def _cut_base64(body: bytes, stand_ins: Sequence[bytes]) -> Iterator[bytes | Gap | Window]:
    """The body in runs of lines that are the same for all, and windows of lines that are not."""
    lines = body.split(END)
    width = len(lines[0])
    in_line = width // 4 * 3
    plain = a2b_base64(body)
    first = 0  # line, not yet given out
    for start, stop in _touched_lines(plain, stand_ins, in_line):
        yield b"".join(line + END for line in lines[first:start])
        yield Window(Run(_cut(plain[start * in_line : stop * in_line], stand_ins)), width)
        yield END
        first = stop
    yield END.join(lines[first:])


def _touched_lines(plain: bytes, stand_ins: Sequence[bytes], in_line: int) -> list[tuple[int, int]]:
    """Ranges of lines with a stand-in in them, in order and apart."""
    found = re.finditer(b"|".join(map(re.escape, stand_ins)), plain)
    ranges: list[tuple[int, int]] = []
    for start, stop in ((match.start() // in_line, (match.end() - 1) // in_line + 1) for match in found):
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], stop)
        else:
            ranges.append((start, stop))
    return ranges


def _merged(pieces: Iterable[bytes | Gap]) -> Iterator[bytes | Gap]:
    """The same with neighbouring bytes made one."""
    for fixed, run in groupby(pieces, key=lambda piece: isinstance(piece, bytes)):
        if fixed:
            yield b"".join(piece for piece in run if isinstance(piece, bytes))
        else:
            yield from run
