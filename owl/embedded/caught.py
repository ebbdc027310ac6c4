"""What the sinks caught, in one SQLite file: two processes write it, the sandbox and the demo read it."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FLUSH_EVERY_S = 0.02  # the sinks write in sets, as often as this
PAGE = 50

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, content BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS mail_recipient ON mail (recipient COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS text (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, at REAL NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
    body TEXT NOT NULL, status TEXT NOT NULL, fault INTEGER, inbound INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS text_recipient ON text (recipient);
CREATE TABLE IF NOT EXISTS conduct (address TEXT PRIMARY KEY COLLATE NOCASE, answer TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Mail:
    """One mail to one recipient, as it came over the line."""

    id: int
    at: datetime
    sender: str  # of the envelope
    recipient: str
    content: bytes


@dataclass(frozen=True)
class Text:
    """One text: from OWL, or from a resident (`inbound`)."""

    id: int
    sid: str
    at: datetime
    sender: str
    recipient: str
    body: str
    status: str
    fault: int | None  # Twilio's error code
    inbound: bool


class Caught:
    """The file. Safe to share between threads; what is kept shows elsewhere after `flush`."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, tuple[Any, ...]]] = []
        file.touch(mode=0o600)  # links in it open people's pages
        self._file = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=30)
        self._file.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = off;" + SCHEMA)

    def keep_mail(self, *, sender: str, recipient: str, content: bytes, at: datetime) -> None:
        """Keep one mail for one recipient."""
        self._write(
            "INSERT INTO mail (at, sender, recipient, content) VALUES (?, ?, ?, ?)",
            (at.timestamp(), sender, recipient, content),
        )

    def keep_text(self, *, sid: str, sender: str, recipient: str, body: str, status: str, inbound: bool,
                  at: datetime) -> None:  # fmt: skip
        """Keep one text."""
        self._write(
            "INSERT INTO text (sid, at, sender, recipient, body, status, inbound) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (sid, at.timestamp(), sender, recipient, body, status, inbound),
        )

    def move_text(self, sid: str, *, status: str, fault: int | None) -> None:
        """Write down what became of a text."""
        self._write("UPDATE text SET status = ?, fault = ? WHERE sid = ?", (status, fault, sid))

    def set_conduct(self, address: str, answer: str | None) -> None:
        """Let an address misbehave from now on: an SMTP answer or one of Twilio's codes. None: behave again."""
        if answer is None:
            self._write("DELETE FROM conduct WHERE address = ?", (address,))
        else:
            self._write("INSERT OR REPLACE INTO conduct VALUES (?, ?)", (address, answer))
        self.flush()

    def conduct(self, address: str) -> str | None:
        """How an address misbehaves."""
        rows = self._read("SELECT answer FROM conduct WHERE address = ?", (address,))
        return rows[0][0] if rows else None

    def mails(self, address: str | None = None, *, before: int | None = None, limit: int = PAGE) -> list[Mail]:
        """Mails newest first, to one recipient or to all, older than the id `before`."""
        rows = self._read(
            "SELECT id, at, sender, recipient, content FROM mail WHERE (?1 IS NULL OR recipient = ?1 COLLATE NOCASE)"
            " AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3",
            (address, before, limit),
        )
        return [Mail(id, _moment(at), sender, recipient, content) for id, at, sender, recipient, content in rows]  # noqa: A001

    def mail(self, mail_id: int) -> Mail | None:
        """One mail."""
        found = self.mails(before=mail_id + 1, limit=1)
        return found[0] if found and found[0].id == mail_id else None

    def texts(self, number: str | None = None, *, before: int | None = None, limit: int = PAGE) -> list[Text]:
        """Texts newest first, to and from one number or all, older than the id `before`."""
        rows = self._read(
            "SELECT id, sid, at, sender, recipient, body, status, fault, inbound FROM text"
            " WHERE (?1 IS NULL OR recipient = ?1 OR (inbound AND sender = ?1)) AND (?2 IS NULL OR id < ?2)"
            " ORDER BY id DESC LIMIT ?3",
            (number, before, limit),
        )
        return [_text(row) for row in rows]

    def text(self, sid: str) -> Text | None:
        """One text."""
        rows = self._read(
            "SELECT id, sid, at, sender, recipient, body, status, fault, inbound FROM text WHERE sid = ?", (sid,)
        )
        return _text(rows[0]) if rows else None

    def count_mails(self) -> int:
        """How many mails arrived."""
        return int(self._read("SELECT count(*) FROM mail", ())[0][0])

    def count_texts(self) -> int:
        """How many texts OWL sent."""
        return int(self._read("SELECT count(*) FROM text WHERE NOT inbound", ())[0][0])

    def forget(self) -> None:
        """Drop everything that was caught, and let every address behave."""
        for table in ("mail", "text", "conduct"):
            self._write(f"DELETE FROM {table}", ())
        self.flush()

    def flush(self) -> None:
        """Write down what waits, as one set."""
        with self._lock:
            self._flush()

    def close(self) -> None:
        """Write down what waits and let go of the file."""
        self.flush()
        self._file.close()

    def _write(self, sql: str, values: tuple[Any, ...]) -> None:
        with self._lock:
            self._waiting.append((sql, values))

    def _read(self, sql: str, values: tuple[Any, ...]) -> list[Any]:
        with self._lock:
            self._flush()
            return self._file.execute(sql, values).fetchall()

    def _flush(self) -> None:
        if not self._waiting:
            return
        self._file.execute("BEGIN IMMEDIATE")
        for sql, values in self._waiting:
            self._file.execute(sql, values)
        self._file.execute("COMMIT")
        self._waiting.clear()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _text(row: tuple[Any, ...]) -> Text:
    number, sid, at, sender, recipient, body, status, fault, inbound = row
    return Text(number, sid, _moment(at), sender, recipient, body, status, fault, bool(inbound))
