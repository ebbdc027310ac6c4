"""Answers that are kept: in this process for speed, and in a folder for its fellows and for after a restart."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from functools import cached_property
from pathlib import Path

import structlog

log = structlog.get_logger()

MOST = 2_000  # answers in this process, and as many again in the folder
MOST_BYTES = 96 * 1024 * 1024  # of them in this process
LARGEST = 2 * 1024 * 1024  # bytes of an answer
SMALLEST_ZIPPED = 500  # bytes
ZIPPED = ("text/", "application/json", "application/xml", "application/geo+json", "image/svg+xml")
ALSO_ZIPPED = ("+xml", "+json", "javascript")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """One answer of status 200, whole."""

    headers: tuple[tuple[str, str], ...]  # without those that are made for each request
    body: bytes
    made_at: float  # seconds of the Unix clock
    fresh_s: int
    on_error_s: int
    etag: str
    last_modified: str

    @cached_property
    def zipped(self) -> bytes | None:
        """The body with gzip, where that is worth it."""
        kind = dict(self.headers).get("Content-Type", "").partition(";")[0]
        if len(self.body) < SMALLEST_ZIPPED or not (kind.startswith(ZIPPED) or kind.endswith(ALSO_ZIPPED)):
            return None
        return gzip.compress(self.body, mtime=0)


def etag_of(body: bytes) -> str:
    """Weak, since the same answer goes out with and without gzip."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'


def date_of(moment: float) -> str:
    """As HTTP writes it."""
    return formatdate(moment, usegmt=True)


class Shelf:
    """Holds answers by key; any number of processes of one machine share its folder."""

    def __init__(self, folder: Path | None) -> None:
        """`folder`: None keeps nothing at all."""
        self.keeps = folder is not None
        self._folder = folder and _made(folder)
        self._held: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._bytes = 0
        self._changed_at = 0.0

    def take(self, key: Key) -> Kept | None:
        """The answer, newer or older."""
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
        return held

    def take_newest(self, key: Key) -> Kept | None:
        """The answer, if need be the one that a fellow has made."""
        held = self.take(key)
        found = self._read(key)
        if found is None or (held is not None and held.made_at >= found.made_at):
            return held
        self._hold(key, found)
        return found

    def put(self, key: Key, kept: Kept, *, in_folder: bool) -> None:
        """Keep the answer; `in_folder`: for fellows and after a restart too."""
        if not self.keeps or len(kept.body) > LARGEST:
            return
        self._hold(key, kept)
        if in_folder and self._folder is not None:
            self._write(self._folder, key, kept)

    def drop(self, key: Key) -> None:
        """Forget the answer: there is no such page any more."""
        with self._lock:
            self._let_go(self._held.pop(key, None))
        if self._folder is not None:
            with suppress(OSError):
                self._file(self._folder, key).unlink(missing_ok=True)

    def note_change(self) -> None:
        """From now on nothing is fresh that was made before."""
        self._changed_at = time.time()
        if self._folder is not None:
            with suppress(OSError):
                (self._folder / "changed").touch()
                os.utime(self._folder / "changed", (self._changed_at, self._changed_at))

    def changed_at(self) -> float:
        """When something was changed last, here or by a fellow."""
        if self._folder is None:
            return self._changed_at
        try:
            return max(self._changed_at, (self._folder / "changed").stat().st_mtime)
        except OSError:
            return self._changed_at

    def _hold(self, key: Key, kept: Kept) -> None:
        with self._lock:
            self._let_go(self._held.pop(key, None))
            self._held[key] = kept
            self._bytes += len(kept.body)
            while len(self._held) > MOST or self._bytes > MOST_BYTES:
                self._let_go(self._held.popitem(last=False)[1])

    def _let_go(self, kept: Kept | None) -> None:
        self._bytes -= len(kept.body) if kept is not None else 0

    def _read(self, key: Key) -> Kept | None:
        if self._folder is None:
            return None
        try:
            head, _, body = self._file(self._folder, key).read_bytes().partition(b"\n")
            said = json.loads(head)
            said["headers"] = tuple((name, value) for name, value in said["headers"])
            return Kept(body=body, **said)
        except (OSError, ValueError, TypeError, KeyError):  # not there, or not ours to read
            return None

    def _write(self, folder: Path, key: Key, kept: Kept) -> None:
        """All or nothing: a fellow may be reading."""
        head = {name: getattr(kept, name) for name in Kept.__dataclass_fields__ if name != "body"}
        file = self._file(folder, key)
        new = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            if not file.exists() and sum(1 for _ in folder.iterdir()) > MOST:
                return
            new.write_bytes(json.dumps(head).encode() + b"\n" + kept.body)
            new.rename(file)
        except OSError as error:
            log.warning("a page could not be kept", reason=error.strerror)

    def _file(self, folder: Path, key: Key) -> Path:
        return folder / hashlib.sha256("\0".join(key).encode(errors="surrogateescape")).hexdigest()


def _made(folder: Path) -> Path | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        log.warning("pages are kept in memory only", reason=error.strerror)
        return None
    return folder
