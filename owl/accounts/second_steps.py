"""The second step: a code from an app on the user's phone, or one of ten codes kept on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_security import Security
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.audit import record_act
from owl.foundation.database import contact_keys, transaction
from owl.foundation.errors import NotFound
from owl.foundation.qr_codes import qr_svg

DRIFT_S = 30  # how far the phone's clock may be off, either way
RECOVERY_CODES = 10
METHOD = "authenticator"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an authenticator app needs to begin: the same secret three times."""

    key: str  # to type, in groups of four
    uri: str
    svg: str  # of the uri as a QR code, without colours of its own


def new_secret() -> str:
    """A secret that is not yet anybody's."""
    return _security().totp_factory.generate_totp_secret()


def show_secret(secret: str, *, email: str) -> SetUp:
    """The secret as the user takes it into their app."""
    codes = _security().totp_factory
    uri = codes.get_totp_uri(email, secret)
    return SetUp(key=codes.get_totp_pretty_key(secret), uri=uri, svg=qr_svg(uri))


def is_code_of(user: User, code: str, *, secret: str | None) -> bool:
    """Whether the app shows this code now. It works once: the caller's transaction remembers it."""
    digits = "".join(code.split())
    if secret is None or not (digits.isascii() and digits.isdigit()):
        return False
    return _security().totp_factory.verify_totp(digits, secret, user, window=DRIFT_S)


def use_recovery_code(user: User, code: str) -> bool:
    """Whether this is one of the user's codes on paper. It works once: the caller's transaction strikes it out."""
    index = _index(user.id, code)
    left = [kept for kept in user.mf_recovery_codes or () if kept != index]
    if len(left) == len(user.mf_recovery_codes or ()):
        return False
    user.mf_recovery_codes = left
    return True


def write_recovery_codes(user: User) -> list[str]:
    """Ten fresh codes for the user to keep; the ones before are worth nothing. Only their indexes are stored."""
    codes = _security().totp_factory.generate_recovery_codes(RECOVERY_CODES)
    user.mf_recovery_codes = [_index(user.id, code) for code in codes]
    return codes


def set_second_step(session: Session, user: User, secret: str, *, now: datetime) -> None:
    """Make the secret the user's second step, inside the caller's transaction."""
    user.tf_primary_method, user.tf_totp_secret = METHOD, secret
    record_act(session, "set second step", actor_id=user.id, subject="user", subject_id=user.id, now=now)


def give_second_step(user_id: int, *, now: datetime) -> str:
    """The key, in base 32, of a second step set up for the user: for demonstrations and tests. Raises NotFound."""
    with transaction() as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound("There is no such user.")
        secret = new_secret()
        set_second_step(session, user, secret, now=now)
        return _security().totp_factory.get_totp_pretty_key(secret).replace("-", "")


def _index(user_id: int, code: str) -> str:
    plain = "".join(filter(str.isalnum, code.lower()))
    return contact_keys().blind_index(plain, context=f"recovery code of user {user_id}").hex()


def _security() -> Security:
    security: Security = current_app.extensions["security"]
    return security
