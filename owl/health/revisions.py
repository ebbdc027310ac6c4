"""Whether the tables in the database are those that this release works with."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from owl.foundation.schema import migration_config


class Tables(StrEnum):
    """How the tables stand to this release."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"  # of a release that we don't know: migrations come first, and work with one release back


def compare(revision: str | None) -> Tables:
    """What the database's revision means for this release; None: no table at all."""
    head, known = _revisions()
    if revision == head:
        return Tables.CURRENT
    return Tables.OLDER if revision is None or revision in known else Tables.NEWER


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # heavy, and every process imports this module

    scripts = ScriptDirectory.from_config(migration_config(""))
    return scripts.get_current_head(), frozenset(script.revision for script in scripts.walk_revisions())
