"""The numbers of the house: what holds, what is refused, and who changed what."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.limits import LABELS, limit, limit_in_sql, listed_limits, set_limits, texts_daily_pence
from owl.accounts.models import Limit, RoleName
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput
from tests import factories
from tests.factories import NOW


def test_every_limit_has_a_label_and_what_an_administrator_sets_holds_at_once(session: Session) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    assert set(LABELS) == set(Limit)
    assert [row.value for row in listed_limits(session)] == [row.default for row in listed_limits(session)]

    new = {Limit.NIGHT_FROM: 22, Limit.NIGHT_UNTIL: 7, Limit.TEXTS_DAILY_POUNDS: 1_500, Limit.WEEKLY_ALLOWANCE: 0}
    assert set_limits(new, actor_id=chief.id, now=NOW) == 3, "one holds already"

    assert limit(session, Limit.NIGHT_FROM) == 22
    assert session.scalar(sa.select(limit_in_sql(Limit.WEEKLY_ALLOWANCE))) == 0
    assert texts_daily_pence(session) == 150_000
    [row] = session.scalars(sa.select(Audit).where(Audit.details["limit"].astext == "night_from"))
    assert (row.actor_id, row.details["before"], row.details["after"]) == (chief.id, 21, 22)


@pytest.mark.parametrize(
    ("which", "value"),
    [
        (Limit.NIGHT_FROM, 24),
        (Limit.NIGHT_UNTIL, -1),
        (Limit.APPROVAL_ABOVE_HOMES, 0),
        (Limit.APPROVAL_ABOVE_HOMES, 10**30),
        (Limit.TEXTS_DAILY_POUNDS, None),
    ],
)
def test_a_number_that_makes_no_sense_is_refused_and_nothing_is_saved(
    session: Session, which: Limit, value: int | None
) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    with pytest.raises(BadInput) as refusal:
        set_limits({Limit.NIGHT_FROM: 20, which: value}, actor_id=chief.id, now=NOW)
    assert "whole number from" in refusal.value.fields[which.value]
    assert limit(session, Limit.NIGHT_FROM) == 21
