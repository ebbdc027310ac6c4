"""The private halves of the boxes' keys: files outside the database, sealed under the ring of contact keys.

See docs/adr/0049. Whoever holds the database lacks the file; whoever holds the file lacks the ring.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from owl.consultations.sealing import new_box_key, read_private
from owl.foundation.current import settings
from owl.foundation.database import contact_keys
from owl.foundation.encryption import Undecipherable
from owl.foundation.errors import OwlError

CONTEXT = "box key"
log = structlog.get_logger()


class BoxNotMade(OwlError):
    """The disk takes no new key: it is full, or the folder is not ours."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            "No ballot box could be made, so nothing was announced. Tell whoever looks after OWL’s machines."
        )


class KeyMissing(Exception):
    """The file of a box's key is not there, or does not belong to it."""


def make_box_key() -> bytes:
    """The public half of a fresh key; the private half is on disk when this returns. Raises BoxNotMade."""
    public, private = new_box_key()
    sealed = contact_keys().encrypt(base64.b64encode(private).decode(), context=CONTEXT)
    try:
        _write(_file(public), sealed)
    except OSError as error:
        log.error("no key of a ballot box can be written", error=error.strerror)
        with suppress(OSError):
            _file(public).unlink()
        raise BoxNotMade from None
    return public


def _write(file: Path, sealed: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(sealed)
        opened.flush()
        os.fsync(opened.fileno())
    _sync(file.parent)


def read_box_key(public: bytes) -> MLKEM768X25519PrivateKey:
    """The private half. Raises KeyMissing."""
    try:
        text = contact_keys().decrypt(_file(public).read_bytes(), context=CONTEXT)
        return read_private(base64.b64decode(text))
    except (OSError, Undecipherable, ValueError):
        raise KeyMissing from None


def has_box_key(public: bytes) -> bool:
    """Whether the private half can be read here."""
    try:
        read_box_key(public)
    except KeyMissing:
        return False
    return True


def destroy_box_key(public: bytes) -> bool:
    """Whether the file was there; it is not any more. Written over first, for what that is worth on this disk."""
    file = _file(public)
    try:
        with file.open("r+b") as opened:
            opened.write(secrets.token_bytes(file.stat().st_size))
            opened.flush()
            os.fsync(opened.fileno())
        file.unlink()
    except FileNotFoundError:
        return False
    _sync(file.parent)
    return True


def _file(public: bytes) -> Path:
    return settings().ballot_keys / f"box-{hashlib.sha256(public).hexdigest()[:32]}.key"


def _sync(folder: Path) -> None:
    """A file's name is on disk only once its folder is."""
    line = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(line)
    finally:
        os.close(line)
