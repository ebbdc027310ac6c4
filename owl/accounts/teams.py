"""The Safer Neighbourhood Team of each neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.foundation.errors import NotFound
from owl.geography.models import Neighbourhood

ADDRESS_DOMAIN = "snt.owl.example.com"  # until an administrator gives a team its own


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team as residents see it."""

    id: int
    neighbourhood_id: str
    name: str
    email: str
    texts_monthly_pounds: int | None  # what its texts may cost


def open_teams(session: Session) -> int:
    """Give each neighbourhood without a team one; how many were opened."""
    missing = sa.select(
        Neighbourhood.id,
        Neighbourhood.name + " Safer Neighbourhood Team",
        Neighbourhood.id + f"@{ADDRESS_DOMAIN}",
    ).where(~sa.select(Team.id).where(Team.neighbourhood_id == Neighbourhood.id).exists())
    opened = (
        insert(Team)
        .from_select(["neighbourhood_id", "name", "email"], missing)
        .on_conflict_do_nothing(index_elements=["neighbourhood_id"])
        .returning(Team.id)
    )
    return len(session.scalars(opened).all())


def all_teams(session: Session) -> list[TeamRow]:
    """Every team, by name."""
    return [_row(team) for team in session.scalars(sa.select(Team).order_by(Team.name))]


def team_numbered(session: Session, team_id: int) -> TeamRow:
    """The team of this number. Raises NotFound."""
    team = session.get(Team, team_id)
    if team is None:
        raise NotFound("There is no such team.")
    return _row(team)


def team_of(session: Session, neighbourhood_id: str) -> TeamRow:
    """The team of the neighbourhood. Raises NotFound."""
    team = session.scalar(sa.select(Team).where(Team.neighbourhood_id == neighbourhood_id))
    if team is None:
        raise NotFound("There is no team for this neighbourhood.")
    return _row(team)


def _row(team: Team) -> TeamRow:
    return TeamRow(team.id, team.neighbourhood_id, team.name, team.email, team.texts_monthly_pounds)
