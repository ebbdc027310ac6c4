"""Boundaries as GeoJSON, put together by the database as the text that a browser gets."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from owl.foundation.errors import NotFound
from owl.foundation.languages import gettext
from owl.geography.models import District, Neighbourhood, Ward

Kinds = type[District] | type[Neighbourhood] | type[Ward]


def district_boundaries(session: Session) -> str:
    """A FeatureCollection of all districts; each feature's id is "district:CODE"."""
    return _collection(session, _features("district", District, District.code))


def areas_of_district(session: Session, district_code: str) -> str:
    """A FeatureCollection of the district, its neighbourhoods and its wards. Raises NotFound."""
    if session.get(District, district_code) is None:
        raise NotFound(gettext("There is no such neighbourhood."))
    listed = sa.union_all(
        _features("district", District, District.code).where(District.code == district_code),
        _features("neighbourhood", Neighbourhood, Neighbourhood.id).where(Neighbourhood.district_code == district_code),
        _features("ward", Ward, Ward.code).where(Ward.district_code == district_code),
    )
    return _collection(session, listed)


def _features(kind: str, areas: Kinds, code: InstrumentedAttribute[str]) -> sa.Select[str]:
    properties = sa.func.json_build_object("name", areas.name, "kind", kind)
    feature = sa.func.json_build_object(
        *("type", "Feature", "id", sa.func.concat(f"{kind}:", code)),
        *("properties", properties, "geometry", areas.boundary),
    )
    return sa.select(sa.cast(feature, sa.Text).label("feature")).where(areas.boundary.is_not(None))


def _collection(session: Session, listed: sa.SelectBase) -> str:
    each = listed.subquery()
    joined = session.scalar(sa.select(sa.func.string_agg(each.c.feature, ",")))
    return f'{{"type":"FeatureCollection","features":[{joined or ""}]}}'
