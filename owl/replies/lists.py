"""The lists that administrators keep for those who answer: words that escalate, other bodies, answers at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.replies.ticket_models import ListEntry, ListName
from owl.replies.usual import USUAL
from owl.replies.words import clean_words

LONGEST_NAME = 80  # characters
LONGEST_WORDS = 2000
LONGEST_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One of a list. `words`: what a body is for, or an answer's text; `address`: of a body."""

    name: str
    words: str = ""
    address: str = ""


def entries(session: Session, which: ListName) -> tuple[Entry, ...]:
    """What is on the list, by name; the usual one while nobody has changed it."""
    rows = session.execute(
        sa.select(ListEntry.name, ListEntry.words, ListEntry.address, ListEntry.ended_at)
        .where(ListEntry.list_name == which)
        .order_by(sa.func.lower(ListEntry.name), ListEntry.id)
    ).all()
    if not rows:
        return tuple(Entry(*usual) for usual in sorted(USUAL[which], key=lambda usual: usual[0].lower()))
    return tuple(Entry(row.name, row.words, row.address) for row in rows if row.ended_at is None)


def entry_named(session: Session, which: ListName, name: str) -> Entry | None:
    """The entry with this name, if it is on the list."""
    return next((entry for entry in entries(session, which) if entry.name == name), None)


def add_entry(which: ListName, entry: Entry, *, actor_id: int, now: datetime) -> None:
    """Put the entry on the list. Raises BadInput, Conflict where one has this name, and Refused."""
    entry = _checked(which, entry)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        _begin(session, which)
        if entry.name.lower() in {other.name.lower() for other in entries(session, which)}:
            raise Conflict("This is on the list already.")
        session.add(ListEntry(list_name=which, name=entry.name, words=entry.words, address=entry.address))
        record_act(
            session, f"add to {which}", actor_id=actor_id, subject="list", subject_id=None, now=now, name=entry.name
        )


def end_entry(which: ListName, name: str, *, actor_id: int, now: datetime) -> None:
    """Take the entry off the list. Raises NotFound and Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        _begin(session, which)
        ended = session.scalar(
            sa.update(ListEntry)
            .where(ListEntry.list_name == which, ListEntry.name == name, ListEntry.ended_at.is_(None))
            .values(ended_at=now)
            .returning(ListEntry.id)
        )
        if ended is None:
            raise NotFound("This is not on the list any more.")
        record_act(session, f"take off {which}", actor_id=actor_id, subject="list", subject_id=None, now=now, name=name)


def _begin(session: Session, which: ListName) -> None:
    """Write the usual list down before its first change; of two changes at once the second waits."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"reply list {which}"))))
    if session.scalar(sa.select(ListEntry.id).where(ListEntry.list_name == which).limit(1)) is None:
        session.add_all(
            ListEntry(list_name=which, name=name, words=words, address=address) for name, words, address in USUAL[which]
        )
        session.flush()


def _checked(which: ListName, entry: Entry) -> Entry:
    """Raises BadInput with every fault."""
    faults: dict[str, str] = {}
    name = " ".join(clean_words(entry.name).split())
    words = clean_words(entry.words)
    address = entry.address.strip()
    if not any(letter.isalnum() for letter in name):
        faults["name"] = "Give it a name." if which is not ListName.WORDS else "Write the word or the words."
    elif len(name) > LONGEST_NAME:
        faults["name"] = f"Use {LONGEST_NAME} characters or fewer."
    if len(words) > LONGEST_WORDS:
        faults["words"] = f"Use {LONGEST_WORDS:,} characters or fewer."
    elif which is ListName.ANSWERS and not words:
        faults["words"] = "Write the answer."
    if which is ListName.BODIES and not _is_address(address):
        faults["address"] = "Give the address of its page for residents, beginning with https://"
    if faults:
        raise BadInput(faults)
    return Entry(name, words if which is not ListName.WORDS else "", address if which is ListName.BODIES else "")


def _is_address(address: str) -> bool:
    host = address.removeprefix("https://").partition("/")[0]
    plain = address.isascii() and address.isprintable() and not set(address) & set(" <>\"'\\@")
    return address.startswith("https://") and "." in host and len(address) <= LONGEST_ADDRESS and plain
