"""An alert as CAP 1.2, the form in which warning systems pass alerts on.

http://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html says what each element means, and its schema in which
order they stand; docs/adr/0055-feeds-and-caches.md which of ours becomes which of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from owl.foundation.xml_text import add, document
from owl.messages.models import FollowUp

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"  # https://www.iana.org/assignments/media-types/application/cap+xml
LONGEST_HEADLINE = 160  # characters, which the standard advises
WORDS_OF_WHAT = {None: "Alert", FollowUp.UPDATE: "Update", FollowUp.STAND_DOWN: "Cancel"}
CONTACT = "In an emergency call 999. For other crimes call 101. Crimestoppers: 0800 555 111."

Ring = Sequence[tuple[float, float]]  # longitude and latitude in degrees, the first corner again at the end


@dataclass(frozen=True, slots=True)
class CapName:
    """How one CAP document is named in others: these three together are unique."""

    sender: str
    identifier: str
    sent: datetime

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{cap_time(self.sent)}"


@dataclass(frozen=True, slots=True)
class CapWords:
    """What the alert says in one language."""

    language: str  # BCP 47
    event: str
    headline: str
    description: str  # plain text


@dataclass(frozen=True, slots=True)
class CapArea:
    """One area that the alert is for."""

    name: str
    rings: tuple[Ring, ...]
    gss: str | None  # its code at the Office for National Statistics


@dataclass(frozen=True, slots=True)
class CapAlert:
    """An alert, an update of one or its end."""

    name: CapName
    follow_up: FollowUp | None  # None: the alert itself
    earlier: tuple[CapName, ...]  # what it updates or cancels, the oldest first
    is_crime: bool
    is_urgent: bool
    expires: datetime
    sender_name: str
    web: str  # its page
    words: tuple[CapWords, ...]
    areas: tuple[CapArea, ...]


def cap_time(moment: datetime) -> str:
    """As CAP wants it: whole seconds, and UTC as -00:00, never Z (its section 3.3.2)."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"


def cap_document(alert: CapAlert) -> bytes:
    """The alert as an XML document, valid against the schema of OASIS."""
    root = Element("alert", {"xmlns": NAMESPACE})
    add(root, "identifier", alert.name.identifier)
    add(root, "sender", alert.name.sender)
    add(root, "sent", cap_time(alert.name.sent))
    add(root, "status", "Actual")
    add(root, "msgType", WORDS_OF_WHAT[alert.follow_up])
    add(root, "scope", "Public")
    if alert.earlier:
        add(root, "references", " ".join(map(str, alert.earlier)))
    for words in alert.words:
        _add_info(root, alert, words)
    return document(root)


def _add_info(root: Element, alert: CapAlert, words: CapWords) -> None:
    is_over = alert.follow_up is FollowUp.STAND_DOWN
    info = add(root, "info")
    add(info, "language", words.language)
    add(info, "category", "Security" if alert.is_crime else "Safety")
    add(info, "event", words.event)
    add(info, "responseType", "AllClear" if is_over else "Monitor")
    add(info, "urgency", "Past" if is_over else "Immediate" if alert.is_urgent else "Future")
    add(info, "severity", "Severe" if alert.is_urgent and not is_over else "Minor")
    add(info, "certainty", "Observed")
    add(info, "effective", cap_time(alert.name.sent))
    add(info, "expires", cap_time(alert.expires))
    add(info, "senderName", alert.sender_name)
    add(info, "headline", _short(words.headline))
    add(info, "description", words.description)
    add(info, "web", alert.web)
    add(info, "contact", CONTACT)
    for area in alert.areas:
        _add_area(info, area)


def _add_area(info: Element, area: CapArea) -> None:
    element = add(info, "area")
    add(element, "areaDesc", area.name)
    for ring in area.rings:
        add(element, "polygon", " ".join(f"{latitude:.5f},{longitude:.5f}" for longitude, latitude in ring))
    if area.gss:
        code = add(element, "geocode")
        add(code, "valueName", "GSS")
        add(code, "value", area.gss)


def _short(headline: str) -> str:
    return headline if len(headline) <= LONGEST_HEADLINE else headline[: LONGEST_HEADLINE - 1].rstrip() + "…"
