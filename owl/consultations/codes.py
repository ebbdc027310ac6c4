"""The code by which the writer of a ballot finds it again: random bytes, and how people read them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

CODE_BYTES = 15  # 24 characters; nobody guesses one of 2^120
GROUP = 4
LONGEST_TYPED = 60
# RFC 4648 takes I and O for letters; whoever copies by hand may not. These four are digits or nothing there.
MISREAD = str.maketrans("018", "OIB")


def show_code(code: bytes) -> str:
    """As people copy it: "ABCD-EFGH-…", six groups of four."""
    letters = base64.b32encode(code).decode()
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def read_code(typed: str) -> bytes | None:
    """The code that somebody typed, in any spelling; None for anything else."""
    letters = "".join(char for char in typed[:LONGEST_TYPED].upper() if char.isalnum()).translate(MISREAD)
    try:
        code = base64.b32decode(letters)
    except (binascii.Error, ValueError):
        return None
    return code if len(code) == CODE_BYTES else None


def hash_code(code: bytes) -> bytes:
    """What is kept of a code."""
    return hashlib.sha256(b"owl ballot code" + code).digest()


def code_of_form(form_key: str, answers: Mapping[str, Any]) -> bytes:
    """The code of a ballot that the server casts: the same form sent twice is one ballot."""
    return _derive(b"code", form_key, answers)[:CODE_BYTES]


def asked_hash_of_form(form_key: str, answers: Mapping[str, Any]) -> bytes:
    """What a home's row keeps of the form: whether the same is sent again. Tells nothing of the code."""
    return _derive(b"asked", form_key, answers)


def _derive(purpose: bytes, form_key: str, answers: Mapping[str, Any]) -> bytes:
    """By the form's random key, which is kept nowhere: without it answers can't be tried out against the hash."""
    said = json.dumps(answers, sort_keys=True).encode()
    return hmac.digest(form_key.encode(), purpose + b"\0" + said, hashlib.sha256)
