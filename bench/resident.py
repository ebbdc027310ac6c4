"""The resident's half of a blind signature, written from RFC 9474: what owl/static/ballot.js does in a browser."""

from __future__ import annotations

import hashlib
import secrets

import gmpy2
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from owl.consultations.blind_signing import SIGNATURE_BYTES
from owl.consultations.codes import CODE_BYTES

SALT = DIGEST = 48  # bytes of SHA-384
TRAILER = b"\xbc"
DECK = SIGNATURE_BYTES - DIGEST - len(TRAILER)


class Resident:
    """One ballot on its way: made, blinded, unblinded."""

    def __init__(self, public_der: bytes) -> None:
        key = load_der_public_key(public_der)
        assert isinstance(key, RSAPublicKey)
        self.n, exponent = key.public_numbers().n, key.public_numbers().e
        self.code = secrets.token_bytes(CODE_BYTES)
        factor = secrets.randbelow(self.n - 2) + 2
        self.inverse = int(gmpy2.invert(factor, self.n))
        encoded = int.from_bytes(_encode(self.code), "big")
        self.blinded = (encoded * int(gmpy2.powmod(factor, exponent, self.n)) % self.n).to_bytes(SIGNATURE_BYTES, "big")

    def unblind(self, signature: bytes) -> bytes:
        """What verifies as an ordinary signature of the code."""
        return unblind(signature, self.inverse, self.n)


def unblind(signature: bytes, inverse: int, n: int) -> bytes:
    """The signature, freed of the factor."""
    return (int.from_bytes(signature, "big") * inverse % n).to_bytes(SIGNATURE_BYTES, "big")


def _encode(message: bytes) -> bytes:
    """EMSA-PSS of RFC 8017, 9.1.1, for 2,047 bits."""
    salt = secrets.token_bytes(SALT)
    digest = _sha384(bytes(8) + _sha384(message) + salt)
    block = bytes(DECK - SALT - 1) + b"\1" + salt
    mask = b"".join(_sha384(digest + number.to_bytes(4, "big")) for number in range(-(-DECK // DIGEST)))[:DECK]
    masked = bytearray(one ^ other for one, other in zip(block, mask, strict=True))
    masked[0] &= 0x7F
    return bytes(masked) + digest + TRAILER


def _sha384(data: bytes) -> bytes:
    return hashlib.sha384(data).digest()
