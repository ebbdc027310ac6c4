"""Keys of other systems: made by an administrator, shown once, ended for good."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.accounts.models import RoleName, User
from owl.accounts.permissions import Permission, require
from owl.accounts.users import give_access
from owl.foundation.audit import record_act
from owl.foundation.clock import london_day
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.signed_links import hash_token, new_token
from owl.systems.models import ApiKey, Scope, Webhook

MARK = "owl_"  # so that a key that leaked is found by those who look for such
LONGEST_NAME = 100
HINT = 4  # letters
NOBODYS = "system-{}@systems.owl.invalid"  # a user needs an address; this one can't exist (RFC 2606)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from."""

    key_id: int
    user_id: int
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as an administrator sees it."""

    id: int
    name: str
    hint: str
    scopes: tuple[Scope, ...]
    areas: tuple[str, ...]  # neighbourhood ids and district codes
    made_by: str
    made_at: datetime
    used_on: date | None
    ended_at: datetime | None


def make_key(*, name: str, scopes: Collection[str], areas: list[str], actor_id: int, now: datetime) -> str:
    """The secret of a new key, which nobody can be shown again.

    `areas` are neighbourhood ids and district codes. Raises BadInput and Refused.
    """
    name = " ".join(name.split())
    _check(name, scopes)
    token, _ = new_token()
    secret = MARK + token
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        user = User(
            email=NOBODYS.format(secrets.token_hex(8)), name=name, rank=None, password=None, active=True,
            fs_uniquifier=secrets.token_hex(32), created_at=now,
        )  # fmt: skip
        give_access(session, user, RoleName.OFFICER, areas)
        session.add(user)
        session.flush()
        key = ApiKey(
            user_id=user.id, secret_hash=hash_token(secret), hint=secret[-HINT:], scopes=sorted(set(scopes)),
            made_by=actor_id, made_at=now,
        )  # fmt: skip
        session.add(key)
        session.flush()
        _record(session, "make key", key.id, actor_id, now, scopes=key.scopes, areas=areas)
    return secret


def end_key(key_id: int, *, actor_id: int, now: datetime) -> None:
    """Let the key open nothing any more, and call its system no more. Raises NotFound and Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        key = session.get(ApiKey, key_id, with_for_update=True)
        if key is None:
            raise NotFound("There is no such key.")
        if key.ended_at is None:
            key.ended_at = now
            session.get_one(User, key.user_id).active = False
            session.execute(
                sa.update(Webhook).where(Webhook.key_id == key_id, Webhook.ended_at.is_(None)).values(ended_at=now)
            )
            _record(session, "end key", key_id, actor_id, now)


def caller_with(session: Session, secret: str, *, now: datetime) -> Caller | None:
    """Whose key the secret is; None where it is nobody's, or not any more."""
    key = session.scalar(
        sa.select(ApiKey)
        .join(User, User.id == ApiKey.user_id)
        .where(ApiKey.secret_hash == hash_token(secret), ApiKey.ended_at.is_(None), User.active)
    )
    if key is None:
        return None
    caller = Caller(key.id, key.user_id, frozenset(key.scopes))
    today = london_day(now)
    if key.used_on != today:
        with transaction() as inside:
            inside.execute(sa.update(ApiKey).where(ApiKey.id == caller.key_id).values(used_on=today))
    return caller


def listed_keys(session: Session) -> list[KeyRow]:
    """Every key, those that work first, the newest first."""
    maker = aliased(User)
    found = session.execute(
        sa.select(ApiKey, User, sa.func.concat_ws(" ", maker.rank, maker.name))
        .join(User, User.id == ApiKey.user_id)
        .join(maker, maker.id == ApiKey.made_by)
        .order_by(ApiKey.ended_at.desc().nulls_first(), ApiKey.id.desc())
    )
    return [
        KeyRow(
            key.id,
            user.name,
            key.hint,
            tuple(map(Scope, key.scopes)),
            tuple(filter(None, (area.neighbourhood_id or area.district_code for area in user.areas))),
            made_by,
            key.made_at,
            key.used_on,
            key.ended_at,
        )
        for key, user, made_by in found
    ]


def _check(name: str, scopes: Collection[str]) -> None:
    faults = {}
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        faults["name"] = f"Enter the system's name, in up to {LONGEST_NAME} characters."
    if not scopes or not set(scopes) <= set(Scope):
        faults["scopes"] = "Tick what the key is for."
    if faults:
        raise BadInput(faults)


def _record(session: Session, act: str, key_id: int, actor_id: int, now: datetime, **details: object) -> None:
    record_act(session, act, actor_id=actor_id, subject="key", subject_id=key_id, now=now, **details)
