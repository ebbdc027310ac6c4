"""Signing what one can't read, and the check: RSABSSA-SHA384-PSS-Deterministic of RFC 9474.

The browser does the other half (owl/static/ballot.js). A random code is signed: it needs no prefix.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import gmpy2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

BITS = 2048
SIGNATURE_BYTES = BITS // 8
EXPONENT = 65537
SCHEME = padding.PSS(padding.MGF1(SHA384()), salt_length=SHA384.digest_size)  # RFC 9474, 5


class NotBlinded(ValueError):
    """The bytes are no number that this key can sign."""


@dataclass(frozen=True, slots=True)
class _Private:
    """The numbers of a private key (RFC 8017, 3.2), as gmpy2 calculates with them."""

    n: gmpy2.mpz = field(repr=False)
    p: gmpy2.mpz = field(repr=False)
    q: gmpy2.mpz = field(repr=False)
    dmp1: gmpy2.mpz = field(repr=False)
    dmq1: gmpy2.mpz = field(repr=False)
    iqmp: gmpy2.mpz = field(repr=False)


def new_signing_key() -> tuple[bytes, str]:
    """A fresh pair: the public half as SubjectPublicKeyInfo (DER), the private one as PKCS 8 (PEM)."""
    private = rsa.generate_private_key(EXPONENT, BITS)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def sign_blind(private_pem: str, blinded: bytes) -> bytes:
    """The blinded message signed: BlindSign of RFC 9474, 4.3. Raises NotBlinded."""
    key = _private(private_pem)
    message = gmpy2.mpz(int.from_bytes(blinded, "big"))
    if len(blinded) != SIGNATURE_BYTES or not 1 < message < key.n - 1:
        raise NotBlinded("not a blinded message for this key")
    # By the remainders of both primes: a quarter of the work. Each power takes the same time whatever the key.
    at_p = gmpy2.powmod_sec(message % key.p, key.dmp1, key.p)
    at_q = gmpy2.powmod_sec(message % key.q, key.dmq1, key.q)
    signature = at_q + (at_p - at_q) * key.iqmp % key.p * key.q
    if gmpy2.powmod(signature, EXPONENT, key.n) != message:  # a slip would give the key away: RFC 9474, 4.3
        raise ArithmeticError("the signature did not come out right")
    return int(signature).to_bytes(SIGNATURE_BYTES, "big")


def is_signed(public_der: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key has signed the message, blinded or not."""
    try:
        _public(public_der).verify(signature, message, SCHEME, SHA384())
    except InvalidSignature:
        return False
    return True


# The keys of a few consultations at a time; to read a private one takes as long as to sign.
@lru_cache(maxsize=512)
def _private(private_pem: str) -> _Private:
    # Ours, from our own sealed column: its primes need no test again, which takes 100 ms.
    key = load_pem_private_key(private_pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a signing key is of RSA")
    kept = key.private_numbers()
    return _Private(*map(gmpy2.mpz, (kept.public_numbers.n, kept.p, kept.q, kept.dmp1, kept.dmq1, kept.iqmp)))


@lru_cache(maxsize=512)
def _public(public_der: bytes) -> rsa.RSAPublicKey:
    key = load_der_public_key(public_der)
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("a signing key is of RSA")
    return key
