"""What refers to an area that a new set no longer has goes on to the area that took most of it over.

Officers' areas, replies, ballots and the messages of a neighbourhood stay with whoever looks after it now.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.database import Model

# Placed by the set itself, gone with their area, or moved one by one (owl.households.relocations).
PLACED_OTHERWISE = frozenset({"postcode", "ward", "neighbourhood", "team", "household", "priority_freshness"})
LISTS = "neighbourhood_ids"  # columns that hold several

# Of the postcodes that both sets know, the area where most are now; for one without any, that of the nearest postcode.
SUCCESSORS = sa.text(
    """
    CREATE TEMPORARY TABLE successor ON COMMIT DROP AS
    WITH gone AS (
        SELECT id, label_at FROM neighbourhood WHERE id NOT IN (SELECT id FROM incoming_neighbourhood)
    )
    SELECT gone.id, coalesce(
        (
            SELECT new.neighbourhood_id FROM postcode old JOIN incoming_postcode new ON new.code = old.code
            WHERE old.neighbourhood_id = gone.id
            GROUP BY new.neighbourhood_id ORDER BY count(*) DESC, new.neighbourhood_id LIMIT 1
        ),
        (SELECT neighbourhood_id FROM incoming_postcode ORDER BY location <-> gone.label_at LIMIT 1)
    ) AS now_id
    FROM gone
    """
)
DISTRICT_SUCCESSORS = sa.text(
    """
    SELECT old.code, (
        SELECT incoming.district_code FROM neighbourhood
        JOIN postcode ON postcode.neighbourhood_id = neighbourhood.id
        JOIN incoming_postcode placed ON placed.code = postcode.code
        JOIN incoming_neighbourhood incoming ON incoming.id = placed.neighbourhood_id
        WHERE neighbourhood.district_code = old.code
        GROUP BY incoming.district_code ORDER BY count(*) DESC, incoming.district_code LIMIT 1
    )
    FROM district old WHERE old.code NOT IN (SELECT code FROM incoming_district)
    """
)


def find_successors(session: Session) -> None:
    """Put beside the staged set who takes over from each neighbourhood that it lacks, as successor(id, now_id)."""
    session.execute(sa.text("DROP TABLE IF EXISTS pg_temp.successor"))
    session.execute(SUCCESSORS)


def pass_on(session: Session) -> None:
    """Let what refers to a vanishing neighbourhood refer to its successor.

    Belongs after the new areas are in their tables and before the old ones are removed.
    """
    neighbourhoods: dict[str, str] = dict(session.execute(sa.text("SELECT id, now_id FROM successor")).all())
    for old, new in neighbourhoods.items():
        _refer(session, "neighbourhood", old, new)
        for table in Model.metadata.tables.values():
            if LISTS in table.c:
                session.execute(
                    sa.update(table)
                    .where(table.c[LISTS].contains([old]))
                    .values({LISTS: sa.func.array_replace(table.c[LISTS], old, new)})
                )


def pass_districts_on(session: Session, successors: dict[str, str | None]) -> None:
    """The same for districts, whose successors must be asked for before the sets are merged."""
    for old, new in successors.items():
        if new is not None:
            _refer(session, "district", old, new)


def district_successors(session: Session) -> dict[str, str | None]:
    """Who takes over from each district that the staged set lacks."""
    return dict(session.execute(DISTRICT_SUCCESSORS).all())


def _refer(session: Session, area: str, old: str, new: str) -> None:
    for table in Model.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == area and table.name not in PLACED_OTHERWISE:
                session.execute(sa.update(table).where(key.parent == old).values({key.parent.name: new}))
