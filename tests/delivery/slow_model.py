"""What becomes of a message for each of its people, told slowly and one by one: the rules in Python, without SQL.

Nothing here is taken from the product but the names of things.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from owl.foundation.clock import LONDON
from owl.foundation.notices import Channel
from owl.households.choices import HowFar, Kind, Rhythm

DEFAULT_ALLOWANCE = 7
LEVELS = list(HowFar)  # the nearest first


@dataclass(frozen=True)
class Place:
    """Where a home can be."""

    postcode: str
    ward: str
    neighbourhood: str
    district: str


@dataclass
class Tie:
    """Somebody's home, and what they chose for it."""

    place: Place
    kinds: frozenset[Kind]
    how_far: HowFar
    only_urgent: bool
    texts_only_urgent: bool
    not_by: frozenset[tuple[Channel, Kind]]
    home_id: int = 0


@dataclass
class Person:
    """Somebody with one or two homes, and one or two addresses."""

    ties: list[Tie]
    channels: frozenset[Channel]
    quiet: tuple[int, int] | None
    rhythm: Rhythm
    allowance: int | None
    partners: set[int]
    paused_until: datetime | None = None
    used: dict[str, int] = field(default_factory=dict)  # messages by week

    def is_paused(self, now: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > now

    def is_quiet(self, now: datetime) -> bool:
        if self.quiet is None:
            return False
        hour, first, until = now.astimezone(LONDON).hour, *self.quiet
        return hour in [(first + passed) % 24 for passed in range((until - first) % 24)]

    @property
    def most(self) -> int:
        return DEFAULT_ALLOWANCE if self.allowance is None else self.allowance


@dataclass(frozen=True)
class Note:
    """A message, by what of it decides for whom it is."""

    kind: Kind
    urgent: bool
    partner: int | None
    areas: tuple[tuple[str, str], ...]  # (kind of area, code)
    channels: frozenset[Channel]
    valid_until: datetime | None

    def level(self, place: Place) -> HowFar | None:
        """How near it comes to a home there; None where it does not come at all."""
        own = {
            ("postcode", place.postcode): HowFar.STREET,
            ("sector", place.postcode[:-2]): HowFar.STREET,
            ("ward", place.ward): HowFar.NEIGHBOURHOOD,
            ("neighbourhood", place.neighbourhood): HowFar.NEIGHBOURHOOD,
            ("district", place.district): HowFar.DISTRICT,
            ("county", "hertfordshire"): HowFar.DISTRICT,
        }
        found = [own[area] for area in self.areas if area in own]
        return min(found, key=LEVELS.index, default=None)

    def home_for(self, person: Person, channel: Channel) -> int | None:
        """The home for which the person gets it by the channel."""
        homes = []
        for tie in person.ties:
            level = self.level(tie.place)
            if level is None or LEVELS.index(level) > LEVELS.index(tie.how_far):
                continue
            too_lax = not self.urgent and (tie.only_urgent or (channel is Channel.SMS and tie.texts_only_urgent))
            if self.kind in tie.kinds and (channel, self.kind) not in tie.not_by and not too_lax:
                homes.append(tie.home_id)
        return min(homes, default=None)

    def plan(self, person: Person, now: datetime) -> dict[Channel, tuple[int, str]]:
        """(home, status) by channel, and the person's week goes on."""
        if person.is_paused(now) or (self.partner is not None and self.partner not in person.partners):
            return {}
        homes = {channel: self.home_for(person, channel) for channel in self.channels & person.channels}
        homes = {channel: home for channel, home in homes.items() if home is not None}
        week = (now.astimezone(LONDON).date() - timedelta(days=now.astimezone(LONDON).weekday())).isoformat()
        waits = not self.urgent and (person.rhythm is not Rhythm.AT_ONCE or person.used.get(week, 0) >= person.most)
        self_used_up = self.urgent and bool(homes) and person.used.get(week, 0) >= person.most
        if homes and not self.urgent and not waits:
            person.used[week] = person.used.get(week, 0) + 1
        if self_used_up:
            person.used["overridden"] = person.used.get("overridden", 0) + 1
        status = "held_for_digest" if waits else "queued"
        return {channel: (home, status) for channel, home in homes.items() if home is not None}

    def try_to_send(self, person: Person, status: str, now: datetime) -> str:
        """What a worker makes of one delivery at this moment."""
        if status not in {"queued", "held"}:
            return status
        if self.valid_until is not None and self.valid_until <= now:
            return "expired"
        if person.is_paused(now) or (self.partner is not None and self.partner not in person.partners):
            return "suppressed"
        return "held" if person.is_quiet(now) and not self.urgent else "sent"
