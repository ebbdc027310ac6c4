"""Officers propose watches and coordinators, supervisors decide, and nobody does so elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.watches.areas import parse_codes
from owl.watches.coordinating import decide_coordinator, name_coordinator, require_tier
from owl.watches.keeping import ChangedMeanwhile, Typed, change_watch, decide_watch, propose_watch
from owl.watches.models import Watch, WatchArea
from owl.watches.queries import coordinators_of, watches_of_team
from owl.watches.vetting import VETTED_FOR, Standing, Tier, Vetting
from tests import factories
from tests.factories import NOW

HERE, ELSEWHERE = "hitchin-urban", "welwyn-hatfield-south"
TYPED = Typed(name=" Oak  Street ", kind="neighbourhood", neighbourhood_id=HERE, codes="sg5 1ab, SG5 1")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        ("sg51ab\nSG5 1AB; sg5 1", ["SG5 1", "SG5 1AB"]),
        (" , \n", []),
    ],
)
def test_postcodes_and_sectors_are_read_in_any_spelling(text: str, codes: list[str]) -> None:
    assert parse_codes(text) == codes


@pytest.mark.parametrize("text", ["Oak Street", "SG5", "SG5 1AB SG5 1AD", "\0", "x" * 5_000, "SG5 1," * 501])
def test_what_is_no_postcode_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parse_codes(text)
    assert len(refusal.value.sentence) < 200


def test_an_officer_proposes_a_watch_and_a_supervisor_lets_it_begin(session: Session) -> None:
    officer = factories.user(session, areas=[HERE])
    supervisor = factories.user(session, role=RoleName.SUPERVISOR, areas=[HERE])
    number = propose_watch(TYPED, actor_id=officer.id, now=NOW)
    codes = session.scalars(sa.select(WatchArea.code).where(WatchArea.watch_id == number)).all()
    assert sorted(codes) == ["SG5 1", "SG5 1AB"]
    [row] = watches_of_team(session, [HERE]).rows
    assert (row.name, row.standing, row.members) == ("Oak Street", Standing.PROPOSED, 0)

    with pytest.raises(Refused):
        decide_watch(number, Standing.ACTIVE, actor_id=officer.id, now=NOW)
    decide_watch(number, Standing.ACTIVE, actor_id=supervisor.id, now=NOW)
    with pytest.raises(Conflict):
        decide_watch(number, Standing.ACTIVE, actor_id=supervisor.id, now=NOW)
    acts = session.scalars(sa.select(Audit.act).where(Audit.subject == "watch").order_by(Audit.id)).all()
    assert acts == ["propose watch", "decide about watch"]

    bare = replace(TYPED, codes="", wards=frozenset({HERE}))
    with pytest.raises(Refused):  # whom it reaches is a supervisor's to decide once it is active
        change_watch(number, bare, version=1, actor_id=officer.id, now=NOW)
    change_watch(number, bare, version=1, actor_id=supervisor.id, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        change_watch(number, bare, version=1, actor_id=supervisor.id, now=NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"kind": "cat"}, "kind"),
        ({"neighbourhood_id": ""}, "neighbourhood"),
        ({"codes": ""}, "codes"),
        ({"codes": "AL1 1AG"}, "codes"),  # of another team
        ({"codes": "", "wards": frozenset({"county:hertfordshire"})}, "codes"),
        ({"codes": "", "wards": frozenset({ELSEWHERE})}, "codes"),
    ],
)
def test_a_watch_that_cannot_be_is_refused_beside_the_field(
    session: Session, change: dict[str, str], field: str
) -> None:
    officer = factories.user(session, areas=[HERE])
    with pytest.raises(BadInput) as refusal:
        propose_watch(replace(TYPED, **change), actor_id=officer.id, now=NOW)  # type: ignore[arg-type]
    assert set(refusal.value.fields) == {field}
    assert session.scalar(sa.select(sa.func.count()).select_from(Watch)) == 0


def test_a_team_sees_and_changes_no_watch_of_another(session: Session) -> None:
    watch = factories.watch(session, neighbourhood_id=HERE)
    stranger = factories.user(session, role=RoleName.SUPERVISOR, areas=[ELSEWHERE])
    for act in (
        lambda: decide_watch(watch.id, Standing.ENDED, actor_id=stranger.id, now=NOW),
        lambda: name_coordinator(watch.id, email="x@example.com", actor_id=stranger.id, now=NOW),
        lambda: change_watch(watch.id, TYPED, version=1, actor_id=stranger.id, now=NOW),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Refused):
        propose_watch(TYPED, actor_id=stranger.id, now=NOW)


def test_a_coordinator_begins_when_vetted_and_stops_with_the_vetting_or_the_watch(session: Session) -> None:
    watch = factories.watch(session, neighbourhood_id=HERE)
    officer = factories.user(session, areas=[HERE])
    supervisor = factories.user(session, role=RoleName.SUPERVISOR, areas=[HERE])
    anna = factories.user(session, role=RoleName.COORDINATOR)
    with pytest.raises(BadInput):
        name_coordinator(watch.id, email=officer.email, actor_id=officer.id, now=NOW)  # is no coordinator
    assert name_coordinator(watch.id, email=anna.email.upper(), actor_id=officer.id, now=NOW) == anna.id
    with pytest.raises(Conflict):
        name_coordinator(watch.id, email=anna.email, actor_id=officer.id, now=NOW)

    def decide(vetting: Vetting, tier: Tier | None = None, actor_id: int = supervisor.id) -> None:
        decide_coordinator(watch.id, anna.id, vetting, tier=tier, actor_id=actor_id, now=NOW)

    def may(least: Tier, when: timedelta = timedelta(0)) -> bool:
        try:
            require_tier(session, anna.id, watch.id, least, NOW + when)
        except Refused:
            return False
        return True

    with pytest.raises(Refused):
        decide(Vetting.CHECKING, actor_id=officer.id)
    with pytest.raises(Conflict):
        decide(Vetting.VETTED, Tier.ASKS)  # not before the checks
    decide(Vetting.CHECKING)
    assert not may(Tier.SEES)
    with pytest.raises(BadInput):
        decide(Vetting.VETTED)
    decide(Vetting.VETTED, Tier.ASKS)
    assert (may(Tier.SEES), may(Tier.ASKS), may(Tier.WRITES)) == (True, True, False)
    assert not may(Tier.SEES, VETTED_FOR)
    decide(Vetting.SUSPENDED)
    assert not may(Tier.SEES)
    decide(Vetting.VETTED, Tier.WRITES)
    assert may(Tier.WRITES)
    [row] = coordinators_of(session, watch.id)
    assert (row.vetting, row.tier) == (Vetting.VETTED, Tier.WRITES)
    decide_watch(watch.id, Standing.SUSPENDED, actor_id=supervisor.id, now=NOW)
    assert not may(Tier.SEES)
    with pytest.raises(NotFound):
        require_tier(session, anna.id, factories.watch(session).id, Tier.SEES, NOW)
