"""Lists that are sent as they are read leave nothing open behind them, on a real server."""

from __future__ import annotations

import http.client
import io
import re
import threading
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from owl.accounts.models import RoleName, User
from owl.foundation.database import db
from owl.households.importing.uploads import load_waiting_lists, upload_list
from tests import factories
from tests.browser import sign_in
from tests.factories import NOW, PASSWORD
from tests.households.importing.lists import ANNA, csv_of
from tests.households.importing.test_uploads import BAD

OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
"""


class Caller:
    """A plain client of HTTP, signed in as an administrator."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie

    def ask(self, method: str, place: str, **form: str) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        head = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, place, urlencode(form), head)
        answer = line.getresponse()
        said = answer.read().decode("utf-8-sig")
        line.close()
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        assert answer.status == 200, said
        return said

    def token(self, place: str) -> str:
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.ask("GET", place))
        assert found
        return found[1]


@pytest.fixture
def administrator(committed: Session) -> User:
    return factories.user(committed, role=RoleName.ADMINISTRATOR)


@pytest.fixture
def caller(app: Flask, committed: Session, administrator: User) -> Iterator[Caller]:
    """On a real server: the client of the tests shares their application context, and so their database session."""
    client = app.test_client()
    sign_in(client, committed, administrator)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Caller(server.server_port, f"{cookie.key}={cookie.value}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def list_id(committed: Session, administrator: User) -> int:
    found = upload_list(io.BytesIO(csv_of(ANNA, BAD).encode()), actor_id=administrator.id, now=NOW)
    load_waiting_lists(allow_drama=True, now=NOW)
    return found


def still_open(session: Session) -> int:
    session.rollback()
    with db.engine.connect() as connection:
        return int(connection.execute(sa.text(OPEN)).scalar_one())


@pytest.mark.usefixtures("list_id")
def test_saving_everybody_leaves_no_transaction_open(caller: Caller, committed: Session) -> None:
    place = "/admin/households/export"
    said = caller.ask("POST", place, password=PASSWORD, csrf_token=caller.token(place))
    assert "anna@example.com" in said
    assert still_open(committed) == 0


def test_saving_refused_rows_leaves_no_transaction_open(caller: Caller, committed: Session, list_id: int) -> None:
    assert "only the first half" in caller.ask("GET", f"/admin/households/lists/{list_id}/refused.csv")
    assert still_open(committed) == 0
