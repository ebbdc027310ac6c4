"""What production must not be started with: secrets that can be guessed, connections that can be read."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import SplitResult, parse_qs, urlsplit

SHORTEST_SECRET = 32  # characters; 32 random bytes in base64 are 43
FEWEST_KINDS = 10  # of characters in a secret, of bytes in a key
KEY_BYTES = 32
# Only long words: a random secret holds a short one by chance.
GUESSABLE = ("changeme", "change-me", "change_me", "password", "example", "default", "replace", "secret", "12345678")
BETWEEN_RELAYS = re.compile(r",\s*(?=smtps?://)")  # a password may hold a comma
HERE = {"", "localhost", "127.0.0.1", "::1"}
ENCRYPTED = {"require", "verify-ca", "verify-full"}  # https://www.postgresql.org/docs/current/libpq-ssl.html


def is_guessable(secret: str) -> bool:
    """Whether the secret is too short, too plain or made of a word."""
    return (
        len(secret) < SHORTEST_SECRET
        or len(set(secret)) < FEWEST_KINDS
        or any(word in secret.lower() for word in GUESSABLE)
    )


def ring_is_weak(ring: str) -> bool:
    """Whether a key of the ring NAME:KEY,NAME:KEY,index:KEY is missing, broken or not random."""
    entries = [entry.strip().partition(":") for entry in ring.split(",") if entry.strip()]
    names = [name for name, _, _ in entries]
    return len(entries) < 2 or "index" not in names or any(_key_is_weak(key) for _, _, key in entries)


def database_can_be_read(url: str) -> bool:
    """Whether the database is on another machine and reached without TLS."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    elsewhere = parts.hostname or next((host for host in options.get("host", []) if not host.startswith("/")), "")
    return elsewhere not in HERE and options.get("sslmode", [""])[-1] not in ENCRYPTED


def redis_can_be_read(url: str) -> bool:
    """Whether Redis is on another machine and reached without TLS or without a password."""
    parts = urlsplit(url)
    if parts.scheme == "unix" or (parts.hostname or "") in HERE:
        return False
    return parts.scheme != "rediss" or not parts.password


def mail_can_be_read(url: str) -> bool:
    """Whether a mail relay of the list is on another machine and reached without TLS."""
    return any(_relay_can_be_read(urlsplit(relay)) for relay in BETWEEN_RELAYS.split(url))


def _relay_can_be_read(parts: SplitResult) -> bool:
    secure = parts.scheme == "smtps" or parse_qs(parts.query).get("starttls") == ["1"]
    return (parts.hostname or "") not in HERE and not secure


def _key_is_weak(key: str) -> bool:
    try:
        raw = base64.b64decode(key, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return True
    return len(raw) != KEY_BYTES or len(set(raw)) < FEWEST_KINDS
