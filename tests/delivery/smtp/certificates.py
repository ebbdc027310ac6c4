"""A certificate authority of the tests' own, and a certificate for this machine."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LIFE = timedelta(days=1)


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: who vouches, and what 127.0.0.1 shows."""

    authority: Path
    stranger: Path  # another authority, which vouches for nobody here
    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _authority(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _certificate(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.sign(key, SHA256()), key


def _certificate(name: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(issuer_name=_name(issuer), subject_name=_name(name), public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LIFE)
        .not_valid_after(now + LIFE)
    )


def make_certificates(folder: Path) -> Certificates:
    """Fresh ones, for 127.0.0.1 and no other name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificates(*(folder / f"{name}.pem" for name in ("authority", "stranger", "certificate", "key")))
    authority, authority_key = _authority("An authority")
    stranger, _ = _authority("A stranger")
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    own = _certificate("127.0.0.1", "An authority", key).add_extension(names, critical=False)
    for path, certificate in ((made.authority, authority), (made.stranger, stranger)):
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
    made.certificate.write_bytes(own.sign(authority_key, SHA256()).public_bytes(Encoding.PEM))
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    made.key.chmod(0o600)
    return made
