"""People who sign in to the demo, with second steps whose codes can be read without a phone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import asdict, dataclass
from datetime import datetime

from owl.accounts.changing_users import reset_user
from owl.accounts.models import RoleName
from owl.accounts.second_steps import give_second_step
from owl.accounts.users import add_user, user_with_email
from owl.embedded.home import Home
from owl.foundation.database import db
from owl.foundation.errors import Conflict
from owl.geography.queries import districts

STEP_S = 30  # RFC 6238's own
DIGITS = 6


@dataclass(frozen=True)
class DemoUser:
    """Somebody to sign in as."""

    id: int
    email: str
    name: str
    role: str
    password: str
    key: str  # of the second step, base 32

    def code(self, now: datetime) -> str:
        """What an authenticator app would show."""
        counter = struct.pack(">Q", int(now.timestamp()) // STEP_S)
        digest = hmac.digest(base64.b32decode(self.key + "=" * (-len(self.key) % 8)), counter, hashlib.sha1)
        start = digest[-1] & 0xF  # RFC 4226, 5.3
        number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
        return f"{number % 10**DIGITS:0{DIGITS}}"


PEOPLE = (
    ("officer@owl.example.com", "Robin Field", "PC", RoleName.OFFICER),
    ("supervisor@owl.example.com", "Sam Marsh", "Sergeant", RoleName.SUPERVISOR),
    ("administrator@owl.example.com", "Alex Wood", None, RoleName.ADMINISTRATOR),
    ("inspector@owl.example.com", "Kim Hale", "Inspector", RoleName.INSPECTOR),
    ("coordinator@owl.example.com", "Lee Barnes", None, RoleName.COORDINATOR),
)


def begin_demo(home: Home) -> None:
    """Write down that the data of this home is a demo's."""
    home.remember("demo", {"users": []})


def has_begun(home: Home) -> bool:
    """Whether the data of this home is a demo's."""
    return bool(home.recall("demo"))


def add_demo_users(home: Home, *, now: datetime) -> list[DemoUser]:
    """Add them for the whole county and keep in the home how to sign in as them."""
    county = [district.code for district in districts(db.session())]
    made = []
    for email, name, rank, role in PEOPLE:
        password = secrets.token_urlsafe(12)
        areas = [] if role is RoleName.ADMINISTRATOR else county
        try:
            user_id = add_user(email=email, name=name, rank=rank, password=password, role=role, areas=areas, now=now)
        except Conflict:  # added by a start that was cut off
            user_id = user_with_email(db.session(), email).id
            reset_user(user_id, password=password, now=now)
        key = give_second_step(user_id, now=now)
        made.append(DemoUser(user_id, email, name, role.value, password, key))
    home.remember("demo", {"users": [asdict(user) for user in made]})
    return made


def demo_users(home: Home) -> list[DemoUser]:
    """Those who were added, if any were."""
    return [DemoUser(**user) for user in home.recall("demo").get("users", [])]
