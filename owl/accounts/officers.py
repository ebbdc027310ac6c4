"""Teams and their named officers: who residents can turn to (Neighbourhood Policing Guarantee, July 2025)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.accounts.officer_models import TeamOfficer
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.pictures import clean_picture

LONGEST = 100  # characters of a name
PHOTO_SIDE = 400  # px: three times as shown
PHONE = re.compile(r"[0-9 +()]{3,25}(?: ?(?:ext|extension)\.? ?[0-9]{1,8})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """An officer as residents see them. `photo_version`: None without a photo."""

    id: int
    name: str
    rank: str | None
    email: str | None
    phone: str | None
    photo_version: str | None
    user_id: int | None


@dataclass(frozen=True, slots=True)
class TypedOfficer:
    """What the form holds. `photo`: the file; empty for the one before, or none."""

    name: str
    rank: str = ""
    email: str = ""
    phone: str = ""
    user_id: int | None = None
    photo: bytes = b""


def officers_of(session: Session, team_id: int) -> list[OfficerRow]:
    """The team's officers, in the order in which they are shown."""
    columns = ("id", "name", "rank", "email", "phone", "photo_version", "user_id")
    asked = sa.select(*(getattr(TeamOfficer, name) for name in columns)).where(TeamOfficer.team_id == team_id)
    return [OfficerRow(*row) for row in session.execute(asked.order_by(TeamOfficer.place, TeamOfficer.id))]


def photo_of(session: Session, officer_id: int) -> bytes:
    """The JPEG of an officer. Raises NotFound."""
    found = session.scalar(sa.select(TeamOfficer.photo).where(TeamOfficer.id == officer_id))
    if found is None:
        raise NotFound("There is no such photo.")
    return found


def save_team(team_id: int, *, name: str, email: str, actor_id: int, now: datetime) -> None:
    """Let residents know the team by this name and address. Raises BadInput, NotFound or Refused."""
    name, email = " ".join(name.split()), email.strip()
    faults = _faults(name, email, needs_email=True)
    if faults:
        raise BadInput(faults)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        team = session.get(Team, team_id, with_for_update=True)
        if team is None:
            raise NotFound("There is no such team.")
        team.name, team.email = name, email
        _record(session, "save team", ("team", team_id), actor_id, now)


def add_officer(team_id: int, typed: TypedOfficer, *, actor_id: int, now: datetime) -> int:
    """The id of a new officer of the team, the last on its list. Raises BadInput, NotFound or Refused."""
    values = _read(typed)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        if session.get(Team, team_id, with_for_update=True) is None:
            raise NotFound("There is no such team.")
        last = session.scalar(sa.select(sa.func.max(TeamOfficer.place)).where(TeamOfficer.team_id == team_id)) or 0
        officer = TeamOfficer(team_id=team_id, place=last + 1, **values)
        session.add(officer)
        session.flush()
        _record(session, "add officer", ("officer", officer.id), actor_id, now)
        return officer.id


def change_officer(officer_id: int, typed: TypedOfficer, *, actor_id: int, now: datetime) -> None:
    """Show the officer so; without a new photo the one before stays. Raises BadInput, NotFound or Refused."""
    values = _read(typed)
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        officer = session.get(TeamOfficer, officer_id, with_for_update=True)
        if officer is None:
            raise NotFound("There is no such officer.")
        for name, value in values.items():
            setattr(officer, name, value)
        _record(session, "change officer", ("officer", officer_id), actor_id, now)


def remove_officer(officer_id: int, *, actor_id: int, now: datetime) -> None:
    """Take the officer off the team's page, with the photo. Raises NotFound or Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        gone = sa.delete(TeamOfficer).where(TeamOfficer.id == officer_id).returning(TeamOfficer.id)
        if session.scalar(gone) is None:
            raise NotFound("There is no such officer.")
        _record(session, "remove officer", ("officer", officer_id), actor_id, now)


def take_off_pages(session: Session, user_id: int) -> None:
    """Show the user on no team's page any more, inside the caller's transaction."""
    session.execute(sa.delete(TeamOfficer).where(TeamOfficer.user_id == user_id))


def _read(typed: TypedOfficer) -> dict[str, object]:
    """The columns. Raises BadInput with every fault."""
    name, rank, email = " ".join(typed.name.split()), " ".join(typed.rank.split()), typed.email.strip()
    phone = " ".join(typed.phone.split())
    faults = _faults(name, email)
    if len(rank) > LONGEST or not rank.isprintable():
        faults["rank"] = "Enter a rank, like PCSO."
    if phone and not PHONE.fullmatch(phone):
        faults["phone"] = "Enter a telephone number, like 101 ext. 1234."
    values: dict[str, object] = {"name": name, "rank": rank or None, "email": email or None, "phone": phone or None}
    values["user_id"] = typed.user_id
    if typed.photo:
        try:
            content = clean_picture(typed.photo, field="photo", longest_side=PHOTO_SIDE).content
            values |= {"photo": content, "photo_version": sha256(content).hexdigest()[:12]}
        except BadInput as error:
            faults |= error.fields
    if faults:
        raise BadInput(faults)
    return values


def _faults(name: str, email: str, *, needs_email: bool = False) -> dict[str, str]:
    faults = {}
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        faults["name"] = f"Enter a name of up to {LONGEST} characters."
    try:
        if email or needs_email:
            validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        faults["email"] = "Enter an email address, like name@example.com."
    return faults


def _record(session: Session, act: str, about: tuple[str, int], actor_id: int, now: datetime) -> None:
    subject, number = about
    record_act(session, act, actor_id=actor_id, subject=subject, subject_id=number, now=now)
