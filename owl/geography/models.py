"""Districts, neighbourhoods, wards and postcodes, as loaded by `owl load-geography`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Computed, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from owl.foundation.database import Model
from owl.geography.metres import EAST, NORTH


class Point(UserDefinedType[str]):
    """PostgreSQL's point, as text: "(longitude,latitude)", WGS84 degrees."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "point"


class District(Model):
    """One of the county's community safety partnerships."""

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(primary_key=True)  # GSS, for instance E07000096
    name: Mapped[str]
    boundary: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)  # GeoJSON geometry, for display


class Neighbourhood(Model):
    """A policing neighbourhood: the area of one Safer Neighbourhood Team."""

    __tablename__ = "neighbourhood"

    id: Mapped[str] = mapped_column(primary_key=True)  # a slug, for instance hitchin-urban
    name: Mapped[str]
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)  # neighbourhoods of a district
    name_is_attested: Mapped[bool]  # by a public source; otherwise constructed
    label_at: Mapped[str] = mapped_column(Point)
    boundary: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)


class Ward(Model):
    """An electoral ward; most, not all, lie in one neighbourhood."""

    __tablename__ = "ward"

    code: Mapped[str] = mapped_column(primary_key=True)  # GSS, for instance E05004691
    name: Mapped[str]
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)  # wards of a district
    boundary: Mapped[dict[str, Any] | None] = mapped_column(JSONB, deferred=True)


class Postcode(Model):
    """About fifteen homes; lies in one ward and one neighbourhood."""

    __tablename__ = "postcode"
    __table_args__ = (
        Index(None, "metres", postgresql_using="gist"),  # audiences by polygon, circle and nearest homes
        Index(None, "sector"),  # audiences by postcode sector
        Index(None, "neighbourhood_id"),  # what an audience covers
        Index(None, "ward_code"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)  # with its space: "AL1 1AG"
    sector: Mapped[str] = mapped_column(Computed("left(code, -2)", persisted=True))  # "AL1 1"
    location: Mapped[str] = mapped_column(Point)
    metres: Mapped[str] = mapped_column(
        Point, Computed(f"point(location[0] * {EAST}, location[1] * {NORTH})", persisted=True)
    )  # the same on the flat sheet of owl.geography.metres
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"))
    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id"))
    listed: Mapped[bool] = mapped_column(default=True, server_default="true")  # False: gone from the list, but lived at
