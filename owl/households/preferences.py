"""What a subscriber changes about what they get. Every verb checks that the home is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.households.choices import CHOICES, Kind
from owl.households.own_homes import own_subscription


def choose_kinds(subscriber_id: int, subscription_id: int, *, kinds: Iterable[str], now: datetime) -> tuple[Kind, ...]:
    """Send these kinds for the home from now on. Raises BadInput or NotFound."""
    chosen = set(kinds)
    known = tuple(kind for kind in CHOICES if kind in chosen)
    if not known or len(known) != len(chosen):
        raise BadInput({"kinds": gettext("Choose at least one kind of message. To stop all of them, leave OWL.")})
    with transaction() as session:
        subscription = own_subscription(session, subscriber_id, subscription_id)
        subscription.kinds, subscription.chosen_at = [kind.value for kind in known], now
    return known
