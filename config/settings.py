"""What differs from one installation to the next, read once from the environment."""

from __future__ import annotations

import base64
import os
import re
import secrets
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.checks import (
    SHORTEST_SECRET,
    database_can_be_read,
    is_guessable,
    mail_can_be_read,
    redis_can_be_read,
    ring_is_weak,
)


class WrongSettings(Exception):
    """One or more settings are missing, wrong or unknown; the text names all of them."""


def default_home() -> Path:
    """The folder that holds everything OWL keeps on this machine.

    Root's own home is closed to the account that PostgreSQL runs under, so root gets /var/lib/owl.
    """
    return Path("/var/lib/owl") if os.geteuid() == 0 else Path.home() / ".local/share/owl"


def _without_slash(url: str) -> str:
    return url.rstrip("/")


def _bare_address(value: str) -> str:
    local, _, domain = value.rpartition("@")
    if not re.fullmatch(r"[A-Za-z0-9._+-]+", local):
        raise ValueError("must be an address alone, like alerts@owl.example.com")
    return f"{local}@{_host_name(domain)}"


def _host_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
        raise ValueError("must name a domain, like owl.example.com")
    return value


def _text_number(value: str) -> str:
    if not re.fullmatch(r"(?:\+44[0-9]{10}|[0-9]{5,6})?", value):
        raise ValueError("must be a number of this country, like +447700900000, or a short one of 5 or 6 digits")
    return value


def _whole_path(value: Path) -> Path:
    if not value.is_absolute():
        raise ValueError("must name a folder from the root on, like /var/lib/owl-ballot-keys")
    return value


def _tiles(value: str) -> str:
    if value and not re.fullmatch(r"https://[A-Za-z0-9.:-]+/[^\s;,'\"]*", value):
        raise ValueError("must begin with https:// and name one host")
    if value and not all(part in value for part in ("{z}", "{x}", "{y}")):
        raise ValueError("must have {z}, {x} and {y} in it")
    return value


Url = Annotated[str, AfterValidator(_without_slash)]


def _for_residents(info: ValidationInfo) -> bool:
    """Whether real residents are served; a wrong environment counts as production."""
    return bool(info.data.get("environment", "production") == "production")


class Settings(BaseSettings):
    """Every setting, by the name it has in the environment (README.md lists them)."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=True)

    environment: Literal["production", "development"] = Field("production", alias="OWL_ENVIRONMENT")
    home: Path = Field(default_factory=default_home, alias="OWL_HOME")
    database_url: str = Field(alias="OWL_DATABASE_URL")
    redis_url: str = Field(alias="OWL_REDIS_URL")
    public_url: Url = Field(alias="OWL_PUBLIC_URL")
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(alias="OWL_SECRET_KEY")
    contact_keys: SecretStr = Field(alias="OWL_CONTACT_KEYS")
    ballot_keys: Annotated[Path, AfterValidator(_whole_path)] = Field(alias="OWL_BALLOT_KEYS")
    smtp_url: SecretStr = Field(alias="OWL_SMTP_URL")
    mail_from: Annotated[str, AfterValidator(_bare_address)] = Field(alias="OWL_MAIL_FROM")
    bounce_domain: Annotated[str, AfterValidator(_host_name)] = Field(alias="OWL_BOUNCE_DOMAIN")
    mailin_urls: Annotated[tuple[str, ...], NoDecode] = Field(("smtp://127.0.0.1:2526",), alias="OWL_MAILIN_URL")
    twilio_account_sid: str = Field(alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr = Field(alias="TWILIO_AUTH_TOKEN")
    twilio_messaging_service_sid: str = Field(alias="TWILIO_MESSAGING_SERVICE_SID")
    twilio_api_url: Url = Field("https://api.twilio.com", alias="TWILIO_API_URL")
    text_number: Annotated[str, AfterValidator(_text_number)] = Field("", alias="OWL_TEXT_NUMBER")
    smtp_rate: float = Field(500, gt=0, alias="OWL_SMTP_RATE")
    smtp_connections: int = Field(20, ge=1, le=200, alias="OWL_SMTP_CONNECTIONS")
    sms_rate: float = Field(10, gt=0, alias="OWL_SMS_RATE")
    sms_price_pence: float = Field(4, ge=0, alias="OWL_SMS_PRICE_PENCE")
    sms_daily_pence: float = Field(200_000, gt=0, alias="OWL_SMS_DAILY_PENCE")
    weekly_allowance: int = Field(7, ge=0, alias="OWL_WEEKLY_ALLOWANCE")
    map_tiles: Annotated[str, AfterValidator(_tiles)] = Field("", alias="OWL_MAP_TILES")
    map_tiles_credit: str = Field("", alias="OWL_MAP_TILES_CREDIT")
    training: bool = Field(False, alias="OWL_TRAINING")
    proxy_count: int = Field(0, ge=0, alias="OWL_PROXY_COUNT")
    allow_drama_numbers: bool = Field(False, alias="OWL_ALLOW_DRAMA_NUMBERS")
    rate_limits: bool = Field(True, alias="OWL_RATE_LIMITS")
    keep_pages: bool = Field(True, alias="OWL_KEEP_PAGES")
    metrics_token: SecretStr = Field(SecretStr(""), alias="OWL_METRICS_TOKEN")

    @field_validator("secret_keys", "mailin_urls", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return tuple(filter(None, value.split(","))) if isinstance(value, str) else value

    @field_validator("secret_keys")
    @classmethod
    def _random_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not value or any(is_guessable(key.get_secret_value()) for key in value):
            raise ValueError(f"must be at least {SHORTEST_SECRET} random characters; `owl keys` makes them")
        return value

    @field_validator("contact_keys")
    @classmethod
    def _random_ring(cls, value: SecretStr) -> SecretStr:
        if ring_is_weak(value.get_secret_value()):
            raise ValueError("must be a ring of random keys, NAME:KEY,index:KEY; `owl keys` makes one")
        return value

    @field_validator("twilio_auth_token")
    @classmethod
    def _random_token(cls, value: SecretStr) -> SecretStr:
        if is_guessable(value.get_secret_value()):
            raise ValueError("is not a token of Twilio's: those have 32 characters")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _random_or_none(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and is_guessable(value.get_secret_value()):
            raise ValueError(f"must be at least {SHORTEST_SECRET} random characters, or nothing")
        return value

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, value: str, info: ValidationInfo) -> str:
        scheme, separator, rest = value.partition("://")
        if scheme not in {"postgresql", "postgres", "postgresql+psycopg"} or not separator:
            raise ValueError("must begin with postgresql:// (OWL runs on PostgreSQL only)")
        if _for_residents(info) and database_can_be_read(f"postgresql://{rest}"):
            raise ValueError("must say sslmode=verify-full (or require) for a database on another machine")
        return f"postgresql+psycopg://{rest}"

    @field_validator("redis_url")
    @classmethod
    def _redis_is_safe(cls, value: str, info: ValidationInfo) -> str:
        if _for_residents(info) and redis_can_be_read(value):
            raise ValueError("must begin with rediss:// and name a password for a Redis on another machine")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_is_safe(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if _for_residents(info) and mail_can_be_read(value.get_secret_value()):
            raise ValueError("must begin with smtps:// or say starttls=1 for a relay on another machine")
        return value

    @field_validator("public_url", "twilio_api_url")
    @classmethod
    def _over_tls(cls, value: str, info: ValidationInfo) -> str:
        if _for_residents(info) and not value.startswith("https://"):
            raise ValueError("must begin with https:// in production")
        return value

    @field_validator("allow_drama_numbers", "rate_limits", "keep_pages")
    @classmethod
    def _for_development(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001  # pydantic calls it
        if _for_residents(info) and value != cls.model_fields[info.field_name or ""].default:
            raise ValueError("can be changed in development only")
        return value

    @property
    def in_production(self) -> bool:
        """Whether real residents are served."""
        return self.environment == "production"


def names() -> frozenset[str]:
    """Every name that OWL reads from the environment."""
    return frozenset(str(field.alias) for field in Settings.model_fields.values())


def read_settings() -> Settings:
    """The settings of this process.

    Raises WrongSettings, naming every missing, wrong and unknown one together.
    """
    unknown = sorted(name for name in os.environ if name.startswith("OWL_") and name not in names())
    problems = [f"{name}: unknown setting" for name in unknown]
    settings = None
    try:
        settings = Settings()  # type: ignore[call-arg]  # filled from the environment
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = ".".join(map(str, fault["loc"][:1]))
            problems.append(f"{name}: {fault['msg'].removeprefix('Value error, ')}")
    if settings is None or problems:
        raise WrongSettings("\n".join(problems))
    return settings


def new_secret() -> str:
    """Fresh random characters, enough for OWL_SECRET_KEY."""
    return secrets.token_urlsafe(48)


def new_contact_keys() -> str:
    """A fresh ring for OWL_CONTACT_KEYS: one data key named k1, and the index key."""
    k1, index = (base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    return f"k1:{k1},index:{index}"
