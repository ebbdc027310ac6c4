"""What somebody answers while joining, as a value: it lies sealed in one column until an address is proved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

from owl.foundation.notices import Channel
from owl.households.choices import Kind


class Step(StrEnum):
    """The questions, in the order they are asked; each is a page."""

    WHERE = "where"
    CONTACT = "contact"
    KINDS = "kinds"
    CONSENT = "consent"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that a joining needs; what is not answered yet is None or empty."""

    postcode: str
    neighbourhood_id: str
    ward_code: str | None = None  # None: the neighbourhood was chosen by hand
    house: str | None = None
    invitation_id: int | None = None  # to the home of somebody who is there already
    name: str | None = None
    email: str | None = None
    mobile: str | None = None  # E.164
    kinds: tuple[Kind, ...] = ()
    wording: str | None = None  # version of the words agreed to

    @property
    def addresses(self) -> dict[Channel, str]:
        """What is to be proved, by channel."""
        given = {Channel.EMAIL: self.email, Channel.SMS: self.mobile}
        return {channel: address for channel, address in given.items() if address}

    @property
    def step(self) -> Step:
        """The first question without an answer."""
        if not self.addresses:
            return Step.CONTACT
        if not self.kinds:
            return Step.KINDS
        return Step.CHECK if self.wording else Step.CONSENT

    @property
    def fingerprint(self) -> str:
        """The same for the same answers: what somebody saw is what they agree to, in whichever tab."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """For the sealed column."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The answers again."""
        read = json.loads(text)
        return cls(**{**read, "kinds": tuple(Kind(kind) for kind in read["kinds"])})
