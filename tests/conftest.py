"""Real servers for every test process: PostgreSQL and Valkey from their wheels, in a folder of their own.

A test runs in an outer transaction that is rolled back; one that needs real commits (several
connections, other processes) asks for `committed`, which empties the tables afterwards instead.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator, Mapping
from itertools import chain, groupby, zip_longest
from pathlib import Path
from typing import Any, LiteralString

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from config.settings import Settings, new_contact_keys, new_secret
from owl.accounts.teams import open_teams
from owl.app import create_app
from owl.embedded.postgres import Postgres
from owl.embedded.valkey import Valkey
from owl.foundation.database import Model, db, transaction
from owl.foundation.direct import Row, Within
from owl.foundation.jobs import connection as redis_connection
from owl.foundation.schema import migrate
from owl.geography.loading import load_geography
from tests.browser import Browser
from tests.stand_ins import ACCOUNT, Both, MailSink, StandIn, stand_ins

gc.disable()  # until `app` is there: to look for garbage while 800 modules are loaded takes a fifth of the time

GEOGRAPHY = ("district", "neighbourhood", "ward", "postcode", "team", "role")  # loaded once, never changed by a test
# Folders whose tests wait for processes and browsers, those that take longest first.
WAITING = ("whole_service", "e2e", "cli", "workers", "embedded")


@pytest.hookimpl(trylast=True)  # after the order was made random
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and mix files that wait with files that reckon, so that no core stands idle."""
    waiting: list[tuple[str, list[pytest.Item]]] = []
    reckoning: list[tuple[str, list[pytest.Item]]] = []
    for path, file in groupby(items, key=lambda item: item.path):
        (waiting if path.parent.name in WAITING else reckoning).append((path.parent.name, list(file)))
    waiting.sort(key=lambda file: WAITING.index(file[0]))
    reckoning.sort(key=lambda file: file[0] != "house")
    mixed = chain.from_iterable(zip_longest(waiting, reckoning[::2], reckoning[1::2]))
    items[:] = [item for file in mixed if file for item in file[1]]


def pytest_collection_finish() -> None:
    """Look for garbage again, in what comes from now on."""
    gc.freeze()
    gc.enable()


PUBLIC_URL = "http://localhost:5000"


@pytest.fixture(scope="session")
def both_stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with stand_ins(tmp_path_factory.mktemp("caught") / "caught.sqlite", public_url=PUBLIC_URL) as both:
        yield both


@pytest.fixture
def mail_sink(both_stand_ins: Both) -> MailSink:
    """Where the app's mail goes: what was caught, and a way to refuse."""
    both_stand_ins.forget()
    return both_stand_ins.mail_sink


@pytest.fixture
def twilio_stand_in(both_stand_ins: Both) -> StandIn:
    """Where the app's texts go: what was caught, the callbacks that would come, and a way to refuse."""
    both_stand_ins.forget()
    return both_stand_ins.twilio


# A machine with much to do is slow, not wrong.
hypothesis.settings.register_profile("owl", deadline=None)
hypothesis.settings.load_profile("owl")


@pytest.fixture(scope="session")
def settings(both_stand_ins: Both) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="owl-test-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o711)
        (home / "run").mkdir()
        postgres = Postgres(home / "postgresql", home / "run/p", durable=False, ends_with_us=True)
        valkey = Valkey(home / "valkey", home / "run/v", ends_with_us=True)
        postgres.start()
        valkey.start()
        postgres.create_database()
        try:
            yield Settings(
                OWL_ENVIRONMENT="development",
                OWL_HOME=home,
                OWL_BALLOT_KEYS=home / "ballot-keys",
                OWL_DATABASE_URL=postgres.url(),
                OWL_REDIS_URL=valkey.url(),
                OWL_PUBLIC_URL=PUBLIC_URL,
                OWL_SECRET_KEY=new_secret(),
                OWL_CONTACT_KEYS=new_contact_keys(),
                OWL_SMTP_URL=f"smtp://127.0.0.1:{both_stand_ins.serving.smtp_port}",
                OWL_MAIL_FROM="alerts@owl.example.com",
                OWL_BOUNCE_DOMAIN="bounces.owl.example.com",
                TWILIO_ACCOUNT_SID=ACCOUNT.sid,
                TWILIO_AUTH_TOKEN=ACCOUNT.token,
                TWILIO_MESSAGING_SERVICE_SID="MG" + "0" * 32,
                OWL_TEXT_NUMBER="+447700900000",
                TWILIO_API_URL=f"http://127.0.0.1:{both_stand_ins.serving.twilio_port}",
                OWL_ALLOW_DRAMA_NUMBERS=True,
                OWL_RATE_LIMITS=False,  # tests of the limits turn them on
                OWL_KEEP_PAGES=False,  # a test sees what it has written at once
            )
        finally:
            postgres.stop()
            valkey.stop()


@pytest.fixture(scope="session")
def app(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    migrate(settings.database_url)
    app = create_app(settings)
    app.config["TESTING"] = True
    compiled = tmp_path_factory.getbasetemp().parent / "templates"  # of all workers: each is compiled once
    compiled.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    app.test_client_class = Browser
    with app.app_context():
        load_geography()
        with transaction() as session:
            open_teams(session)
    gc.collect()
    gc.freeze()  # what is here stays until the end: to look through it again and again took a tenth of the time
    gc.enable()
    yield app
    app.extensions["owl.mail"].close()
    app.extensions["owl.receipts"].close()
    app.extensions["owl.direct"].close()
    with app.app_context():
        db.engine.dispose()


def _forget_pace(app: Flask) -> None:
    """An empty Redis, and nothing of what this process knew of its providers."""
    redis_connection().flushall()
    for known in ("owl.pacers", "owl.strides"):
        app.extensions.pop(known, None)


class _Committing(Within):
    """Single statements in the transaction of a test: each is done with when it returns."""

    def run(self, statement: LiteralString, words: Mapping[str, Any]) -> Row | None:
        row = super().run(statement, words)
        self._session.commit()
        return row


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The database of one test, rolled back at its end (flask-sqlalchemy issue 1171)."""
    with app.app_context():
        engines = db._app_engines[app]
        engine = engines[None]
        with engine.connect() as connection:
            outer = connection.begin()
            engines[None] = connection
            db.session.remove()
            db.session.configure(join_transaction_mode="create_savepoint")
            _forget_pace(app)
            real = app.extensions["owl.direct"]
            app.extensions["owl.direct"] = _Committing(db.session)
            try:
                yield db.session()
            finally:
                app.extensions["owl.direct"] = real
                db.session.remove()
                db.session.configure(join_transaction_mode="conditional_savepoint")
                engines[None] = engine
                outer.rollback()


@pytest.fixture
def committed(app: Flask) -> Iterator[Session]:
    """A database whose commits are real, for tests with several connections; emptied afterwards."""
    with app.app_context():
        _forget_pace(app)
        try:
            yield db.session()
        finally:
            db.session.remove()
            tables = ", ".join(f'"{name}"' for name in Model.metadata.tables if name not in GEOGRAPHY)
            with db.engine.begin() as connection:
                connection.execute(sa.text("SET LOCAL lock_timeout = '20s'"))  # something was left open: say so
                # Past the triggers that hold what is written once.
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
                connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    return app.test_client()
