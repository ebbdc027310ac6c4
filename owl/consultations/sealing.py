"""What a ballot is sealed with: HPKE (RFC 9180) under X25519 and ML-KEM-768, and padding to one size.

Copies of what was sealed (backups, the write-ahead log) may lie about for decades, hence the second, newer half.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from owl.consultations.answers import LONGEST_WORDS
from owl.consultations.questions import Question, QuestionType

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
MLKEM_SEED, MLKEM_PUBLIC, X25519 = 64, 1184, 32  # bytes

BYTES_A_CHARACTER = 4  # of UTF-8, which no character takes more of, a line's end or a quote in JSON among them
LONGEST_PLACE = 80  # bytes: {"lat":51.123456789012345,"lon":-0.123456789012345}
FRAME = 200  # bytes for the ward, the neighbourhood and braces
STEP = 256  # bytes


class CannotOpen(Exception):
    """It was sealed to another key, for another consultation, or was altered."""


class TooLarge(Exception):
    """More than the questions can hold."""


def new_box_key() -> tuple[bytes, bytes]:
    """A fresh pair: the public half, the private half."""
    mlkem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    return public, mlkem.private_bytes_raw() + x25519.private_bytes_raw()


def seal(box_key: bytes, content: Mapping[str, Any], *, size: int, consultation_id: int) -> bytes:
    """The content as JSON, filled up to `size` bytes and sealed to the public key. Raises TooLarge."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > size:
        raise TooLarge
    public = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(box_key[:MLKEM_PUBLIC]),
        X25519PublicKey.from_public_bytes(box_key[MLKEM_PUBLIC:]),
    )
    return SUITE.encrypt(text.ljust(size), public, info=_info(consultation_id))


def open_sealed(private: MLKEM768X25519PrivateKey, sealed: bytes, *, consultation_id: int) -> dict[str, Any]:
    """The content again. Raises CannotOpen."""
    try:
        content = json.loads(SUITE.decrypt(sealed, private, info=_info(consultation_id)))
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    if not isinstance(content, dict):
        raise CannotOpen
    return content


def read_private(raw: bytes) -> MLKEM768X25519PrivateKey:
    """The key of new_box_key. Raises ValueError."""
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(raw[:MLKEM_SEED]),
        X25519PrivateKey.from_private_bytes(raw[MLKEM_SEED:]),
    )


def size_of(questions: Iterable[Question]) -> int:
    """Bytes that the longest answers take. Every ballot is filled up to it, so its length tells nothing."""
    questions = list(questions)
    asks_words = any(question.type is QuestionType.WORDS for question in questions)
    longest = FRAME + sum(map(_longest, questions)) + (LONGEST_WORDS * BYTES_A_CHARACTER if asks_words else 0)
    return -(-longest // STEP) * STEP


def _longest(question: Question) -> int:
    own = len(question.id) + 16
    if question.type is QuestionType.STATEMENTS:
        return own + sum(len(statement.id) + 16 for statement in question.statements)
    if question.type is QuestionType.PLACE:
        return own + LONGEST_PLACE
    return own + sum(len(option.id) + 3 for option in question.options)


def _info(consultation_id: int) -> bytes:
    """Binds it to its consultation: moved into another's box it does not open."""
    return b"owl ballot " + str(consultation_id).encode()
