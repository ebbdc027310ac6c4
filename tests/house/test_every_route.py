"""Who may open what: every route has a row, and every row is tried by eight persons, here and in test_every_page.py."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from owl.foundation.audit import Audit
from owl.foundation.database import db
from tests.house.routes.letters import OPEN, is_recorded, letter
from tests.house.routes.table import WHO
from tests.house.world import PERSONS, World, undone

# Where an empty form would be sent back before anybody asked whose it is.
FORMS = {
    "team_emergencies.review": {"was_right": "yes", "note": "There was nobody to ask."},
    "team_emergencies.send": {"emergency_reason": "A child is missing near the weir."},
    "team_keeping.keep": {"unsaved": "a-key-drawn-by-a-page", "title": "Shed break-ins"},
    "team_results.look": {"words-0": ""},
    "team_composing.save": {"kind": "crime_alert", "severity": "routine", "title": "Shed break-ins", "version": "1"},
}


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert set(WHO) == {rule.endpoint for rule in app.url_map.iter_rules()}


@pytest.mark.parametrize("person", PERSONS)
def test_each_person_may_press_what_the_table_says(world: World, person: str) -> None:
    wrong = []
    for rule in world.app.url_map.iter_rules():
        expected = WHO.get(rule.endpoint, OPEN)[PERSONS.index(person)]
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            with undone():
                answer = world.client(person).open(world.path(rule), method=method, data=FORMS.get(rule.endpoint))
                found = letter(answer, rule.rule, person)
                if person in world.users and found == "-" and is_recorded(rule):
                    acts = db.session.scalars(sa.select(Audit.act).where(Audit.actor_id == world.users[person])).all()
                    assert acts == [f"refused: {rule.endpoint}"], f"{method} {rule.rule} left {acts} in the audit"
            if found != expected:
                wrong.append(f"{method} {rule.rule}: {answer.status_code} {answer.location or ''}, not {expected!r}")
    assert not wrong, "\n".join([person, *wrong])
