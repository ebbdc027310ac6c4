"""Alerts for all, with what CAP says of them: whom they follow, in which words, for which part of the map."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from owl.foundation.current import settings
from owl.foundation.errors import NotFound
from owl.foundation.languages import Language, gettext, speaking
from owl.geography.models import District, Neighbourhood, Ward
from owl.geography.reading import Geometry
from owl.households.choices import Kind
from owl.households.partners import partner_name
from owl.messages.area_choices import area_names
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.cap import CapAlert, CapArea, CapName, CapWords, Ring
from owl.messages.current import CURRENT
from owl.messages.for_all import PublicMessage, earlier_alerts, public_alert
from owl.messages.markdown import as_text
from owl.messages.models import Severity
from owl.messages.shapes import Polygon, degrees_of
from owl.messages.translations import translations_of, words_in

COUNTY_GSS = "E10000015"
TEAMS = "Safer Neighbourhood Teams of Hertfordshire"


def cap_alert(session: Session, code: str, *, now: datetime) -> CapAlert:
    """The alert for all with this code, or what was written after one. Raises NotFound."""
    found = public_alert(session, code, now=now)
    if found is None:
        raise NotFound(gettext("There is no such alert."))
    message, root = found.message, found.root
    return CapAlert(
        name=cap_name(found),
        follow_up=message.follow_up,
        earlier=tuple(map(cap_name, earlier_alerts(session, found))),
        is_crime=root.kind in {Kind.CRIME_ALERT, Kind.WITNESS_APPEAL},
        is_urgent=root.severity is Severity.URGENT,
        expires=max(message.valid_until or root.valid_until or found.sent_at + CURRENT, found.sent_at),
        sender_name=partner_name(session, message.partner_id) or TEAMS,
        web=f"{settings().public_url}/messages/{message.code}",
        words=tuple(_words(found)),
        areas=tuple(_areas(session, Audience.from_json(root.audience))),
    )


def cap_name(found: PublicMessage) -> CapName:
    """How other documents refer to it. The sender is our host's name, which is nobody else's."""
    return CapName(urlsplit(settings().public_url).hostname or "owl", found.message.code, found.sent_at)


def _words(found: PublicMessage) -> Iterator[CapWords]:
    for words in (words_in(found.message, Language.ENGLISH), *translations_of(found.message)):
        with speaking(words.language):
            yield CapWords(words.language.tag, found.kind.label, words.title, as_text(words.body))


def _areas(session: Session, audience: Audience) -> Iterator[CapArea]:
    for area, name in zip(audience.include, area_names(session, audience.include), strict=True):
        gss = area.code if area.kind in {AreaKind.DISTRICT, AreaKind.WARD} else None
        yield CapArea(name, tuple(_rings(session, area)), COUNTY_GSS if area.kind is AreaKind.COUNTY else gss)


def _rings(session: Session, area: Area) -> Iterator[Ring]:
    """The outer lines of the area's parts: CAP knows no holes."""
    if isinstance(area.shape, Polygon):
        yield [degrees_of(corner) for corner in area.shape.ring]
    elif area.kind is AreaKind.COUNTY or area.kind in COLUMNS:
        yield from _outlines(session, area)


def _outlines(session: Session, area: Area) -> Iterator[Ring]:
    for boundary in session.scalars(_boundaries(area)):
        if boundary is not None:
            yield from outer_rings(boundary)


def _boundaries(area: Area) -> sa.Select[Geometry | None]:
    if area.kind is AreaKind.COUNTY:
        return sa.select(District.boundary).order_by(District.code)
    column, code = COLUMNS[area.kind]
    return sa.select(column).where(code == area.code)


def outer_rings(boundary: Geometry) -> list[Ring]:
    """Of each part of a GeoJSON Polygon or MultiPolygon the outer line."""
    parts = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    return [[(corner[0], corner[1]) for corner in rings[0]] for rings in parts]


COLUMNS: dict[AreaKind, tuple[InstrumentedAttribute[Geometry | None], InstrumentedAttribute[str]]] = {
    AreaKind.DISTRICT: (District.boundary, District.code),
    AreaKind.NEIGHBOURHOOD: (Neighbourhood.boundary, Neighbourhood.id),
    AreaKind.WARD: (Ward.boundary, Ward.code),
}
