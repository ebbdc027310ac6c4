"""Mail built once, cut open where recipients differ, and put together for each of them in microseconds.

The stand-ins in the mail that is cut open are as long as what takes their place and made of the same
letters, so that lines break where they would break for that recipient (ADR 9).
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

END = b"\r\n"
SOFT_END = b"=\r\n"  # within a quoted-printable line, RFC 2045, 6.7
IN_BASE64 = re.compile(rb"^Content-Transfer-Encoding: base64\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for the letters start … stop of one of the values."""

    value: int
    start: int
    stop: int


Piece = bytes | Gap


@dataclass(frozen=True, slots=True)
class Window:
    """Whole base64 lines around a gap, encoded anew for each recipient."""

    pieces: tuple[Piece, ...]  # not yet encoded
    width: int  # bytes in a line

    def filled(self, values: Sequence[bytes]) -> bytes:
        """The lines, without the last one's end."""
        plain = _joined(self.pieces, values)
        lines = (plain[at : at + self.width] for at in range(0, len(plain), self.width))
        return END.join(b2a_base64(line, newline=False) for line in lines)


class Splice:
    """A mail cut open at its stand-ins."""

    __slots__ = ("_fixed", "_gaps", "_windows")

    def __init__(self, mail: bytes, stand_ins: Sequence[bytes]) -> None:
        """Cut `mail`, a text or a multipart/alternative of texts with CRLF line ends, at each of the stand-ins."""
        found = _merged(piece for part in _parts(mail) for piece in _cut_part(part, stand_ins))
        self._fixed = [piece if isinstance(piece, bytes) else b"" for piece in found]
        self._gaps = [(at, p.value, p.start, p.stop) for at, p in enumerate(found) if isinstance(p, Gap)]
        self._windows = [(at, piece) for at, piece in enumerate(found) if isinstance(piece, Window)]

    def filled(self, values: Sequence[bytes]) -> bytes:
        """The mail with each value in its stand-in's place; each must be as long as the stand-in."""
        pieces = self._fixed.copy()
        for at, value, start, stop in self._gaps:
            pieces[at] = values[value][start:stop]
        for at, window in self._windows:
            pieces[at] = window.filled(values)
        return b"".join(pieces)


def _parts(mail: bytes) -> list[bytes]:
    """The mail in runs, each with the head and the body of one part."""
    boundary = re.search(rb'^Content-Type: multipart/alternative;\s+boundary="([^"]+)"', mail, re.MULTILINE)
    if boundary is None:
        return [mail]
    return re.split(rb"(?<=\r\n)(?=--" + re.escape(boundary[1]) + rb")", mail)


def _cut_part(part: bytes, stand_ins: Sequence[bytes]) -> Iterator[Piece | Window]:
    head, end, body = part.partition(END + END)
    yield from _cut(head + end, stand_ins, SOFT_END)
    if IN_BASE64.search(head):
        yield from _cut_base64(body, stand_ins)
    else:
        yield from _cut(body, stand_ins, SOFT_END)


def _cut(text: bytes, stand_ins: Sequence[bytes], soft_end: bytes = b"") -> Iterator[Piece]:
    """The text in runs around its stand-ins, whether or not a soft line end goes through them."""
    between = b"(?:" + soft_end + b")?" if soft_end else b""
    cuts = re.compile(b"|".join(b"(" + between.join(re.escape(bytes([c])) for c in s) + b")" for s in stand_ins))
    at = 0
    for found in cuts.finditer(text):
        yield text[at : found.start()]
        yield from _gaps((found.lastindex or 1) - 1, found[0], soft_end)
        at = found.end()
    yield text[at:]


def _gaps(value: int, written: bytes, soft_end: bytes) -> Iterator[Piece]:
    start = 0
    for run in written.split(soft_end) if soft_end else [written]:
        if start:
            yield soft_end
        yield Gap(value, start, start + len(run))
        start += len(run)


def _cut_base64(body: bytes, stand_ins: Sequence[bytes]) -> Iterator[Piece | Window]:
    """The body in runs of lines that are the same for all, and windows of lines that are not."""
    lines = body.split(END)
    width = len(a2b_base64(lines[0]))
    plain = a2b_base64(body)
    first = 0  # line, not yet given out
    for start, stop in _touched_lines(plain, stand_ins, width):
        yield b"".join(line + END for line in lines[first:start])
        yield Window(tuple(_cut(plain[start * width : stop * width], stand_ins)), width)
        yield END
        first = stop
    yield END.join(lines[first:])


def _touched_lines(plain: bytes, stand_ins: Sequence[bytes], width: int) -> list[tuple[int, int]]:
    """Ranges of lines with a stand-in in them, in order and apart."""
    found = re.finditer(b"|".join(map(re.escape, stand_ins)), plain)
    ranges: list[tuple[int, int]] = []
    for start, stop in ((match.start() // width, (match.end() - 1) // width + 1) for match in found):
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], stop)
        else:
            ranges.append((start, stop))
    return ranges


def _merged(pieces: Iterator[Piece | Window]) -> list[Piece | Window]:
    """The same with neighbouring fixed pieces made one."""
    merged: list[Piece | Window] = []
    for piece in pieces:
        if isinstance(piece, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


def _joined(pieces: Sequence[Piece], values: Sequence[bytes]) -> bytes:
    return b"".join(p if isinstance(p, bytes) else values[p.value][p.start : p.stop] for p in pieces)
