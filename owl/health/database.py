"""How PostgreSQL is: whether it answers, keeps what it is given, and has the tables of this release."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import sqlalchemy as sa

from owl.delivery.partitions import MESSAGES_EACH
from owl.geography.models import Postcode
from owl.health.findings import Verdict, doubtful, fine, worst, wrong
from owl.health.lines import to_postgres
from owl.health.patient import Patient
from owl.health.revisions import Tables, compare
from owl.messages.models import Message

OLDEST = 150000
CHEAP_ENOUGH = 2.0  # random_page_cost
BUSY = 0.8  # of the connections
KEEPS = ("fsync", "full_page_writes", "synchronous_commit")
SETTINGS = (*KEEPS, "autovacuum", "random_page_cost", "max_connections")


def reach(patient: Patient) -> Verdict:
    """Whether it answers and is new enough."""
    try:
        with to_postgres(patient.settings) as line:
            version, name = line.info.server_version, line.info.parameter_status("server_version")
            is_replica = line.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
    except psycopg.Error:
        return wrong("It doesn't answer.", "Check that it runs, and OWL_DATABASE_URL. Nothing is lost meanwhile.")
    if version < OLDEST:
        return wrong(f"It is version {name}.", "OWL needs PostgreSQL 15 or newer.")
    if is_replica:
        return wrong("It can only be read: it is a standby.", "Let OWL_DATABASE_URL name the primary.")
    return fine(f"Version {name} answers.")


def look_at_settings(patient: Patient) -> Verdict:
    """Whether it keeps what it confirmed, chooses indexes, and has connections left."""
    told = {name: str(patient.session.scalar(sa.text(f"SHOW {name}"))) for name in SETTINGS}
    used = patient.session.scalar(sa.text("SELECT sum(numbackends) FROM pg_stat_database")) or 0
    return worst(_amiss(told, int(used)), otherwise=f"Safe and sound; {used} of {told['max_connections']} connections.")


def _amiss(told: dict[str, str], used: int) -> Iterator[Verdict]:
    loose = [name for name in KEEPS if told[name] == "off"]
    if loose:
        yield doubtful(
            f"{' and '.join(loose)} off: a crash of the machine can lose what was sent, and it would be sent again.",
            f"Turn on {' and '.join(loose)}, unless this is for trying things out.",
        )
    if told["autovacuum"] == "off":
        yield wrong("autovacuum is off: tables grow and slow down.", "Turn on autovacuum.")
    if float(told["random_page_cost"]) > CHEAP_ENOUGH:
        yield doubtful(
            f"random_page_cost is {told['random_page_cost']}: audiences are counted by reading whole tables.",
            "On solid-state disks set random_page_cost to 1.1.",
        )
    if used > BUSY * int(told["max_connections"]):
        yield doubtful(
            f"{used} of {told['max_connections']} connections are taken.",
            "Raise max_connections, or run fewer processes.",
        )


def look_at_tables(patient: Patient) -> Verdict:
    """Whether the tables are those of this release."""
    if patient.session.scalar(sa.text("SELECT to_regclass('alembic_version')")) is None:
        return wrong("There are none.", "Run `owl migrate`.")
    revision = patient.session.scalar(sa.text("SELECT max(version_num) FROM alembic_version"))
    match compare(revision):
        case Tables.OLDER:
            return wrong("They are of an older release.", "Run `owl migrate`.")
        case Tables.NEWER:
            return doubtful("They are of a newer release.", "Finish the release: this process runs old code.")
    return fine("Those of this release.")


def look_at_partitions(patient: Patient) -> Verdict:
    """Whether the deliveries of the newest message have a place. Planning makes it; only a restore can lack it."""
    newest = patient.session.scalar(sa.select(sa.func.max(Message.id)).where(Message.targeted > 0)) or 0
    name = f"delivery_{newest // MESSAGES_EACH}"
    asked = sa.text("SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(:name)")
    if newest and patient.session.scalar(asked, {"name": name}) is None:
        return wrong(f"{name} is not there.", "The restore was not whole: restore that table and attach it.")
    return fine("There is one for the newest message.")


def look_at_geography(patient: Patient) -> Verdict:
    """Whether there are postcodes."""
    if patient.session.scalar(sa.select(sa.exists().where(Postcode.code.is_not(None)))):
        return fine("Postcodes are known.")
    return wrong("No postcode is known, so nobody can join.", "Run `owl load-geography`.")
