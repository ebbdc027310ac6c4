"""What the doctor says of the mail relay, of Twilio, and of certificates."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server, socket

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from config.settings import Settings
from owl.foundation.clock import utc_now
from owl.health.findings import State
from owl.health.machine import certificate, look_at_address, look_at_disk
from owl.health.patient import Patient
from owl.health.providers import look_at_relay, look_at_twilio


def changed(settings: Settings, **fields: object) -> Patient:
    return Patient(settings.model_copy(update=fields), utc_now())


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])


def test_a_relay_that_lets_us_in_is_not_wrong(settings: Settings) -> None:
    assert look_at_relay(changed(settings)).state is not State.WRONG


def test_a_relay_that_is_away_is_wrong_and_its_password_is_not_shown(settings: Settings) -> None:
    verdict = look_at_relay(changed(settings, smtp_url=SecretStr(f"smtp://owl:open-sesame@127.0.0.1:{free_port()}")))

    assert verdict.state is State.WRONG
    assert "open-sesame" not in verdict.sentence


def test_one_relay_of_two_that_is_away_is_to_be_looked_at(settings: Settings) -> None:
    works = settings.smtp_url.get_secret_value()

    verdict = look_at_relay(changed(settings, smtp_url=SecretStr(f"smtp://127.0.0.1:{free_port()},{works}")))

    assert verdict.state is State.WARN


@pytest.mark.parametrize("way", ["smtp://{at}?starttls=1", "smtp://owl:open-sesame@{at}"])
def test_a_relay_without_what_the_settings_demand_is_wrong(settings: Settings, way: str) -> None:
    at = settings.smtp_url.get_secret_value().removeprefix("smtp://")

    verdict = look_at_relay(changed(settings, smtp_url=SecretStr(way.format(at=at))))

    assert verdict.state is State.WRONG
    assert "offers no STARTTLS or no AUTH" in verdict.sentence


def test_twilio_knows_the_account(settings: Settings) -> None:
    assert look_at_twilio(changed(settings)).state is State.OK


def test_a_wrong_token_is_told_from_a_twilio_that_is_away(settings: Settings) -> None:
    refused = look_at_twilio(changed(settings, twilio_auth_token=SecretStr("not this one")))
    away = look_at_twilio(changed(settings, twilio_api_url=f"http://127.0.0.1:{free_port()}"))

    assert (refused.state, refused.sentence) == (State.WRONG, "It refuses our account.")
    assert (away.state, away.sentence) == (State.WRONG, "It does not answer.")


def test_the_disk_is_looked_at_even_before_the_folder_is_made(settings: Settings) -> None:
    verdict = look_at_disk(changed(settings, home=Path("/nowhere/at/all")))

    assert "GB free" in verdict.sentence


def test_an_address_without_tls_is_for_development(settings: Settings) -> None:
    assert look_at_address(changed(settings)).state is State.OK


def made_certificate(folder: Path, *, days: int) -> Path:
    """A certificate of localhost that vouches for itself, and its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), utc_now()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return file


@contextmanager
def serving(file: Path) -> Iterator[int]:
    """The port of a server that shows the certificate to one caller."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    listening = create_server(("127.0.0.1", 0))
    listening.settimeout(20)

    def serve(line: socket) -> None:
        caller, _ = line.accept()
        try:
            context.wrap_socket(caller, server_side=True).close()
        except OSError:  # the caller doesn't trust us
            caller.close()

    thread = threading.Thread(target=serve, args=(listening,))
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        thread.join(30)
        listening.close()


@pytest.mark.parametrize(("days", "state"), [(90, State.OK), (5, State.WARN), (-1, State.WRONG)])
def test_a_certificate_that_ends_soon_is_noticed(tmp_path: Path, days: int, state: State) -> None:
    file = made_certificate(tmp_path, days=days)
    with serving(file) as port:
        verdict = certificate("localhost", port, ssl.create_default_context(cafile=str(file)))

    assert verdict.state is state
    assert str(days) in verdict.sentence or days < 0


def test_a_certificate_that_nobody_vouches_for_is_wrong(tmp_path: Path) -> None:
    with serving(made_certificate(tmp_path, days=90)) as port:
        assert certificate("localhost", port, ssl.create_default_context()).state is State.WRONG
