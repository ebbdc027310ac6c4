"""What Prometheus is told, and who else is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy.orm import Session

from config.settings import Settings, new_secret
from owl.app import create_app
from owl.delivery.claiming import claim_batch
from owl.delivery.models import Receipt
from owl.delivery.providers import Outcome, Result
from owl.delivery.tallying import tally
from owl.foundation.clock import utc_now
from owl.foundation.counting import Counted, count, measure, write_counts
from owl.foundation.database import db
from owl.foundation.jobs import Queue
from owl.foundation.jobs import connection as redis_connection
from owl.health.counters import SHOWN
from owl.health.doctor import CHECKS, examine
from owl.health.metrics import exposition
from owl.messages.models import MessageStatus
from tests import factories
from tests.browser import Browser
from tests.delivery.conftest import plan_message
from tests.health.servers import Own
from tests.health.test_work import a_batch, ago
from tests.production import production_environment

Samples = dict[tuple[str, ...], float]


@pytest.fixture(autouse=True)
def nothing_counted(app: Flask, session: Session) -> None:
    write_counts(redis_connection())  # of tests before
    redis_connection().flushall()


def samples(settings: Settings) -> Samples:
    """Each figure by its name and the values of its labels, of a bucket its upper bound last."""
    told = exposition(settings, now=utc_now()).decode()
    return {
        (one.name, *(one.labels[name] for name in sorted(one.labels, key=lambda name: (name == "le", name)))): one.value
        for family in text_string_to_metric_families(told)
        for one in family.samples
    }


def test_an_idle_installation_tells_zeros_and_not_nothing(settings: Settings) -> None:
    told = samples(settings)

    assert told["owl_server_up", "postgresql"] == told["owl_server_up", "redis"] == 1
    for lane in ("urgent", "standard", "bulk"):
        assert told["owl_batches", lane, "due"] == told["owl_oldest_due_batch_seconds", lane] == 0
    assert told["owl_workers", "urgent"] == told["owl_queue_jobs", "notices"] == told[("owl_receipts_unmerged",)] == 0


def test_what_waits_is_told_by_lane_with_its_age(session: Session, settings: Settings) -> None:
    since_ago_s = (utc_now() - ago()).total_seconds()
    a_batch(session, lane=Queue.URGENT, due_at=ago(minutes=2))
    a_batch(session, lane=Queue.BULK, due_at=ago(minutes=2), lease_until=ago(hours=-1))
    a_batch(session, lane=Queue.BULK, status=MessageStatus.PAUSED)
    session.add(Receipt(message_id=1, seq=1, provider_reference="SM1", said="sent", received_at=ago(minutes=3)))
    session.commit()

    told = samples(settings)

    assert told["owl_batches", "urgent", "due"] == 1
    assert told["owl_batches", "bulk", "held"] == told["owl_batches", "bulk", "stopped"] == 1
    assert told["owl_deliveries_open", "bulk"] == 20
    assert 0 <= told["owl_oldest_due_batch_seconds", "urgent"] - since_ago_s - 120 < 60
    assert told["owl_messages", "paused"] == 1
    assert told[("owl_receipts_unmerged",)] == 1
    assert 0 <= told[("owl_receipts_unmerged_oldest_seconds",)] - since_ago_s - 180 < 60


def test_outcomes_are_counted_by_what_the_provider_said(session: Session, settings: Settings) -> None:
    message = plan_message(session, 3, approved_at=factories.NOW, send_at=None)
    claim = claim_batch(message.id, 1, worker="one", now=factories.NOW)
    assert claim

    outcomes = [Outcome(1, Result.SENT), Outcome(2, Result.SENT), Outcome(3, Result.PERMANENT, fault="550 5.1.1")]
    tally(claim, outcomes, now=factories.NOW + timedelta(seconds=3))
    write_counts(redis_connection())

    told = samples(settings)
    assert told["owl_handed_over_total", "email", "sent"] == 2
    assert told["owl_handed_over_total", "email", "permanent"] == 1
    assert told["owl_provider_faults_total", "email", "bad address"] == 1
    assert told["owl_hand_over_delay_seconds_bucket", "email", "routine", "2.0"] == 0
    assert told["owl_hand_over_delay_seconds_bucket", "email", "routine", "5.0"] == 2
    assert told["owl_hand_over_delay_seconds_sum", "email", "routine"] == 6


def test_a_histogram_adds_up(settings: Settings) -> None:
    for seconds in (0.001, 0.3, 60):
        measure(Counted.JOBS, "send_batch", "done", seconds=seconds)
    write_counts(redis_connection())

    told = samples(settings)

    assert told["owl_job_seconds_bucket", "send_batch", "done", "0.5"] == 2
    assert told["owl_job_seconds_bucket", "send_batch", "done", "10.0"] == 2
    assert told["owl_job_seconds_bucket", "send_batch", "done", "+Inf"] == 3
    assert told["owl_job_seconds_count", "send_batch", "done"] == 3


def test_everything_that_is_counted_has_a_name_outside() -> None:
    assert set(SHOWN) == set(Counted)


def test_a_server_that_is_away_leaves_the_rest_to_be_told(own: Own, own_app: Flask) -> None:
    own.postgres.stop()
    with own_app.app_context():
        told = samples(own.settings)
    assert (told["owl_server_up", "postgresql"], told["owl_server_up", "redis"]) == (0, 1)
    assert told["owl_queue_jobs", "bulk"] == 0

    own.start()
    own.valkey.stop()
    with own_app.app_context():
        told = samples(own.settings)
    assert (told["owl_server_up", "postgresql"], told["owl_server_up", "redis"]) == (1, 0)
    assert told["owl_batches", "bulk", "due"] == 0


@contextmanager
def asked_for() -> Iterator[list[str]]:
    """What PostgreSQL is asked meanwhile."""
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_neither_metrics_nor_the_doctor_read_deliveries_or_people(session: Session, settings: Settings) -> None:
    a_batch(session, lane=Queue.BULK)
    with asked_for() as asked:
        exposition(settings, now=utc_now())
        examine(settings, now=utc_now())

    assert len(asked) > 10
    for statement in asked:
        for table in ("delivery", "contact_point", "subscriber", "household", "audit"):
            assert f"FROM {table}" not in statement, "they must answer at once with 20 million deliveries in the table"
            assert f"JOIN {table}" not in statement


@pytest.fixture
def in_production(settings: Settings) -> Iterator[tuple[Browser, Browser, str]]:
    """A browser of an installation without a token, one of an installation with one, and the token."""
    token = new_secret()
    sound = Settings.model_validate(production_environment(settings))
    apps = [create_app(sound), create_app(sound.model_copy(update={"metrics_token": SecretStr(token)}))]
    for app in apps:
        app.test_client_class = Browser
    yield (*(app.test_client() for app in apps), token)  # type: ignore[misc]
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def test_in_production_only_the_token_opens_them(in_production: tuple[Browser, Browser, str]) -> None:
    closed, opened, token = in_production

    def status(browser: Browser, authorization: str | None) -> int:
        headers = {} if authorization is None else {"Authorization": authorization}
        return browser.get("/metrics", headers=headers, base_url="https://owl.example.com").status_code

    assert [status(closed, given) for given in (None, "Bearer ", f"Bearer {token}")] == [404] * 3
    assert [status(opened, given) for given in (None, "Bearer ", "Bearer ü", f"Bearer {token}x")] == [404] * 4
    assert status(opened, f"Bearer {token}") == 200


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.1", 404)])
def test_in_development_only_this_machine_opens_them(app: Flask, address: str, status: int) -> None:
    answer = app.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": address})

    assert answer.status_code == status


def test_requests_are_counted_by_part_and_not_by_address(app: Flask, settings: Settings) -> None:
    app.test_client().get("/help")
    app.test_client().get("/r/a-made-up-token-of-somebody")
    write_counts(redis_connection())

    told = samples(settings)

    assert told["owl_request_seconds_count", "pages", "2xx"] == 1
    assert told["owl_request_seconds_count", "replying", "4xx"] == 1
    assert not any("token" in part for key in told for part in key)


def test_a_count_of_nothing_of_ours_has_no_place(settings: Settings) -> None:
    count(Counted.SUPPRESSED, "bounced", "and more than this release knows")
    write_counts(redis_connection())

    assert not any(key[0] == "owl_suppressed_total" for key in samples(settings))


def test_the_page_for_operators_explains_every_metric_and_every_finding(settings: Settings) -> None:
    page = (Path(__file__).parents[2] / "docs/operations.md").read_text()
    told = exposition(settings, now=utc_now()).decode()
    names = set(re.findall(r"^# TYPE (\w+) ", told, re.MULTILINE))

    missing = [name for name in names if f"`{name.removesuffix('_oldest_seconds')}`" not in page]
    unknown = [name for name in re.findall(r"\| `(owl_\w+)`", page) if name not in names]
    assert (missing, unknown) == ([], [])
    assert [check.name for check in CHECKS if f"`{check.name}`" not in page] == []
