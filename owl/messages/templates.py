"""Templates: what authors may begin with, and what an administrator writes and ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.foundation.languages import Language
from owl.households.choices import CHOICES, Kind
from owl.messages.template_models import MessageTemplate
from owl.messages.translations import Translation
from owl.messages.word_rules import faults_of_shape

LONGEST_NAME = 80  # characters
STARTERS = Path(__file__).parents[1] / "data" / "templates.json"


class SameName(Conflict):
    """Another template is called so."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a template called “{name}” already. Choose another name.")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a template says; `body` is Markdown."""

    kind: str
    name: str
    title: str
    body: str
    sms_text: str = ""

    def checked(self) -> Pattern:
        """The same, tidied. Raises BadInput with every fault."""
        words = Translation(Language.ENGLISH, self.title, self.body, self.sms_text).tidied()
        name = " ".join(self.name.split())
        faults = faults_of_shape(words)
        if self.kind not in CHOICES:
            faults["kind"] = "Choose the kind of message that begins with it."
        if not name or len(name) > LONGEST_NAME:
            faults["name"] = f"Give it a name of up to {LONGEST_NAME} characters, by which authors find it."
        if not words.title:
            faults.setdefault("title", "Enter a title.")
        if not words.body:
            faults.setdefault("body", "Write the message.")
        if faults:
            raise BadInput(faults)
        return Pattern(self.kind, name, words.title, words.body, words.sms_text)


def offered_templates(session: Session) -> list[MessageTemplate]:
    """What an author may begin with, by kind and name."""
    rows = session.scalars(
        sa.select(MessageTemplate).where(MessageTemplate.ended_at.is_(None)).order_by(MessageTemplate.name)
    )
    order = {kind: at for at, kind in enumerate(CHOICES)}
    return sorted(rows, key=lambda row: order[row.kind])


def template_for(session: Session, template_id: int) -> MessageTemplate:
    """The template, which is offered. Raises NotFound."""
    row = session.get(MessageTemplate, template_id)
    if row is None or row.ended_at is not None:
        raise NotFound("There is no such template any more.")
    return row


def write_template(pattern: Pattern, *, actor_id: int, template_id: int | None = None, now: datetime) -> int:
    """The id of a new template, or of this one, which says something else from now on.

    Raises Refused, NotFound, BadInput or SameName.
    """
    pattern = pattern.checked()
    try:
        with transaction() as session:
            require(session, actor_id, Permission.ADMINISTER)
            row = _put(session, pattern, template_id, now)
            _record(session, "write template", actor_id, row.id, now)
            return row.id
    except IntegrityError as error:
        raise SameName(pattern.name) from error


def end_template(template_id: int, *, actor_id: int, now: datetime) -> None:
    """Offer it to nobody any more. Raises Refused or NotFound."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        template_for(session, template_id).ended_at = now
        _record(session, "end template", actor_id, template_id, now)


def add_starters(*, actor_id: int, now: datetime) -> int:
    """Add those of our own templates whose names are free; how many. Raises Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        taken = {row.name for row in offered_templates(session)}
        new = [pattern for pattern in starters() if pattern.name not in taken]
        for pattern in new:
            _put(session, pattern, None, now)
        _record(session, "add starting templates", actor_id, None, now, added=len(new))
    return len(new)


@cache
def starters() -> tuple[Pattern, ...]:
    """Templates that we wrote, one or more for each kind."""
    return tuple(Pattern(**written).checked() for written in json.loads(STARTERS.read_text()))


def _put(session: Session, pattern: Pattern, template_id: int | None, now: datetime) -> MessageTemplate:
    row = MessageTemplate() if template_id is None else template_for(session, template_id)
    row.kind, row.name, row.title = Kind(pattern.kind), pattern.name, pattern.title
    row.body, row.sms_text, row.changed_at = pattern.body, pattern.sms_text, now
    session.add(row)
    session.flush()
    return row


def _record(session: Session, act: str, actor_id: int, template_id: int | None, now: datetime, **details: int) -> None:
    record_act(session, act, actor_id=actor_id, subject="template", subject_id=template_id, now=now, **details)
