"""Flask-Security as OWL uses it: hashes of passwords, second steps, and who is signed in.

Its own pages stay out: owl.accounts.signing_in has the acts, owl.web.team.account the screens.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, session
from flask_security import Security, SQLAlchemyUserDatastore, UserMixin
from flask_security.totp import Totp

from owl.accounts.models import Role, User
from owl.accounts.sessions import IDLE, signed_in_user
from owl.foundation.clock import utc_now
from owl.foundation.database import db

PASSWORD_COST = {"argon2__memory_cost": 19 * 1024, "argon2__time_cost": 2, "argon2__parallelism": 1}
# OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, two iterations, one thread.

TOKEN = "session_token"  # noqa: S105  # where the cookie holds it
SEEN_AT = "seen_at"  # when the cookie was last used, in seconds since 1970
SEEN_EVERY = timedelta(minutes=1)  # so that not every answer carries a cookie


class OneTimeCodes(Totp):
    """Codes that work once. Their secrets are plain inside the program; the column seals them (EncryptedText)."""

    def generate_totp_secret(self) -> str:
        """A new secret, as passlib's JSON."""
        return str(self._totp.new().to_json(encrypt=False))

    def get_last_counter(self, user: UserMixin) -> int | None:
        """The half minute of the code that the user used last."""
        return cast("User", user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: Any) -> None:
        """Remember the half minute of the code, in the caller's transaction."""
        cast("User", user).tf_last_counter = tmatch.counter


def identify_users(app: Flask) -> None:
    """Let the application know who is signed in, by the session that its cookie names."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # a scheme's name
        SECURITY_PASSWORD_SINGLE_HASH=True,  # no second secret: argon2id salts by itself
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=PASSWORD_COST,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_REQUIRED=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_SECRETS={"unused": app.config["SECRET_KEY"]},  # demanded; OneTimeCodes seals nothing with it
        SECURITY_TOTP_ISSUER="OWL",
        SECURITY_CLI_USERS_NAME=None,  # `owl users` instead
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_ANONYMOUS_USER_DISABLED=False,
    )
    security = Security(app, SQLAlchemyUserDatastore(db, User, Role), register_blueprint=False, totp_cls=OneTimeCodes)
    security.login_manager.user_loader(_signed_in)
    security.login_manager.request_loader(_by_nothing_else)


def note_use(now: datetime) -> None:
    """Put off the end of a session that lies idle."""
    if TOKEN in session and now.timestamp() - session.get(SEEN_AT, 0) > SEEN_EVERY.total_seconds():
        session[SEEN_AT] = int(now.timestamp())


def _signed_in(uniquifier: str) -> User | None:
    now = utc_now()
    if now.timestamp() - session.get(SEEN_AT, 0) > IDLE.total_seconds():
        return None
    return signed_in_user(db.session(), session.get(TOKEN, ""), uniquifier=uniquifier, now=now)


def _by_nothing_else(_: Request) -> None:
    """No header or argument signs anybody in, as Flask-Security's tokens would."""
