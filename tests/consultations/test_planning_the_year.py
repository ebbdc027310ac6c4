from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.consultations.announcing_planned import announce_planned
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.draft import ConsultationDraft
from owl.consultations.life_cycle import Phase
from owl.consultations.planning_the_year import Planned, plan_year, planned_in
from owl.consultations.rounds import Round, rounds_of
from owl.consultations.writing import save_consultation
from owl.foundation.errors import BadInput, Refused
from owl.foundation.notices import Notice
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.factories import NOW


def test_a_year_has_three_rounds_in_londons_time_and_none_shows_what_is_older_than_three_months() -> None:
    first, second, third = rounds_of(2027)

    assert (first.opens_at, first.closes_at) == (
        datetime(2027, 1, 4, 9, tzinfo=UTC),
        datetime(2027, 1, 31, 21, tzinfo=UTC),
    )
    assert second.opens_at == datetime(2027, 5, 3, 8, tzinfo=UTC)  # summer time
    assert [each.half_way_on for each in (first, second, third)] == [
        date(2027, 3, 28), date(2027, 7, 28), date(2027, 12, 3),
    ]  # fmt: skip
    for year in range(2026, 2040):
        for each in rounds_of(year):
            following = Round(year, each.number + 1) if each.number < 3 else Round(year + 1, 1)
            half_way = datetime.combine(each.half_way_on, each.closes_at.timetz())
            assert half_way - each.closes_at < timedelta(days=63)
            assert following.closes_at - half_way < timedelta(days=92)


def test_one_press_plans_the_year_for_each_of_the_users_areas_and_a_second_makes_nothing_twice(
    session: Session,
) -> None:
    officer = factories.user(session, areas=[HITCHIN, HATFIELD])
    colleague = factories.user(session, areas=[HATFIELD])
    assert plan_year(2027, user_id=colleague.id, now=NOW) == Planned(made=3, there=0)
    assert plan_year(2027, user_id=officer.id, now=NOW) == Planned(made=3, there=3)
    assert plan_year(2027, user_id=officer.id, now=NOW) == Planned(made=0, there=6)

    rows = planned_in(session, 2027, user_id=officer.id, now=NOW)
    assert {(row.neighbourhood_ids, row.round) for row in rows} == {
        ((place,), each.name) for place in (HITCHIN, HATFIELD) for each in rounds_of(2027)
    }
    assert {row.phase for row in rows} == {Phase.DRAFT}
    # Of this year only what has not closed yet can still be held.
    with pytest.raises(BadInput):
        plan_year(2026, user_id=officer.id, now=NOW)
    september = datetime(2026, 9, 20, tzinfo=UTC)
    assert plan_year(2026, user_id=officer.id, now=september) == Planned(made=2, there=0)


def test_who_may_not_ask_plans_nothing(session: Session) -> None:
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    with pytest.raises(Refused):
        plan_year(2027, user_id=administrator.id, now=NOW)


def test_the_clock_announces_what_is_planned_a_week_before_it_opens_and_tells_its_author(session: Session) -> None:
    officer = factories.user(session, areas=[HITCHIN, HATFIELD])
    plan_year(2027, user_id=officer.id, now=NOW)
    unfinished = session.scalars(
        sa.select(Consultation).where(Consultation.round == "2027-1", Consultation.neighbourhood_ids == [HATFIELD])
    ).one()
    draft = replace(ConsultationDraft.of(unfinished), questions=())
    save_consultation(unfinished.id, draft, user_id=officer.id, version=1, now=NOW)
    opens_at = Round(2027, 1).opens_at

    assert announce_planned(now=opens_at - timedelta(days=7, seconds=1)) == 0
    assert announce_planned(now=opens_at - timedelta(days=7)) == 1
    assert announce_planned(now=opens_at - timedelta(days=7)) == 0

    told = session.scalars(sa.select(Notice).where(Notice.template == "consultation_announced")).one()
    assert told.address == officer.email
    one = session.scalars(sa.select(Consultation).where(Consultation.status == ConsultationStatus.ANNOUNCED)).one()
    assert (one.neighbourhood_ids, one.opens_at, one.slug) == ([HITCHIN], opens_at, "hitchin-urban-2027-1")
