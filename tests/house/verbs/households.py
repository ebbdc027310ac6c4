"""The verbs of households."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.notices import Channel
from owl.geography.errors import BrokenGeography
from owl.households.contact_points import index_of
from owl.households.importing.columns import NEEDED
from owl.households.models import SuppressionReason
from owl.households.suppressing import note_suppression
from tests import factories
from tests.factories import NOW
from tests.house.verbs.verb import Verb, administer

LIST = ",".join([*NEEDED, "email"]).encode()
ADDRESS = "anna@example.com"


def by_hand(do: Any, who: int, it: Any) -> object:
    return do(ADDRESS, actor_id=who, allow_drama=True, now=NOW)


def bounced(session: Session) -> None:
    index = index_of(Channel.EMAIL, ADDRESS)
    note_suppression(session, index, reason=SuppressionReason.BOUNCED, now=NOW)
    session.commit()


def a_list(session: Session) -> int:
    return factories.household_list(session, factories.user(session, role=RoleName.ADMINISTRATOR)).id


def a_set(session: Session) -> int:
    return factories.geography_set(session, content=b"").id


def up_to_the_set(act: Callable[[Any, int, Any], object]) -> Callable[[Any, int, Any], object]:
    """The act, until it finds that the set is none: a real one takes seconds."""

    def tried(do: Any, who: int, it: Any) -> None:
        with suppress(BrokenGeography):
            act(do, who, it)

    return tried


VERBS: dict[str, Verb] = {
    "households.guests.add_guest": administer(
        lambda do, who, it: do("guest@police.example.com", actor_id=who, allow_drama=True, now=NOW)
    ),
    "households.guests.remove_guest": administer(
        lambda do, who, it: do(it, actor_id=who, now=NOW), lambda session: factories.guest(session).id
    ),
    "households.importing.exporting.export_households": administer(lambda do, who, it: do(actor_id=who, now=NOW)),
    "households.importing.uploads.forget_refused": administer(lambda do, who, it: do(it, actor_id=who), a_list),
    "households.importing.uploads.upload_list": administer(
        lambda do, who, it: do(BytesIO(LIST), actor_id=who, now=NOW)
    ),
    "households.new_geography.apply_set": administer(
        up_to_the_set(lambda do, who, it: do(it, user_id=who, now=NOW)), a_set
    ),
    "households.new_geography.hand_in": administer(
        up_to_the_set(lambda do, who, it: do("set.zip", b"", user_id=who, now=NOW))
    ),
    "households.new_geography.put_away": administer(lambda do, who, it: do(it, user_id=who, now=NOW), a_set),
    "households.partners.add_partner": administer(
        lambda do, who, it: do(name="Fire service", purpose="Fires", actor_id=who, now=NOW)
    ),
    "households.partners.end_partnership": administer(
        lambda do, who, it: do(it, actor_id=who, now=NOW), lambda session: factories.partner(session).id
    ),
    "households.stopping_by_hand.look_up": administer(by_hand),
    "households.stopping_by_hand.mend_address": administer(by_hand, bounced),
    "households.stopping_by_hand.stop_address": administer(by_hand),
}  # fmt: skip
