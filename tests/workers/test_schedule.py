"""What the clock names is there, and does its work without being asked twice."""

from __future__ import annotations

from datetime import timedelta
from pkgutil import resolve_name

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from config.schedule import SCHEDULE, Repeated
from owl.foundation.clock import utc_now
from owl.households.models import Joining
from tests import factories
from workers.jobs import clear_unfinished


@pytest.mark.parametrize("entry", SCHEDULE, ids=lambda entry: entry.job)
def test_every_entry_names_a_job(entry: Repeated) -> None:
    assert callable(resolve_name(entry.job))


def test_joinings_that_nobody_finished_are_cleared(session: Session) -> None:
    factories.joining(session).expires_at = utc_now() - timedelta(seconds=1)
    factories.joining(session).expires_at = utc_now() + timedelta(days=1)
    session.commit()
    clear_unfinished()
    clear_unfinished()
    assert len(session.scalars(sa.select(Joining)).all()) == 1
