"""What a first start makes, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.embedded.demo_users import PEOPLE, add_demo_users, begin_demo, demo_users
from owl.embedded.first_alert import send_first_alert
from owl.embedded.home import Home
from owl.embedded.stack import make_data
from owl.foundation.clock import utc_now
from owl.households.models import Household
from owl.messages.models import Message, MessageStatus
from owl.messages.templates import offered_templates
from owl.watches.models import Watch
from owl.watches.queries import watches_run_by
from owl.watches.vetting import Tier
from tests import factories


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def count(session: Session, model: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def make(home: Home) -> bool:
    return make_data(home, 20, lambda _: None)


def test_the_first_start_makes_homes_and_people_and_an_alert_to_all_of_them(session: Session, home: Home) -> None:
    assert make(home)

    assert count(session, Household) == 20
    message_id = send_first_alert(demo_users(home), now=utc_now())
    message = session.get_one(Message, message_id)
    assert (message.status, message.homes) == (MessageStatus.SENDING, 20)


def test_the_second_start_makes_nothing(session: Session, home: Home) -> None:
    make(home)
    send_first_alert(demo_users(home), now=utc_now())

    assert not make(home)
    assert (count(session, Household), count(session, User)) == (20, len(PEOPLE))


def test_a_start_that_was_cut_off_is_gone_on_with(session: Session, home: Home) -> None:
    make(home)
    begin_demo(home)  # as if the people's passwords had not been written down yet

    assert make(home)
    assert (count(session, Household), count(session, User)) == (20, len(PEOPLE))
    assert [user.role for user in demo_users(home)] == [
        "officer",
        "supervisor",
        "administrator",
        "inspector",
        "coordinator",
    ]


def test_data_that_no_demo_began_is_left_alone(session: Session, home: Home) -> None:
    factories.household(session)

    assert not make(home)
    assert (count(session, Household), count(session, User)) == (1, 0)
    assert demo_users(home) == []


def test_every_demo_user_has_a_code(session: Session, home: Home) -> None:
    assert all(len(user.code(utc_now())) == 6 for user in add_demo_users(home, now=utc_now()))


def test_the_demo_has_a_watch_that_its_coordinator_may_write_to_and_templates(session: Session, home: Home) -> None:
    make(home)
    coordinator = next(user for user in demo_users(home) if user.role == "coordinator")
    [(watch, tier)] = watches_run_by(session, coordinator.id, now=utc_now())
    assert tier is Tier.WRITES
    assert watch.members > 0
    assert offered_templates(session)
    make(home)
    assert count(session, Watch) == 1
