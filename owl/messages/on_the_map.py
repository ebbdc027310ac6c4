"""What is drawn on the map, as SQL: which postcodes lie in it, and which homes are nearest."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from owl.geography.metres import metres_of
from owl.geography.models import Postcode
from owl.households.models import ContactPoint, Household, Subscription
from owl.messages.shapes import Circle, Nearest, Polygon, Position, degrees_of

Condition = sa.ColumnElement[bool]
FARTHEST_M = 10_000  # where few people get messages, the nearest homes must not be those of the next town but one


class _Geometric(UserDefinedType[str]):
    """One of PostgreSQL's geometric types, written as text."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        return self.name


def drawn(shapes: Iterable[Polygon | Circle | Nearest]) -> list[Condition]:
    """For each shape, whether a postcode lies in it, its edge included; or has one of the nearest homes."""
    return [
        Postcode.code.in_(sa.select(nearest_homes(shape).c.postcode)) if isinstance(shape, Nearest) else _inside(shape)
        for shape in shapes
    ]


def nearest_homes(shape: Nearest) -> sa.Subquery:
    """(id, postcode) of the homes nearest to the point where somebody can be written to, as far as FARTHEST_M.

    A home is at the place of its postcode. Of homes at the same distance those that came first are nearer.
    """
    away = Postcode.metres.op("<->")(_point(shape.centre))
    can_be_reached = (
        sa.exists()
        .where(Subscription.household_id == Household.id, ContactPoint.subscriber_id == Subscription.subscriber_id)
        .where(ContactPoint.suppressed_at.is_(None), ContactPoint.address_index.is_not(None))
    )
    return (
        sa.select(Household.id, Household.postcode)
        .join_from(Postcode, Household, Household.postcode == Postcode.code)
        .where(
            Household.neighbourhood_id == Postcode.neighbourhood_id,
            _inside(Circle(shape.centre, FARTHEST_M)),
            can_be_reached,
        )
        .order_by(away, Household.id)
        .limit(shape.homes)
        .subquery()
    )


def reach_of_nearest(session: Session, shape: Nearest) -> float | None:
    """Metres to the farthest of the homes; None where there are none."""
    homes = nearest_homes(shape)
    away = Postcode.metres.op("<->", return_type=sa.Float())(_point(shape.centre))
    return session.scalar(sa.select(sa.func.max(away)).join(homes, homes.c.postcode == Postcode.code))


def near_line(shapes: Iterable[Polygon | Circle | Nearest], metres: int) -> Condition:
    """Whether a postcode is within so many metres of the edge of one of the polygons and circles, on either side."""
    return sa.or_(sa.false(), *(_near(shape, metres) for shape in shapes if not isinstance(shape, Nearest)))


def in_words(session: Session, shape: Polygon | Circle | Nearest) -> str:
    """The shape as people call it: "within 500 metres of AL1 1AG"."""
    if isinstance(shape, Polygon):
        return f"the area drawn around {_postcode_near(session, shape.middle)}"
    where = _postcode_near(session, shape.centre)
    if isinstance(shape, Circle):
        return f"within {shape.metres:,} metres of {where}"
    return f"the {shape.homes:,} homes nearest to {where}"


def _postcode_near(session: Session, position: Position) -> str | None:
    away = Postcode.metres.op("<->")(_point(position))
    return session.scalar(sa.select(Postcode.code).order_by(away, Postcode.code).limit(1))


def _inside(shape: Polygon | Circle) -> Condition:
    if isinstance(shape, Circle):
        centre, metres = _metres(shape.centre), shape.metres
        area = sa.cast(f"<{centre},{metres}>", _Geometric("circle"))
    else:
        area = sa.cast(f"({','.join(map(_metres, shape.ring))})", _Geometric("polygon"))
    return Postcode.metres.op("<@", is_comparison=True)(area)


def _near(shape: Polygon | Circle, metres: int) -> Condition:
    if isinstance(shape, Circle):
        edge = sa.func.abs(Postcode.metres.op("<->", return_type=sa.Float())(_point(shape.centre)) - shape.metres)
        return sa.and_(_inside(Circle(shape.centre, shape.metres + metres)), edge <= metres)
    corners = [metres_of(*degrees_of(corner)) for corner in shape.ring]
    easts, norths = zip(*corners, strict=True)
    around = f"({max(easts) + metres},{max(norths) + metres}),({min(easts) - metres},{min(norths) - metres})"
    line = sa.cast(f"({','.join(map(_metres, shape.ring))})", _Geometric("path"))
    # The box first, because an index knows it.
    return sa.and_(
        Postcode.metres.op("<@", is_comparison=True)(sa.cast(around, _Geometric("box"))),
        Postcode.metres.op("<->", return_type=sa.Float())(line) <= metres,
    )


def _point(position: Position) -> sa.ColumnElement[str]:
    return sa.cast(_metres(position), _Geometric("point"))


def _metres(position: Position) -> str:
    east, north = metres_of(*degrees_of(position))
    return f"({east:.2f},{north:.2f})"
