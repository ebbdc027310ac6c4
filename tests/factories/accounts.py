"""Users and teams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_security import hash_password
from sqlalchemy.orm import Session

from owl.accounts.models import HouseLimit, Limit, Role, RoleName, Team, User, UserArea
from owl.accounts.officer_models import TeamOfficer
from owl.accounts.page_models import TeamMeeting
from owl.accounts.second_steps import METHOD, new_secret
from owl.geography.models import District
from tests.factories.start import NOW, PASSWORD, numbers


@lru_cache
def _hashed(password: str) -> str:
    return hash_password(password)


def user(
    session: Session,
    *,
    role: RoleName = RoleName.OFFICER,
    areas: Sequence[str] = (),
    second_step: bool = True,
    **fields: Any,
) -> User:
    """Somebody who signs in with PASSWORD. `areas`: neighbourhood ids and district codes."""
    number = next(numbers)
    row = User(
        **{
            "email": f"officer{number}@police.example.com",
            "name": f"Officer {number}",
            "rank": "PC",
            "password": _hashed(PASSWORD),
            "active": True,
            "fs_uniquifier": f"user-{number}",
            "created_at": NOW,
            "tf_primary_method": METHOD if second_step else None,
            "tf_totp_secret": new_secret() if second_step else None,
        }
        | fields
    )
    districts = set(session.scalars(sa.select(District.code)))
    row.roles = list(session.scalars(sa.select(Role).where(Role.name == role.value)))
    row.areas = [
        UserArea(district_code=area) if area in districts else UserArea(neighbourhood_id=area) for area in areas
    ]
    session.add(row)
    session.commit()
    return row


def limits(session: Session, **values: int) -> None:
    """The numbers that an administrator has set, by the names of `Limit` in small letters."""
    for name, value in values.items():
        session.merge(HouseLimit(limit=Limit(name), value=value))
    session.commit()


def meeting(session: Session, neighbourhood_id: str, **fields: Any) -> TeamMeeting:
    """A street surgery of its team, two days ahead."""
    team_id = session.scalars(sa.select(Team.id).where(Team.neighbourhood_id == neighbourhood_id)).one()
    begins = fields.get("begins_at", NOW + timedelta(days=2))
    row = TeamMeeting(
        **{
            "team_id": team_id,
            "title": "Street surgery",
            "place": "Market Place",
            "words": "",
            "begins_at": begins,
            "ends_at": begins + timedelta(hours=1),
            "changed_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def officer(session: Session, neighbourhood_id: str = "hitchin-urban", **fields: Any) -> TeamOfficer:
    """A named officer of a team, with a photo."""
    team_id = session.scalar(sa.select(Team.id).where(Team.neighbourhood_id == neighbourhood_id))
    given = {"name": "Amy Field", "rank": "PCSO", "team_id": team_id, "photo": b"a JPEG", "photo_version": "1"}
    row = TeamOfficer(**given | fields)
    session.add(row)
    session.commit()
    return row
