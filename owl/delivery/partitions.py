"""The partitions of the delivery table: a thousand messages each, made before they are needed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

MESSAGES_EACH = 1000
# Room on its own page for every row to be written again at once, by claiming: with 70 a third of them moved to other
# pages and into the indexes anew, which cost PostgreSQL half as much again.
FILLFACTOR = 45


def ensure_partition(session: Session, message_id: int) -> None:
    """Make the message's partition unless it is there.

    Attached, not created in place: ATTACH lets other messages go on being sent (it takes
    SHARE UPDATE EXCLUSIVE on the parent; CREATE … PARTITION OF would take ACCESS EXCLUSIVE).
    """
    no = message_id // MESSAGES_EACH
    name = f"delivery_{no}"
    if session.scalar(sa.select(sa.func.to_regclass(name))) is not None:
        return
    first, last = no * MESSAGES_EACH, (no + 1) * MESSAGES_EACH
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))))
    like = "LIKE delivery INCLUDING DEFAULTS INCLUDING CONSTRAINTS"
    session.execute(sa.text(f"CREATE TABLE IF NOT EXISTS {name} ({like}) WITH (fillfactor = {FILLFACTOR})"))
    attached = sa.text("SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(:name)")
    if session.scalar(attached, {"name": name}) is None:
        session.execute(sa.text(f"ALTER TABLE delivery ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({last})"))
