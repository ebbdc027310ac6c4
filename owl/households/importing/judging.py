"""What can only be judged once all rows of a list are known: whose an address is, who has stopped, who is here already.

Each step is one statement over the temporary tables of owl.households.importing.staging.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

TWICE = "%s: Row %s has this for somebody else. Take it out of one of them, or give both the same “person”."
STOPPED = "%s: Whoever has this wants no more messages, or it did not work. We may not write there. Take it out."
NOBODY_LEFT = "email: No row of this person has an email address or a mobile number."
TOGETHER = "Row %s is about the same person and was refused. Load both again once that one is right."

DROP_REFUSED = (
    "DELETE FROM import_address USING import_refusal r WHERE r.row_no = import_address.row_no",
    "DELETE FROM import_tick USING import_refusal r WHERE r.row_no = import_tick.row_no",
    "DELETE FROM import_row USING import_refusal r WHERE r.row_no = import_row.row_no",
)
REFUSE_TWICE = """
    INSERT INTO import_refusal
    SELECT DISTINCT ON (row_no) row_no, person,
        format(CAST(:sentence AS text), CASE channel WHEN 'email' THEN channel ELSE 'mobile' END, first_row)
    FROM (
        SELECT row_no, person, channel,
            first_value(person) OVER same AS owner, first_value(row_no) OVER same AS first_row
        FROM import_address WINDOW same AS (PARTITION BY address_index ORDER BY row_no)
    ) given
    WHERE person <> owner ORDER BY row_no, channel
"""
REFUSE_STOPPED = """
    INSERT INTO import_refusal
    SELECT DISTINCT ON (row_no) row_no, person,
        format(CAST(:sentence AS text), CASE channel WHEN 'email' THEN channel ELSE 'mobile' END)
    FROM import_address JOIN suppression USING (address_index)
    WHERE NOT EXISTS (
        SELECT FROM contact_point WHERE contact_point.address_index = import_address.address_index
    )
    ORDER BY row_no, channel
"""
REFUSE_TOGETHER = """
    INSERT INTO import_refusal
    SELECT row_no, NULL, format(CAST(:sentence AS text), first_row)
    FROM import_row JOIN (
        SELECT person, min(row_no) AS first_row FROM import_refusal WHERE person IS NOT NULL GROUP BY person
    ) refused USING (person)
"""
REFUSE_NOBODY = """
    INSERT INTO import_refusal
    SELECT row_no, NULL, :sentence FROM import_row
    WHERE NOT EXISTS (SELECT FROM import_address WHERE import_address.person = import_row.person)
"""
# Whoever is here already has chosen for themselves, so that an old list changes nothing.
KNOWN = """
    CREATE TEMPORARY TABLE import_known ON COMMIT DROP AS
    SELECT DISTINCT person FROM import_address JOIN contact_point USING (address_index)
"""
DROP_KNOWN = (
    "DELETE FROM import_address USING import_known k WHERE k.person = import_address.person",
    "DELETE FROM import_tick USING import_known k WHERE k.person = import_tick.person",
    "DELETE FROM import_row USING import_known k WHERE k.person = import_row.person",
)


def prepare(session: Session) -> None:
    """Make the temporary tables quick to join."""
    for statement in (
        "CREATE INDEX ON import_row (row_no)",
        "CREATE INDEX ON import_row (person)",
        "CREATE INDEX ON import_address (row_no)",
        "CREATE INDEX ON import_address (person)",
        "CREATE INDEX ON import_tick (row_no)",
        "ANALYZE import_row, import_address, import_tick, import_refusal",
    ):
        session.execute(sa.text(statement))


def refuse_rows(session: Session) -> None:
    """Take out of the list the rows that can't be loaded, and note why.

    All rows of a person stay out together: loaded by itself, the other one would make them known,
    and what was put right later would be passed over.
    """
    drop: list[tuple[str, dict[str, str]]] = [(statement, {}) for statement in DROP_REFUSED]
    for statement, words in (
        *drop,
        (REFUSE_TWICE, {"sentence": TWICE}),
        *drop,
        (REFUSE_STOPPED, {"sentence": STOPPED}),
        *drop,
        (REFUSE_TOGETHER, {"sentence": TOGETHER}),
        *drop,
        (REFUSE_NOBODY, {"sentence": NOBODY_LEFT}),
        *drop,
    ):
        session.execute(sa.text(statement), words)


def leave_known_out(session: Session) -> int:
    """Take out of the list whoever OWL knows already; how many rows."""
    session.execute(sa.text(KNOWN))
    rows = [session.execute(sa.text(statement)).rowcount for statement in DROP_KNOWN]  # type: ignore[attr-defined]
    return int(rows[-1])
