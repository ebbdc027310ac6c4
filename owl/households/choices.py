"""What a subscriber chooses from: kinds of message, how far around, how often."""

from __future__ import annotations

from enum import StrEnum

from owl.foundation.languages import gettext, mark


class Kind(StrEnum):
    """What a message is about; subscribers tick CHOICES, teams write in one of them."""

    CRIME_ALERT = "crime_alert"
    WITNESS_APPEAL = "witness_appeal"
    MISSING_PERSON = "missing_person"
    PREVENTION_ADVICE = "prevention_advice"
    GOOD_NEWS = "good_news"
    EVENT = "event"
    CONSULTATION_INVITATION = "consultation_invitation"
    # Of a message that was sent: nobody chooses these, whoever got the message gets them.
    STAND_DOWN = "stand_down"
    UPDATE = "update"
    OUTCOME = "outcome"
    DIGEST = "digest"  # OWL's own, of several in one: nobody writes it, and nobody ticks it

    @property
    def label(self) -> str:
        """As a heading: "Crime alert"."""
        return gettext(LABELS[self])

    @property
    def purpose(self) -> str:
        """What a resident gets by ticking it."""
        return gettext(PURPOSES[self])


LABELS = {
    Kind.CRIME_ALERT: mark("Crime alert"),
    Kind.WITNESS_APPEAL: mark("Witness appeal"),
    Kind.MISSING_PERSON: mark("Missing person"),
    Kind.PREVENTION_ADVICE: mark("Prevention advice"),
    Kind.GOOD_NEWS: mark("Good news"),
    Kind.EVENT: mark("Event"),
    Kind.CONSULTATION_INVITATION: mark("Consultation invitation"),
    Kind.STAND_DOWN: mark("Stand-down"),
    Kind.UPDATE: mark("Update"),
    Kind.OUTCOME: mark("What happened"),
}
PURPOSES = {
    Kind.CRIME_ALERT: mark("Crimes near you, and what to look out for"),
    Kind.WITNESS_APPEAL: mark("When your team needs to know what you saw"),
    Kind.MISSING_PERSON: mark("When someone near you is missing"),
    Kind.PREVENTION_ADVICE: mark("How to keep your home and family safe"),
    Kind.GOOD_NEWS: mark("What your team has done about crime"),
    Kind.EVENT: mark("Meetings and street surgeries with your team"),
    Kind.CONSULTATION_INVITATION: mark("When your team asks what it should work on"),
}
CHOICES = tuple(PURPOSES)  # what subscribers tick and teams begin a message in


class HowFar(StrEnum):
    """How widely a message may be aimed and still be wanted: it narrows what comes, and never widens an audience."""

    STREET = "street"  # only what is aimed at part of a neighbourhood: postcodes, sectors, shapes on the map
    NEIGHBOURHOOD = "neighbourhood"  # and at wards and neighbourhoods
    DISTRICT = "district"  # and at districts and the county: everything


class Rhythm(StrEnum):
    """When routine messages come; urgent ones always come at once."""

    AT_ONCE = "at_once"
    DAILY = "daily"  # in one mail each morning
    WEEKLY = "weekly"  # in one mail each Monday morning
