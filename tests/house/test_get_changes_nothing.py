"""GET, HEAD and OPTIONS change nothing, whoever asks: mail scanners open every link."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from owl.foundation.audit import Audit
from owl.foundation.database import Model, db
from tests.conftest import GEOGRAPHY
from tests.house.world import PERSONS, World


def contents() -> dict[str, str]:
    """A hash of every table that people fill; the audit, which refusals go into, is looked at apart."""
    return {
        name: db.session.scalar(sa.text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t"))
        or ""
        for name in Model.metadata.tables
        if name not in (*GEOGRAPHY, "audit")
    }


@pytest.mark.parametrize("person", PERSONS)
def test_opening_every_page_changes_no_row(world: World, person: str) -> None:
    client = world.client(person)
    before = contents()
    for rule in world.app.url_map.iter_rules():
        for method in ("GET", "HEAD", "OPTIONS"):
            if method in (rule.methods or ()):
                answer = client.open(world.path(rule), method=method)
                assert answer.status_code < 500, f"{rule.rule} answered {answer.status_code}"
    assert contents() == before
    acts = db.session.scalars(sa.select(Audit.act)).all()
    assert all(act.startswith("refused: ") for act in acts)
