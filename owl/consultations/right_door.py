"""The right door: what somebody writes that another body looks after, known by plain words, the same each time.

A word too many offers a link too many; nobody is held up, and what was written is counted all the same. The page does
the same in the reader's browser (owl/static/right_door.js): what is typed goes nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.languages import gettext, mark
from owl.geography.models import Neighbourhood
from owl.replies.danger import BETWEEN, LONGEST_READ
from owl.replies.lists import entries
from owl.replies.ticket_models import ListName


class Topic(StrEnum):
    """What the police can't mend."""

    ROADS = "roads"
    LIGHTING = "lighting"
    BINS = "bins"
    PARKING = "parking"
    NOISE = "noise"

    @property
    def label(self) -> str:
        """As the resident reads it."""
        return gettext(LABELS[self])


LABELS: Mapping[Topic, str] = {
    Topic.ROADS: mark("Roads and pavements"),
    Topic.LIGHTING: mark("Street lights"),
    Topic.BINS: mark("Bins, litter and dumped rubbish"),
    Topic.PARKING: mark("Parking"),
    Topic.NOISE: mark("Noise"),
}
# Then the other languages of our pages.
PHRASES: Mapping[Topic, tuple[str, ...]] = {
    Topic.ROADS: (
        "pothole", "potholes", "pot hole", "pot holes", "road surface", "resurface", "resurfacing", "pavement",
        "pavements", "kerb", "kerbs", "blocked drain", "blocked drains", "drain cover", "manhole", "road sign",
        "road signs", "road markings", "roadworks", "road works", "overgrown hedge", "overgrown hedges",
        "gritting", "speed bump", "speed bumps", "speed limit", "traffic lights", "pedestrian crossing",
        "dziura w drodze", "dziury w drodze", "chodnik", "chodniki", "gropi", "groapă", "trotuar", "trotuare",
    ),
    Topic.LIGHTING: (
        "street light", "street lights", "streetlight", "streetlights", "street lighting", "streetlighting",
        "street lamp", "street lamps", "lamp post", "lamp posts", "lamppost", "lampposts",
        "latarnia", "latarnie", "oświetlenie", "iluminat", "felinar", "stâlp de iluminat",
    ),
    Topic.BINS: (
        "bin", "bins", "rubbish", "litter", "littering", "fly tipping", "flytipping", "fly tip", "fly tipped", "dumped",
        "recycling", "dog mess", "dog poo", "dog fouling", "street cleaning", "broken glass", "needles",
        "śmieci", "śmietnik", "gunoi", "gunoaie",
    ),
    Topic.PARKING: (
        "parking", "car park", "yellow lines", "double yellow", "parking permit", "parking permits", "traffic warden",
        "blocked drive", "blocking my drive", "blocking our drive", "parkowanie", "parkują", "parcare", "parchează",
    ),
    Topic.NOISE: (
        "noise", "noisy", "loud music", "barking", "loud parties", "loud party", "building site", "hałas",
        "głośna muzyka", "zgomot", "muzică tare",
    ),
}  # fmt: skip
OF_THE_COUNTY = frozenset({Topic.ROADS, Topic.LIGHTING})
COUNTY = "Hertfordshire County Council"
COUNCILS: Mapping[str, str] = {  # by district; names as on the list of owl.replies.usual
    "E07000095": "Broxbourne Borough Council",
    "E07000096": "Dacorum Borough Council",
    "E07000242": "East Hertfordshire District Council",
    "E07000098": "Hertsmere Borough Council",
    "E07000099": "North Hertfordshire District Council",
    "E07000240": "St Albans City and District Council",
    "E07000243": "Stevenage Borough Council",
    "E07000102": "Three Rivers District Council",
    "E07000103": "Watford Borough Council",
    "E07000241": "Welwyn Hatfield Borough Council",
}
FIND_COUNCIL = "https://www.gov.uk/find-local-council"  # for whoever asks in several districts at once


@dataclass(frozen=True, slots=True)
class Door:
    """Who looks after a topic here, and where to tell them."""

    topic: Topic
    body: str
    address: str  # https


def topics_in(words: str) -> list[Topic]:
    """The topics whose phrases the words hold, whole, in any case and with any signs between."""
    plain = f" {BETWEEN.sub(' ', words[:LONGEST_READ].lower()).strip()} "
    return [topic for topic in Topic if any(f" {phrase} " in plain for phrase in PHRASES[topic])]


def doors(session: Session, neighbourhood_ids: Sequence[str], topics: Iterable[Topic] = tuple(Topic)) -> list[Door]:
    """Who looks after these topics there; without bodies that administrators took off their list."""
    topics = tuple(topics)
    if not topics:
        return []
    known = {entry.name: entry.address for entry in entries(session, ListName.BODIES)}
    here = sa.select(Neighbourhood.district_code).where(Neighbourhood.id.in_(neighbourhood_ids)).distinct()
    districts = list(session.scalars(here))
    council = COUNCILS.get(districts[0], "") if len(districts) == 1 else ""
    found = []
    for topic in topics:
        if topic not in OF_THE_COUNTY and len(districts) != 1:
            found.append(Door(topic, gettext("Your district or borough council"), FIND_COUNCIL))
        elif address := known.get(body := COUNTY if topic in OF_THE_COUNTY else council):
            found.append(Door(topic, body, address))
    return found
