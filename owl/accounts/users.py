"""Users: who signs in, and adding somebody.

`actor_id`: an administrator; None for somebody at the machine's own command line.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from sqlalchemy.orm import Session

from owl.accounts.models import Role, RoleName, User, UserArea
from owl.accounts.passwords import check_new_password
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.geography.models import District, Neighbourhood

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user as an administrator sees it."""

    id: int
    email: str
    name: str
    rank: str | None
    roles: tuple[str, ...]
    areas: tuple[str, ...]  # neighbourhood ids and district codes
    active: bool
    has_second_step: bool
    last_login_at: datetime | None


def list_users(session: Session) -> list[UserRow]:
    """Every user, by name."""
    return [row_of(user) for user in session.scalars(sa.select(User).order_by(User.name, User.id))]


def user_with_email(session: Session, email: str) -> UserRow:
    """The user who signs in with the address. Raises NotFound."""
    user = session.scalar(sa.select(User).where(User.email == as_stored(email)))
    if user is None:
        raise NotFound("No user signs in with this address.")
    return row_of(user)


def user_of(session: Session, user_id: int) -> UserRow:
    """The user of this number. Raises NotFound."""
    user = session.get(User, user_id, populate_existing=True)
    if user is None:
        raise NotFound("There is no such user.")
    return row_of(user)


def as_stored(email: str) -> str:
    """A user's address in the one form in which it is stored and compared."""
    return email.strip().lower()


def add_user(
    *,
    email: str,
    name: str,
    rank: str | None,
    password: str,
    role: RoleName,
    areas: list[str],
    now: datetime,
    actor_id: int | None = None,
) -> int:
    """The id of a new user, who sets up the second step when first signing in.

    `areas` are neighbourhood ids and district codes. Raises BadInput, Conflict when
    somebody signs in with the address already, and Refused.
    """
    email, name = as_stored(email), " ".join(name.split())
    check_person(email, name)
    check_new_password(password, about=[email, name])
    hashed = hash_password(password)
    with transaction() as session:
        may_administer(session, actor_id)
        if session.scalar(sa.select(User.id).where(User.email == email)):
            raise Conflict("Somebody signs in with this address already.")
        user = User(
            email=email, name=name, rank=rank or None, password=hashed, active=True, created_at=now,
            confirmed_at=now, fs_uniquifier=new_uniquifier(),
        )  # fmt: skip
        give_access(session, user, role, areas)
        session.add(user)
        session.flush()
        record_user_act(session, "add user", user, actor_id, now, role=role, areas=areas)
        return user.id


def check_person(email: str, name: str) -> None:
    """Raises BadInput for the fields "email" and "name"."""
    faults = {}
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        faults["email"] = "Enter an email address, like name@example.com."
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        faults["name"] = f"Enter a name of up to {LONGEST_NAME} characters."
    if faults:
        raise BadInput(faults)


def give_access(session: Session, user: User, role: RoleName, areas: list[str]) -> None:
    """Let the user be this, there and nowhere else. Raises BadInput for the field "areas"."""
    neighbourhoods = set(session.scalars(sa.select(Neighbourhood.id).where(Neighbourhood.id.in_(areas))))
    districts = set(session.scalars(sa.select(District.code).where(District.code.in_(areas))))
    unknown = [area for area in areas if area not in neighbourhoods | districts]
    if unknown:
        raise BadInput({"areas": f"There is no neighbourhood or district {', '.join(unknown)}."})
    if not areas and role is not RoleName.ADMINISTRATOR:
        raise BadInput({"areas": "Give at least one neighbourhood or district."})
    user.roles = list(session.scalars(sa.select(Role).where(Role.name == role.value)))
    user.areas = [
        *(UserArea(neighbourhood_id=area) for area in sorted(neighbourhoods)),
        *(UserArea(district_code=area) for area in sorted(districts)),
    ]


def may_administer(session: Session, actor_id: int | None) -> None:
    """Raises Refused for anybody but an administrator, or the machine's own command line (None)."""
    if actor_id is not None:
        require(session, actor_id, Permission.ADMINISTER)


def new_uniquifier() -> str:
    """What a cookie names a user by; another one ends every session."""
    return secrets.token_hex(32)


def record_user_act(
    session: Session, act: str, user: User, actor_id: int | None, now: datetime, **details: object
) -> None:
    """Write into the audit what was done to a user."""
    record_act(session, act, actor_id=actor_id, subject="user", subject_id=user.id, now=now, **details)


def row_of(user: User) -> UserRow:
    """The user as an administrator sees it."""
    return UserRow(
        id=user.id,
        email=user.email,
        name=user.name,
        rank=user.rank,
        roles=tuple(role.name for role in user.roles),
        areas=tuple(filter(None, (area.neighbourhood_id or area.district_code for area in user.areas))),
        active=user.active,
        has_second_step=bool(user.tf_totp_secret),
        last_login_at=user.last_login_at,
    )
