"""What the doctor says of servers that are away, or set up so that they lose something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.foundation.clock import utc_now
from owl.health.database import look_at_partitions, look_at_settings, look_at_tables
from owl.health.doctor import examine
from owl.health.findings import Finding, State
from owl.health.machine import look_at_time
from owl.health.patient import Patient
from owl.health.redis_server import look_at_keeping
from tests import factories
from tests.health.servers import Own


@pytest.fixture
def patient(own: Own, own_app: Flask) -> Iterator[Patient]:
    with own_app.app_context():
        yield Patient(own.settings, utc_now())


def found(findings: Sequence[Finding]) -> dict[str, State]:
    return {finding.name: finding.state for finding in findings}


def test_servers_as_they_should_be_are_fine(patient: Patient) -> None:
    states = found(examine(patient.settings, now=patient.now))

    for name in ("settings", "PostgreSQL", "tables", "partitions", "Redis or Valkey", "what Redis keeps", "time"):
        assert states[name] is State.OK, name
    assert states["geography"] is State.WRONG, "nobody loaded it here"


def test_a_database_that_is_away_is_named_and_the_rest_is_not_blamed(own: Own, patient: Patient) -> None:
    own.postgres.stop()

    findings = examine(patient.settings, now=patient.now)

    states = found(findings)
    assert states["PostgreSQL"] is State.WRONG
    assert states["Redis or Valkey"] is State.OK
    tables = next(finding for finding in findings if finding.name == "tables")
    assert (tables.state, tables.advice) == (State.WARN, "Mend PostgreSQL first.")


def test_a_redis_that_is_away_is_named_and_the_rest_is_not_blamed(own: Own, patient: Patient) -> None:
    own.valkey.stop()

    states = found(examine(patient.settings, now=patient.now))

    assert states["Redis or Valkey"] is State.WRONG
    assert states["workers"] is State.WARN
    assert states["tables"] is State.OK


@pytest.mark.parametrize(
    ("name", "value", "state"),
    [
        ("maxmemory-policy", "allkeys-lru", State.WRONG),
        ("appendonly", "no", State.WARN),
        ("maxmemory", "1000000", State.WRONG),
    ],
)
def test_a_redis_that_would_lose_jobs_is_noticed(patient: Patient, name: str, value: str, state: State) -> None:
    before = patient.redis.config_get(name)[name]
    assert look_at_keeping(patient).state is State.OK
    patient.redis.config_set(name, value)
    try:
        verdict = look_at_keeping(patient)
    finally:
        patient.redis.config_set(name, before)

    assert verdict.state is state
    assert verdict.advice


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("random_page_cost", "4", "random_page_cost is 4"),
        ("synchronous_commit", "off", "can lose what was sent"),
    ],
)
def test_settings_of_postgresql_that_cost_are_noticed(patient: Patient, name: str, value: str, words: str) -> None:
    patient.session.execute(sa.text(f"SET LOCAL {name} = {value}"))

    verdict = look_at_settings(patient)

    assert verdict.state is State.WARN
    assert words in verdict.sentence
    assert name in verdict.advice


def test_tables_of_another_release_are_noticed(patient: Patient) -> None:
    session = patient.session
    assert look_at_tables(patient).state is State.OK
    session.execute(sa.text("UPDATE alembic_version SET version_num = 'of a later release'"))
    assert look_at_tables(patient).state is State.WARN
    session.execute(sa.text("DELETE FROM alembic_version"))
    assert look_at_tables(patient).state is State.WRONG
    session.execute(sa.text("DROP TABLE alembic_version"))
    assert look_at_tables(patient).sentence == "There are none."


def test_deliveries_that_lost_their_place_are_noticed(session: Session, settings: Settings) -> None:
    patient = Patient(settings, utc_now())
    factories.message(session, targeted=3)
    assert look_at_partitions(patient).state is State.OK
    factories.message(session, id=5_000_000, targeted=3)

    assert look_at_partitions(patient).state is State.WRONG


def test_clocks_that_differ_are_noticed(patient: Patient) -> None:
    with time_machine.travel(utc_now() + timedelta(seconds=5)):
        assert look_at_time(patient).state is State.WARN
    with time_machine.travel(utc_now() - timedelta(hours=1)):
        assert look_at_time(patient).state is State.WRONG
