"""The addresses of relays, as the setting lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from owl.delivery.smtp.relay import Relay, parse_relays


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example.com", Relay("mail.example.com", 25)),
        ("smtp://[::1]:2525", Relay("::1", 2525)),
        ("smtps://mail.example.com", Relay("mail.example.com", 465, tls=True)),
        (
            "smtp://u%40x:p%2Fw@mail.example.com:587?starttls=1",
            Relay("mail.example.com", 587, user="u@x", password="p/w", starttls=True),
        ),
    ],
)
def test_the_address_of_a_relay_is_read(url: str, relay: Relay) -> None:
    assert Relay.parse(url) == relay


@pytest.mark.parametrize("url", ["", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://a?startls=1"])
def test_what_is_no_relay_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="OWL_SMTP_URL"):
        Relay.parse(url)


def test_several_relays_are_listed_in_order_of_preference() -> None:
    first, second = parse_relays("smtps://u:a,b@one.example.com, smtp://two.example.com:587?starttls=1")
    assert (first.host, first.password, first.tls) == ("one.example.com", "a,b", True)
    assert (second.host, second.port, second.starttls) == ("two.example.com", 587, True)


def test_a_file_of_authorities_must_be_there(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    url = f"smtps://mail.example.com?ca={file}"
    with pytest.raises(ValueError, match="ca="):
        parse_relays(url)
    file.touch()
    assert parse_relays(url)[0].ca == str(file)
