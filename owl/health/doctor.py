"""`owl doctor` and the page of the same: everything that is looked at, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import redis
import sqlalchemy as sa

from config.settings import Settings
from owl.foundation.database import db
from owl.health import boxes, database, installation, machine, providers, redis_server, work
from owl.health.findings import Finding, State, Verdict, doubtful, wrong
from owl.health.patient import Patient

QUERY_S = 5


class Server(StrEnum):
    """What much else can't be seen without."""

    POSTGRES = "PostgreSQL"
    REDIS = "Redis or Valkey"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at, and the servers that it takes to see it."""

    name: str
    look: Callable[[Patient], Verdict]
    needs: tuple[Server, ...] = ()


DATABASE, QUEUES, BOTH = (Server.POSTGRES,), (Server.REDIS,), (Server.POSTGRES, Server.REDIS)

CHECKS = (
    Check("settings", installation.look_at_settings),
    Check(Server.POSTGRES, database.reach),
    Check("PostgreSQL’s settings", database.look_at_settings, DATABASE),
    Check("tables", database.look_at_tables, DATABASE),
    Check("partitions", database.look_at_partitions, DATABASE),
    Check("geography", database.look_at_geography, DATABASE),
    Check(Server.REDIS, redis_server.reach),
    Check("what Redis keeps", redis_server.look_at_keeping, QUEUES),
    Check("time", machine.look_at_time, BOTH),
    Check("workers", work.look_at_workers, QUEUES),
    Check("clock", work.look_at_clock, QUEUES),
    Check("mailin", work.look_at_mailin, QUEUES),
    Check("broken jobs", work.look_at_failed_jobs, QUEUES),
    Check("batches", work.look_at_batches, DATABASE),
    Check("messages", work.look_at_messages, DATABASE),
    Check("receipts", work.look_at_receipts, DATABASE),
    Check("notices", work.look_at_notices, DATABASE),
    Check("ballot boxes", boxes.look_at_boxes, DATABASE),
    Check("mail relay", providers.look_at_relay),
    Check("Twilio", providers.look_at_twilio),
    Check("disk", machine.look_at_disk),
    Check("public address", machine.look_at_address),
)


def examine(settings: Settings, *, now: datetime) -> list[Finding]:
    """A finding for each thing that is looked at. Changes nothing; takes seconds where a server is silent."""
    patient, away, findings = Patient(settings, now), set[Server](), []
    for check in CHECKS:
        verdict = _look(check, patient, away)
        if check.name in set(Server) and verdict.state is State.WRONG:
            away.add(Server(check.name))
        findings.append(Finding(str(check.name), verdict.state, verdict.sentence, verdict.advice))
    return findings


def _look(check: Check, patient: Patient, away: set[Server]) -> Verdict:
    unseen = [server for server in check.needs if server in away]
    if unseen:
        return doubtful("It can't be seen.", f"Mend {unseen[0]} first.")
    try:
        if Server.POSTGRES in check.needs:
            db.session.execute(sa.text(f"SET LOCAL statement_timeout = {QUERY_S * 1000}"))
        return check.look(patient)
    except sa.exc.ProgrammingError:
        return wrong("The tables do not fit this release.", "Run `owl migrate`.")
    except (sa.exc.OperationalError, redis.RedisError):
        return wrong("A server did not answer while it was looked at.", "Look again; then at that server.")
    finally:
        db.session.rollback()
