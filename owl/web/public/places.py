"""What every page of a place shows, be it a neighbourhood, a district or the county."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from markupsafe import Markup

from owl.accounts.meetings import Meeting, meetings_since
from owl.consultations.asked import AskedRow, listed
from owl.consultations.life_cycle import Phase
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.languages import spoken_now
from owl.geography.queries import NeighbourhoodRow
from owl.messages.listed import ListedMessage
from owl.messages.public_lists import current_for_all
from owl.replies.compliance import Published, published_in
from owl.reports.came_of import CameOf, came_of
from owl.web.public.current import with_html

MOST_MESSAGES, MOST_MEETINGS, MOST_CONSULTATIONS = 5, 8, 5


@dataclass(frozen=True, slots=True)
class Face:
    """What is going on in a place, and how its teams do."""

    messages: list[tuple[ListedMessage, Markup]]
    meetings: list[Meeting]
    consultations: list[AskedRow]  # those that can be answered first
    answers: Published
    came_of: CameOf


def face_of(places: Collection[NeighbourhoodRow], *, whole_county: bool = False) -> Face:
    """The face of these neighbourhoods, now and in the language that is spoken now."""
    session, now = db.session(), utc_now()
    here = [row.id for row in places]
    ids = None if whole_county else here
    current = current_for_all(session, ids, language=spoken_now(), most=MOST_MESSAGES, now=now)
    return Face(
        with_html(current),
        meetings_since(session, ids, since=now, most=MOST_MEETINGS),
        _consultations([row.name for row in places]),
        published_in(session, here, now=now),
        came_of(session, ids, now=now),
    )


def _consultations(names: Collection[str]) -> list[AskedRow]:
    """The latest that ask in one of these neighbourhoods, by their names."""
    every = listed(db.session(), language=spoken_now(), now=utc_now())
    here = [row for row in every if not set(names).isdisjoint(row.where)]
    return sorted(here, key=lambda row: row.phase is not Phase.OPEN)[:MOST_CONSULTATIONS]
