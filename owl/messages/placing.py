"""From a place that somebody typed or drew to areas of an audience: where it is, whose it is, and who lives there."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, areas_of, require
from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel
from owl.geography.errors import NotAPostcode
from owl.geography.models import Postcode
from owl.geography.postcode_text import parse_postcode
from owl.geography.queries import neighbourhoods
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.counting import ANY_TOPIC, count_reach
from owl.messages.reach import check_known, neighbourhoods_touched
from owl.messages.shapes import BrokenShape, Circle, Nearest, Polygon, Position, position_of
from owl.messages.typed_place import Spot, TypedPlace

FIELDS = {
    AreaKind.CIRCLE: "circle_point",
    AreaKind.NEAREST: "nearest_point",
    AreaKind.POSTCODE: "postcodes",
    AreaKind.POLYGON: "corners",
}
MOST_NAMED = 5  # postcodes in a sentence


@dataclass(frozen=True, slots=True)
class Placed:
    """The areas that a place is, and the neighbourhoods to be left out of it because they are others', with names."""

    areas: tuple[Area, ...]
    beyond: tuple[tuple[Area, str], ...] = ()


def place(session: Session, typed: TypedPlace, *, user_id: int, leave_out: bool, now: datetime) -> Placed:
    """What the place is. Of one that reaches beyond the user's areas that part is named, to be left out.

    Raises BadInput, with the field: it can't be read, crosses itself, has too many corners, is outside the county,
    holds no postcode, or nobody who could be written to there is the user's. Raises Refused without the permission.
    """
    require(session, user_id, Permission.COMPOSE)
    how = typed.read_how()
    areas = _areas(session, how, typed)
    field = FIELDS[how]
    try:
        check_known(session, areas)
        return Placed(areas) if leave_out else _own(session, areas, field, user_id, now)
    except BadInput as error:
        raise BadInput({field: error.sentence}) from None


def _own(session: Session, areas: tuple[Area, ...], field: str, user_id: int, now: datetime) -> Placed:
    own = areas_of(session, user_id)
    touched = neighbourhoods_touched(session, Audience.of(areas))
    beyond = [hood for hood in neighbourhoods(session) if hood.id in touched and hood.id not in own]
    if not own & set(touched):
        names = ", ".join(hood.name for hood in beyond)
        raise BadInput({field: f"It lies in {names}, which is not one of your areas. Ask the team there to write."})
    left = tuple((Area(AreaKind.NEIGHBOURHOOD, hood.id), hood.name) for hood in beyond)
    audience = Audience.of(areas, (area for area, _ in left), Channel)
    if not count_reach(session, audience, ANY_TOPIC, now).homes:
        raise BadInput({field: "Nobody who gets messages lives there. Choose a larger area."})
    return Placed(areas, left)


def _areas(session: Session, how: AreaKind, typed: TypedPlace) -> tuple[Area, ...]:
    field = FIELDS[how]
    if how is AreaKind.POSTCODE:
        return tuple(sorted({Area(how, code) for code in _codes(field, typed.read_postcodes())}))
    if how is AreaKind.POLYGON:
        corners = _positions(session, field, typed.read_corners())
        return (_shape(field, lambda: Polygon.around([*corners, corners[0]])),)
    form = Circle if how is AreaKind.CIRCLE else Nearest
    middle, size = typed.read_circle() if how is AreaKind.CIRCLE else typed.read_nearest()
    [centre] = _positions(session, field, [middle])
    return (_shape(field, lambda: form.read(str(form(centre, size)))),)


def _shape(field: str, make: Callable[[], Polygon | Circle | Nearest]) -> Area:
    try:
        return Area.of(make())
    except BrokenShape as fault:
        raise BadInput({field: str(fault)}) from None


def _positions(session: Session, field: str, spots: Iterable[Spot]) -> list[Position]:
    """Where each is, asked for all postcodes at once."""
    spots = list(spots)
    typed = [spot for spot in spots if isinstance(spot, str)]
    codes = dict(zip(typed, _codes(field, typed), strict=True))
    rows = session.execute(sa.select(Postcode.code, Postcode.location).where(Postcode.code.in_(codes.values())))
    known = {code: position_of(*literal_eval(location)) for code, location in rows}
    if lost := sorted(set(codes.values()) - known.keys()):
        named = ", ".join(lost[:MOST_NAMED]) + (" and others" if len(lost) > MOST_NAMED else "")
        raise BadInput({field: f"We don’t know where {named} is. Choose a postcode in Hertfordshire."})
    return [known[codes[spot]] if isinstance(spot, str) else spot for spot in spots]


def _codes(field: str, typed: Iterable[str]) -> list[str]:
    codes = []
    for words in typed:
        try:
            codes.append(parse_postcode(words))
        except NotAPostcode:
            sentence = f"“{words[:20]}” is not a postcode like AL1 1AG, nor a point like 51.7453, -0.3286."
            raise BadInput({field: sentence}) from None
    return codes
