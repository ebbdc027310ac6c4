"""A week's allowance: what exceeds it waits for a digest, what is urgent overrides it and is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.delivery.planning import Planned, plan_deliveries
from owl.foundation.notices import Channel
from owl.households.allowance_models import AllowanceUse
from owl.households.choices import Rhythm
from owl.households.clearing import clear_unfinished
from owl.households.data_rights import erase_subscriber
from owl.households.models import Subscriber
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience
from owl.messages.models import Severity
from tests import factories

FRIDAY = datetime(2027, 3, 26, 14, 0, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2027, 3, 28, 22, 59, tzinfo=UTC)  # 23:59 in London, since the clocks went forward that morning
AUDIENCE = Audience.of([Area(AreaKind.COUNTY, COUNTY_CODE)], channels=Channel).to_json()


def resident(session: Session, **fields: object) -> Subscriber:
    """Somebody with a mail address and a mobile."""
    person = factories.subscriber(session, **fields)
    for channel in Channel:
        factories.contact_point(session, person, channel=channel)
    return person


def plan(session: Session, now: datetime = FRIDAY, **fields: object) -> tuple[Planned, list[str]]:
    message = factories.message(session, audience=AUDIENCE, **fields)
    planned = plan_deliveries(session, message, now=now)
    rows = session.scalars(sa.select(Delivery.status).where(Delivery.message_id == message.id).order_by(Delivery.seq))
    return planned, [status.value for status in rows]


def test_what_exceeds_the_allowance_waits_for_a_digest_by_mail_and_by_text(session: Session) -> None:
    resident(session, weekly_allowance=1)
    assert plan(session)[1] == ["queued", "queued"]  # one message, twice
    planned, statuses = plan(session)
    assert statuses == ["held_for_digest", "held_for_digest"]
    assert planned == Planned(targeted=2, homes=1, mails=1, overridden=0)


def test_a_week_ends_on_sunday_at_midnight_in_london(session: Session) -> None:
    resident(session, weekly_allowance=1)
    plan(session, SUNDAY_NIGHT)
    assert plan(session, SUNDAY_NIGHT)[1] == ["held_for_digest"] * 2
    assert plan(session, SUNDAY_NIGHT + timedelta(minutes=1))[1] == ["queued"] * 2


def test_what_goes_out_next_week_is_of_next_week(session: Session) -> None:
    resident(session, weekly_allowance=1)
    assert plan(session, send_at=FRIDAY + timedelta(days=4))[1] == ["queued"] * 2
    assert plan(session)[1] == ["queued"] * 2
    assert plan(session, send_at=FRIDAY + timedelta(days=5))[1] == ["held_for_digest"] * 2


def test_what_is_urgent_overrides_the_allowance_and_is_counted_by_people(session: Session) -> None:
    resident(session, weekly_allowance=0)
    resident(session)
    planned, statuses = plan(session, severity=Severity.URGENT)
    assert (planned.overridden, statuses) == (1, ["queued"] * 4)
    assert session.scalar(sa.select(sa.func.count()).select_from(AllowanceUse)) == 0


def test_who_chose_a_digest_uses_nothing_up(session: Session) -> None:
    person = resident(session, rhythm=Rhythm.WEEKLY, weekly_allowance=1)
    assert plan(session)[1] == ["held_for_digest"] * 2
    person.rhythm = Rhythm.AT_ONCE
    session.commit()
    assert plan(session)[1] == ["queued"] * 2


def test_without_a_number_of_their_own_the_house_s_holds(session: Session) -> None:
    resident(session)
    seen = [plan(session)[1][0] for _ in range(8)]
    assert seen == ["queued"] * 7 + ["held_for_digest"]


def test_what_was_used_up_is_forgotten_with_the_person_and_with_the_week(session: Session) -> None:
    joan = resident(session)
    resident(session)
    plan(session)
    session.commit()
    erase_subscriber(joan.id, now=FRIDAY)
    count = sa.select(sa.func.count()).select_from(AllowanceUse)
    assert session.scalar(count) == 1
    clear_unfinished(SUNDAY_NIGHT)
    assert session.scalar(count) == 1
    clear_unfinished(SUNDAY_NIGHT + timedelta(minutes=1))
    assert session.scalar(count) == 0
