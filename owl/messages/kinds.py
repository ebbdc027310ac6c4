"""Kinds of message as administrators set them: what they are called, who writes them, and how they usually go out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel
from owl.households.choices import CHOICES, LABELS, Kind
from owl.messages.draft import LONGEST_VALIDITY
from owl.messages.kind_models import USUAL_CHANNELS, WRITERS, KindRule
from owl.messages.models import Severity

LONGEST_LABEL = 60  # characters


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind. `valid_days`: None without an end."""

    kind: Kind
    label: str
    roles: frozenset[str] = frozenset(WRITERS)
    severity: Severity = Severity.ROUTINE
    channels: tuple[str, ...] = USUAL_CHANNELS
    valid_days: int | None = None

    @property
    def value(self) -> str:
        """As a form sends it."""
        return self.kind.value


def kind_rows(session: Session) -> list[KindRow]:
    """Every kind that can be written, in the order in which they are offered."""
    known = {row.kind: row for row in session.scalars(sa.select(KindRule))}
    return [_row(kind, known.get(kind)) for kind in CHOICES]


def kind_row(session: Session, kind: Kind) -> KindRow:
    """One of them."""
    return _row(kind, session.get(KindRule, kind))


def kinds_of_author(session: Session, user: User, kinds: Collection[Kind]) -> list[KindRow]:
    """Those of the kinds that the user may write."""
    held = {role.name for role in user.roles}
    return [row for row in kind_rows(session) if row.kind in kinds and row.roles & held]


def check_may_write(session: Session, user: User, kind: Kind) -> None:
    """Raises BadInput unless one of the user's roles writes this kind."""
    row = kind_row(session, kind)
    if not row.roles & {role.name for role in user.roles}:
        who = " or ".join(f"{role.value}s" for role in WRITERS if role in row.roles)
        raise BadInput({"kind": f"{row.label} is sent by {who}. Ask one of them to send this draft: they can open it."})


def save_kind(row: KindRow, *, actor_id: int, now: datetime) -> None:
    """Let the kind be as this says from now on; drafts stay as they are. Raises BadInput or Refused."""
    _check(row)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        values = {
            "label": " ".join(row.label.split()), "roles": sorted(row.roles), "severity": row.severity,
            "channels": sorted(row.channels), "valid_days": row.valid_days,
        }  # fmt: skip
        written = insert(KindRule).values(kind=row.kind, **values)
        session.execute(written.on_conflict_do_update(index_elements=["kind"], set_=values))
        record_act(
            session, "set kind", actor_id=actor_id, subject="kind", subject_id=None, now=now, kind=row.kind.value,
            **values | {"severity": row.severity.value},
        )  # fmt: skip


def _row(kind: Kind, rule: KindRule | None) -> KindRow:
    if rule is None:
        return KindRow(kind, LABELS[kind])
    return KindRow(kind, rule.label, frozenset(rule.roles), rule.severity, tuple(rule.channels), rule.valid_days)


def _check(row: KindRow) -> None:
    faults = {}
    if not any(letter.isalnum() for letter in row.label) or not row.label.isprintable():
        faults["label"] = "Give it a name."
    elif len(row.label) > LONGEST_LABEL:
        faults["label"] = f"Use {LONGEST_LABEL} characters or fewer."
    if not row.roles or not row.roles <= {RoleName(role).value for role in WRITERS}:
        faults["roles"] = "Choose who writes it: at least one."
    if not row.channels or not set(row.channels) <= set(Channel):
        faults["channels"] = "Choose email, text message or both."
    if row.valid_days is not None and not 1 <= row.valid_days <= LONGEST_VALIDITY.days:
        faults["valid_days"] = f"Enter a number of days from 1 to {LONGEST_VALIDITY.days}, or leave it empty."
    if faults:
        raise BadInput(faults)
