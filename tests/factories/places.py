"""Neighbourhoods, and sets of new ones."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import District, Neighbourhood
from owl.geography.set_models import GeographySet
from owl.households.relocations import Relocations
from tests.factories.start import NOW


def neighbourhood_id(session: Session, place: int = 0) -> str:
    """The id of one of the county's neighbourhoods, in the order of the alphabet."""
    found = session.scalar(sa.select(Neighbourhood.id).order_by(Neighbourhood.id).offset(place).limit(1))
    if found is None:
        code, name = f"E0700000{place}", f"a-neighbourhood-{place}"
        session.add(District(code=code, name=f"District {place}"))
        session.flush()
        session.add(
            Neighbourhood(id=name, name=name, district_code=code, name_is_attested=False, label_at="(-0.2,51.8)")
        )
        session.commit()
        found = name
    return found


def geography_set(session: Session, **fields: Any) -> GeographySet:
    """A set that moves nobody, and of which nobody has decided."""
    nothing = Relocations([], 0, 0, 0, 0, 0, 0, 0, gone=[], new=[])
    row = GeographySet(
        **{
            "name": "set.zip",
            "digest": b"",
            "content": b"",
            "preview": nothing.to_json(),
            "applied_before": 0,
            "handed_in_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row
