"""Files in the database, sealed in pieces: written and read without ever holding one whole."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.households.importing.models import ListPart

PIECE = 256 * 1024  # bytes


class _Pieces(io.RawIOBase):
    """Reads one after the other."""

    def __init__(self, session: Session, list_id: int, *, is_refused: bool) -> None:
        self._pieces = read_pieces(session, list_id, is_refused=is_refused)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as io.BufferedReader calls it
        self._left = self._left or next(self._pieces, b"")
        given, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def write_pieces(session: Session, list_id: int, blocks: Iterable[bytes], *, is_refused: bool) -> int:
    """Keep the file, sealed; its size in bytes."""
    size = 0
    for no, block in enumerate(blocks):
        size += len(block)
        piece = ListPart(list_id=list_id, is_refused=is_refused, no=no, content=block.decode("latin-1"))
        session.add(piece)
        session.flush()
        session.expunge(piece)
    return size


def read_pieces(session: Session, list_id: int, *, is_refused: bool) -> Iterator[bytes]:
    """The file again, piece by piece."""
    no = 0
    while (piece := _piece(session, list_id, is_refused, no)) is not None:
        yield piece.encode("latin-1")
        no += 1


def open_pieces(session: Session, list_id: int) -> BinaryIO:
    """The list as a file."""
    return io.BufferedReader(_Pieces(session, list_id, is_refused=False))


def forget_pieces(session: Session, list_id: int, *, is_refused: bool) -> None:
    """Keep nothing of the file."""
    session.execute(sa.delete(ListPart).where(ListPart.list_id == list_id, ListPart.is_refused.is_(is_refused)))


def in_pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as UTF-8 with a BOM, some thousands together."""
    gathered, size = ["\ufeff"], 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(gathered).encode()
            gathered, size = [], 0
    yield "".join(gathered).encode()


def _piece(session: Session, list_id: int, is_refused: bool, no: int) -> str | None:  # noqa: FBT001  # a key
    asked = sa.select(ListPart.content).where(
        ListPart.list_id == list_id, ListPart.is_refused.is_(is_refused), ListPart.no == no
    )
    return session.scalar(asked)
