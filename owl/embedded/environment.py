"""The settings of a machine by itself: made up once, kept in the home, overruled by the environment."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import asdict, dataclass

from pydantic import SecretStr

from config.settings import Settings, names, new_contact_keys, new_secret
from owl.embedded.home import Home
from owl.embedded.mail_sink import HOST
from owl.embedded.twilio_stand_in import SENDER

WEB_PORT = 5000  # where it is free
SMS_RATE, SMTP_RATE = 300, 5000  # a second: the stand-ins take them as fast as they come


@dataclass(frozen=True)
class Ports:
    """Where on loopback each program listens."""

    web: int
    smtp: int
    twilio: int
    mailin: int

    @property
    def address(self) -> str:
        """Of the website."""
        return f"http://{HOST}:{self.web}"


def kept_ports(home: Home) -> Ports:
    """Those of last time, or of now where OWL is running."""
    return Ports(**{"web": WEB_PORT, "smtp": 0, "twilio": 0, "mailin": 0} | home.recall("ports"))


def choose_ports(home: Home, *, web: int = WEB_PORT) -> Ports:
    """Free ports: for the web the wanted one, for the rest those of last time, if they are free. 0 is any."""
    last = kept_ports(home)
    ports = Ports(*(_free_port(port) for port in (web, last.smtp, last.twilio, last.mailin)))
    home.remember("ports", asdict(ports))
    return ports


def local_environment(home: Home, ports: Ports, *, database_url: str, redis_url: str) -> dict[str, str]:
    """Every setting by name. What the environment sets stands; the secrets are made once and kept."""
    made_up = _secrets(home) | {
        "OWL_ENVIRONMENT": "development",
        "OWL_HOME": str(home.folder),
        "OWL_BALLOT_KEYS": str(home.folder / "ballot-keys"),
        "OWL_DATABASE_URL": database_url,
        "OWL_REDIS_URL": redis_url,
        "OWL_PUBLIC_URL": ports.address,
        "OWL_SMTP_URL": f"smtp://{HOST}:{ports.smtp}",
        "OWL_MAIL_FROM": "alerts@owl.example.com",
        "OWL_BOUNCE_DOMAIN": "bounces.owl.example.com",
        "OWL_MAILIN_URL": f"smtp://{HOST}:{ports.mailin}",
        "OWL_SMS_RATE": str(SMS_RATE),
        "OWL_SMTP_RATE": str(SMTP_RATE),
        "OWL_ALLOW_DRAMA_NUMBERS": "true",
        "OWL_TEXT_NUMBER": SENDER,
        "TWILIO_API_URL": f"http://{HOST}:{ports.twilio}",
    }
    return made_up | {name: value for name, value in os.environ.items() if name in names()}


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as another process reads them."""
    return {str(field.alias): _text(getattr(settings, name)) for name, field in Settings.model_fields.items()}


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(map(_text, value))
    return str(value)


def _secrets(home: Home) -> dict[str, str]:
    kept = home.recall("secrets")
    if not kept:
        kept = {
            "OWL_SECRET_KEY": new_secret(),
            "OWL_CONTACT_KEYS": new_contact_keys(),
            "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
            "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
            "TWILIO_MESSAGING_SERVICE_SID": "MG" + secrets.token_hex(16),
        }
        home.remember("secrets", kept)
    return kept


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                line.bind((HOST, port))
            except OSError:
                continue
            return int(line.getsockname()[1])
    raise OSError("no port on loopback is free")
