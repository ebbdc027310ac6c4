"""Signed-in browsers: each has a row, so that it can be signed out from here.

The cookie holds a token and when it was last used; the row holds the token's hash and when it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User, UserSession
from owl.foundation.database import transaction
from owl.foundation.signed_links import hash_token, new_token

LONGEST = timedelta(hours=12)  # a shift
IDLE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One signed-in browser of a user."""

    browser: str
    started_at: datetime
    is_this_one: bool


def signed_in_user(session: Session, token: str, *, uniquifier: str, now: datetime) -> User | None:
    """The active user whose session the token names; None once it has ended."""
    return session.scalar(
        sa.select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == hash_token(token),
            UserSession.started_at > now - LONGEST,
            User.fs_uniquifier == uniquifier,
            User.active,
        )
    )


def start_session(session: Session, user_id: int, *, browser: str, now: datetime) -> str:
    """The token of a new session, for its cookie. Clears away what the user's old ones left."""
    session.execute(
        sa.delete(UserSession).where(UserSession.user_id == user_id, UserSession.started_at <= now - LONGEST)
    )
    token, token_hash = new_token()
    session.add(UserSession(token_hash=token_hash, user_id=user_id, started_at=now, browser=browser))
    return token


def sessions_of(session: Session, user_id: int, *, token: str, now: datetime) -> list[SessionRow]:
    """The browsers that the user is signed in on, newest first; `token` is that of the one that asks."""
    rows = session.scalars(
        sa.select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.started_at > now - LONGEST)
        .order_by(UserSession.started_at.desc())
    )
    return [SessionRow(row.browser, row.started_at, row.token_hash == hash_token(token)) for row in rows]


def sign_out(token: str) -> None:
    """End the session that the token names; its cookie is worth nothing from now on."""
    with transaction() as session:
        session.execute(sa.delete(UserSession).where(UserSession.token_hash == hash_token(token)))


def sign_out_elsewhere(user_id: int, *, token: str) -> int:
    """End every session of the user but the token's own; how many ended."""
    with transaction() as session:
        return end_sessions(session, user_id, except_token=token)


def end_sessions(session: Session, user_id: int, *, except_token: str | None = None) -> int:
    """End the user's sessions inside the caller's transaction; how many ended."""
    ended = sa.delete(UserSession).where(UserSession.user_id == user_id)
    if except_token is not None:
        ended = ended.where(UserSession.token_hash != hash_token(except_token))
    return len(session.execute(ended.returning(UserSession.user_id)).all())
