"""Every verb that somebody who signs in can do, by its place."""

from __future__ import annotations

from tests.house.verbs import accounts, consultations, delivery, households, messages, replies, systems, watches
from tests.house.verbs.verb import Verb

PARTS = (accounts, consultations, delivery, households, messages, replies, systems, watches)
VERBS: dict[str, Verb] = {place: verb for part in PARTS for place, verb in part.VERBS.items()}
