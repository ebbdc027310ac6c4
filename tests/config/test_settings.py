"""Settings: all that is wrong is told together, and production starts with nothing weak."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import WrongSettings, names, new_contact_keys, new_secret, read_settings

README = Path(__file__).parents[2] / "README.md"
A_SECRET = "mZ4vB0tq9LxWc2Yk7RsE1nUoHd6JpGa3TfKiQy8XzNw-_bMCuVlDgOeSrAhPjI5F"  # random, of nothing
SOUND = {
    "OWL_ENVIRONMENT": "production",
    "OWL_DATABASE_URL": "postgresql://owl@db.example.com/owl?sslmode=verify-full",
    "OWL_REDIS_URL": "rediss://:a-long-password@redis.example.com:6379/0",
    "OWL_PUBLIC_URL": "https://owl.example.com/",
    "OWL_SECRET_KEY": A_SECRET,
    "OWL_CONTACT_KEYS": new_contact_keys(),
    "OWL_BALLOT_KEYS": "/var/lib/owl-ballot-keys",
    "OWL_SMTP_URL": "smtp://owl:password@mail.example.com:587?starttls=1",
    "OWL_MAIL_FROM": "alerts@owl.example.com",
    "OWL_BOUNCE_DOMAIN": "bounces.owl.example.com",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "5f0c9e27d4b81a63f0c9e27d4b81a635",
    "TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32,
}


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in names():
        monkeypatch.delenv(name, raising=False)
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_sound_settings_are_read(sound: pytest.MonkeyPatch) -> None:
    settings = read_settings()
    assert settings.in_production
    assert settings.public_url == "https://owl.example.com"
    assert settings.database_url.startswith("postgresql+psycopg://")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OWL_SECRET_KEY", ""),
        ("OWL_SECRET_KEY", "short"),
        ("OWL_SECRET_KEY", "a" * 64),
        ("OWL_SECRET_KEY", "please-changeme-before-you-go-live-0123456789"),
        ("OWL_SECRET_KEY", f"{A_SECRET},old"),
        ("OWL_CONTACT_KEYS", ""),
        ("OWL_CONTACT_KEYS", "k1:" + "A" * 43 + "=,index:" + "A" * 43 + "="),
        ("OWL_CONTACT_KEYS", f"k1:{A_SECRET[:43]}="),
        ("OWL_CONTACT_KEYS", "k1:c2hvcnQ=,index:c2hvcnQ="),
        ("OWL_PUBLIC_URL", "http://owl.example.com"),
        ("OWL_DATABASE_URL", "mysql://owl@db.example.com/owl"),
        ("OWL_DATABASE_URL", "postgresql://owl@db.example.com/owl"),
        ("OWL_DATABASE_URL", "postgresql:///owl?host=db.example.com&sslmode=prefer"),
        ("OWL_REDIS_URL", "redis://:password@redis.example.com:6379/0"),
        ("OWL_REDIS_URL", "rediss://redis.example.com:6379/0"),
        ("OWL_SMTP_URL", "smtp://mail.example.com:25"),
        ("OWL_SMTP_URL", "smtp://mail.example.com:25?starttls=0"),
        ("OWL_SMTP_URL", "smtps://mail.example.com,smtp://other.example.com"),
        ("OWL_SMTP_CONNECTIONS", "0"),
        ("OWL_ALLOW_DRAMA_NUMBERS", "true"),
        ("OWL_RATE_LIMITS", "false"),
        ("TWILIO_API_URL", "http://twilio.example.com"),
        ("TWILIO_AUTH_TOKEN", "0" * 32),
        ("OWL_SMTP_RATE", "-1"),
        ("OWL_ENVIRONMENT", "staging"),
        ("OWL_MAIL_FROM", "OWL <alerts@owl.example.com>"),
        ("OWL_MAIL_FROM", "alerts@"),
        ("OWL_BALLOT_KEYS", "ballot-keys"),
        ("OWL_TEXT_NUMBER", "OWL Police"),
        ("OWL_BOUNCE_DOMAIN", "https://owl.example.com/"),
        ("OWL_MAP_TILES", "http://tiles.example.com/{z}/{x}/{y}.png"),
        ("OWL_MAP_TILES", "https://tiles.example.com/one.png"),
        ("OWL_MAP_TILES", "https://tiles.example.com; script-src */{z}/{x}/{y}.png"),
    ],
)
def test_production_refuses_what_is_weak_and_does_not_repeat_it(
    sound: pytest.MonkeyPatch, name: str, value: str
) -> None:
    sound.setenv(name, value)
    with pytest.raises(WrongSettings, match=f"^{name}: ") as refusal:
        read_settings()
    assert len(value) < 20 or value not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OWL_DATABASE_URL", "postgresql:///owl?host=/var/run/postgresql"),
        ("OWL_DATABASE_URL", "postgresql://owl@127.0.0.1/owl"),
        ("OWL_REDIS_URL", "unix:///run/redis.sock"),
        ("OWL_REDIS_URL", "redis://localhost:6379"),
        ("OWL_SMTP_URL", "smtp://127.0.0.1:25"),
        ("OWL_SMTP_URL", "smtps://mail.example.com"),
        ("OWL_SMTP_URL", "smtps://mail.example.com,smtp://127.0.0.1:25"),
    ],
)
def test_what_stays_on_the_machine_or_is_encrypted_is_taken(sound: pytest.MonkeyPatch, name: str, value: str) -> None:
    sound.setenv(name, value)
    read_settings()


def test_all_that_is_wrong_is_told_together(sound: pytest.MonkeyPatch) -> None:
    sound.setenv("OWL_SECRET_KEY", "short")
    sound.setenv("OWL_PUBLIC_URL", "http://owl.example.com")
    sound.setenv("OWL_SMTP_RATE", "fast")
    sound.setenv("OWL_DATABSE_URL", "a misspelt name")
    sound.delenv("OWL_MAIL_FROM")
    sound.delenv("OWL_CONTACT_KEYS")
    with pytest.raises(WrongSettings) as refusal:
        read_settings()
    told = {line.partition(":")[0] for line in str(refusal.value).splitlines()}
    assert told == {
        "OWL_SECRET_KEY", "OWL_PUBLIC_URL", "OWL_SMTP_RATE", "OWL_DATABSE_URL", "OWL_MAIL_FROM", "OWL_CONTACT_KEYS",
    }  # fmt: skip


def test_a_thousand_fresh_secrets_are_all_good_enough(sound: pytest.MonkeyPatch) -> None:
    sound.setenv("OWL_SECRET_KEY", ",".join(new_secret() for _ in range(1000)))
    sound.setenv("OWL_CONTACT_KEYS", new_contact_keys())
    read_settings()


def test_the_readme_lists_every_setting_and_no_other() -> None:
    listed = re.findall(r"^\| `((?:OWL|TWILIO)_[A-Z_]+)` \|", README.read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(names())


def test_the_example_lists_every_setting_and_no_other() -> None:
    example = Path(README.parent / "config/example.env").read_text()
    assert set(re.findall(r"^#? ?((?:OWL|TWILIO)_[A-Z_]+)=", example, re.MULTILINE)) == names()
