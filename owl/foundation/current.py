"""What the running application was given: its settings and the keys of its links."""

from __future__ import annotations

from flask import current_app

from config.settings import Settings
from owl.foundation.signed_links import Purpose, Signer, read_delivery, sign_delivery


def settings() -> Settings:
    """The settings of this process."""
    found: Settings = current_app.extensions["owl.settings"]
    return found


def delivery_token(purpose: Purpose, message_id: int, seq: int) -> str:
    """A token that names one delivery, for one purpose."""
    return sign_delivery(_keys(), purpose, message_id, seq)


def delivery_signer(purpose: Purpose) -> Signer:
    """What makes the tokens of one purpose, for somebody who needs many."""
    return Signer(_keys()[0], purpose)


def named_delivery(purpose: Purpose, token: str) -> tuple[int, int] | None:
    """(message_id, seq) of a token of ours; None for any other."""
    return read_delivery(_keys(), purpose, token)


def _keys() -> list[bytes]:
    return [key.get_secret_value().encode() for key in settings().secret_keys]
