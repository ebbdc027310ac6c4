"""Contact details at rest: AES-GCM under a ring of keys, and a blind index to find them by.

See docs/adr/0002-encrypted-contact-points.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12  # NIST SP 800-38D, 5.2.1.1
KEY_BYTES = 32
INDEX = "index"


class Undecipherable(Exception):
    """The text was written under a key that the ring no longer holds, or was altered."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by name; new text is written under `newest`, old text is read under its own.

    The index key stands apart and stays when data keys rotate: changing it means
    computing every index again.
    """

    newest: str
    keys: dict[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The ring from "NAME:KEY,NAME:KEY,index:KEY", newest first, keys 32 bytes in base64.

        Raises ValueError, which never repeats a key.
        """
        keys: dict[str, bytes] = {}
        for entry in filter(None, text.split(",")):
            name, separator, encoded = entry.strip().partition(":")
            try:
                key = base64.urlsafe_b64decode(encoded)
            except binascii.Error:
                key = b""
            if not separator or len(key) != KEY_BYTES or not 1 <= len(name) <= 20 or name in keys:
                raise ValueError(f"key {len(keys) + 1} of the ring must be NAME:KEY with {KEY_BYTES} bytes in base64")
            keys[name] = key
        index_key = keys.pop(INDEX, None)
        if index_key is None or not keys:
            raise ValueError("the ring needs at least one data key and one key named index")
        return cls(next(iter(keys)), keys, index_key)

    def encrypt(self, text: str, *, context: str) -> bytes:
        """The text, sealed so that it opens only in the same context (a table and column)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.newest]).encrypt(nonce, text.encode(), context.encode())
        return self.newest.encode() + b":" + nonce + sealed

    def decrypt(self, sealed: bytes, *, context: str) -> str:
        """The text again. Raises Undecipherable."""
        return self.opener(context=context)(sealed)

    def opener(self, *, context: str) -> Callable[[bytes], str]:
        """What decrypts many texts of one context: the keys are made ready once. It raises Undecipherable."""
        ciphers = {name.encode(): AESGCM(key) for name, key in self.keys.items()}
        bound_to = context.encode()

        def open_one(sealed: bytes) -> str:
            name, _, rest = sealed.partition(b":")
            cipher = ciphers.get(name)
            if cipher is None:
                raise Undecipherable("its key is not in the ring")
            try:
                return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound_to).decode()
            except InvalidTag:
                raise Undecipherable("it was altered, or moved from another column") from None

        return open_one

    def blind_index(self, text: str, *, context: str) -> bytes:
        """32 bytes, the same for the same text, that tell nothing without the index key."""
        return hmac.digest(self.index_key, f"{context}\0{text}".encode(), hashlib.sha256)
