"""Finding users among many: by role, by whether they may sign in, by a part of name or address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.colleagues import is_a_person
from owl.accounts.models import Role, RoleName, User
from owl.accounts.users import UserRow, row_of

ON_A_PAGE = 25
MOST_FOUND = 50


class State(StrEnum):
    """Which users a list shows."""

    ACTIVE = "active"
    DISABLED = "disabled"
    ALL = "all"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"active": "Can sign in", "disabled": "Disabled", "all": "Everybody"}[self.value]


@dataclass(frozen=True, slots=True)
class UserPage:
    """One page of users, by name."""

    rows: tuple[UserRow, ...]
    number: int  # from 1
    pages: int
    total: int


def users_page(session: Session, *, state: State, role: RoleName | None = None, page: int = 1) -> UserPage:
    """The page of the users in this state who hold the role (None: any)."""
    chosen = sa.select(User).where(is_a_person(), _in_state(state))
    if role is not None:
        chosen = chosen.where(User.roles.any(Role.name == role.value))
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // ON_A_PAGE))
    number = min(max(page, 1), pages)
    found = session.scalars(chosen.order_by(User.name, User.id).offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE))
    return UserPage(tuple(map(row_of, found)), number, pages, total)


def users_named(session: Session, words: str) -> UserPage:
    """The users in whose name or address each of the words is, at most MOST_FOUND."""
    chosen = sa.select(User).where(is_a_person(), is_named(words))
    total = session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    found = session.scalars(chosen.order_by(User.name, User.id).limit(MOST_FOUND))
    return UserPage(tuple(map(row_of, found)), 1, 1, total)


def is_named(words: str) -> sa.ColumnElement[bool]:
    """The condition that each of the words (the first five count) is in a user's name or address; never, of none."""
    parts = [
        sa.or_(*(column.icontains(word, autoescape=True) for column in (User.name, User.email)))
        for word in words.split()[:5]
    ]
    return sa.and_(*parts) if parts else sa.false()


def _in_state(state: State) -> sa.ColumnElement[bool]:
    return {State.ACTIVE: User.active.is_(True), State.DISABLED: User.active.is_(False), State.ALL: sa.true()}[state]
