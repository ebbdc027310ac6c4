"""Who may do what, and where: one table of roles, and the check that every verb makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.foundation.errors import Refused
from owl.geography.models import Neighbourhood


class Permission(StrEnum):
    """One thing that a role lets its holder do."""

    READ = "read"
    COMPOSE = "compose"
    APPROVE = "approve"
    STOP = "stop"
    ANSWER = "answer"
    REVIEW = "review"
    VET = "vet"
    CONSULT = "consult"
    SIGN = "sign"
    KEEP_PAGE = "keep_page"
    RUN_WATCH = "run_watch"
    ADMINISTER = "administer"

    @property
    def words(self) -> str:
        """What is refused, for the screen."""
        return {
            "read": "see this",
            "compose": "write messages",
            "approve": "approve messages",
            "stop": "stop messages or let them go on",
            "answer": "answer replies",
            "review": "review what was sent in an emergency",
            "vet": "decide about watches and their coordinators",
            "consult": "ask residents and set out priorities",
            "sign": "sign priorities",
            "keep_page": "change what a team's public page says",
            "run_watch": "run a watch",
            "administer": "change users and settings",
        }[self.value]


P = Permission
GRANTED: Mapping[RoleName, frozenset[Permission]] = {
    RoleName.OFFICER: frozenset({P.READ, P.COMPOSE, P.ANSWER, P.STOP, P.CONSULT, P.KEEP_PAGE}),
    RoleName.SUPERVISOR: frozenset({P.READ, P.COMPOSE, P.ANSWER, P.APPROVE, P.STOP, P.VET, P.CONSULT, P.KEEP_PAGE}),
    RoleName.INSPECTOR: frozenset(
        {P.READ, P.COMPOSE, P.ANSWER, P.APPROVE, P.STOP, P.VET, P.REVIEW, P.CONSULT, P.SIGN, P.KEEP_PAGE}
    ),
    RoleName.COORDINATOR: frozenset({P.RUN_WATCH}),  # of the watches that name them; no team's pages
    RoleName.ADMINISTRATOR: frozenset({P.READ, P.ADMINISTER, P.STOP}),  # sees and stops everywhere, speaks for no team
}


def permissions_of(user: User) -> frozenset[Permission]:
    """All that the user's roles grant; nothing once the user is disabled."""
    if not user.active:
        return frozenset()
    return frozenset().union(*(GRANTED[RoleName(role.name)] for role in user.roles))


def areas_of(session: Session, user_id: int) -> frozenset[str]:
    """Ids of the neighbourhoods where the user may act; all of them for an administrator."""
    user = session.get(User, user_id)
    if user is None or not user.active:
        return frozenset()
    everywhere = any(role.name == RoleName.ADMINISTRATOR for role in user.roles)
    return frozenset(
        session.scalars(sa.select(Neighbourhood.id)) if everywhere else (row.id for row in user.neighbourhoods)
    )


def require(session: Session, user_id: int, permission: Permission, neighbourhood_ids: Iterable[str] = ()) -> User:
    """The user, who may do this in all of the given neighbourhoods.

    Raises Refused: no role grants it, the user is disabled, or a neighbourhood is
    unknown or outside the user's areas.
    """
    user = session.get(User, user_id)
    if user is None or permission not in permissions_of(user):
        raise Refused(f"You may not {permission.words}. Ask your administrator if you need to.")
    wanted = frozenset(neighbourhood_ids)
    if wanted and not wanted <= areas_of(session, user_id):
        raise Refused(f"You may not {permission.words} outside your own areas.")
    return user
