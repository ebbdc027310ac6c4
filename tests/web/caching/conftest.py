"""OWL as it is served to the public, page after page and process after process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config.settings import Settings
from owl.app import create_app
from owl.foundation.database import db
from tests.browser import Browser
from tests.factories import NOW

HERE = "/neighbourhoods/hitchin-urban"
GONE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


class House:
    """OWL with a folder of pages, on the database of the test: one process after another."""

    def __init__(self, settings: Settings, of_test: Flask) -> None:
        self._settings, self._of_test = settings, of_test
        self.app = self.restart()

    def restart(self) -> Flask:
        self.app = create_app(self._settings)
        self.app.test_client_class = Browser
        with self.app.app_context():
            db.engine.dispose()
        self.database_is(there=True)
        return self.app

    def database_is(self, *, there: bool) -> None:
        engines = db._app_engines[self.app]
        engines[None] = db._app_engines[self._of_test][None] if there else sa.create_engine(GONE)

    def get(self, path: str = HERE, *, cookies: dict[str, str] | None = None, **headers: str) -> TestResponse:
        client = self.app.test_client()
        for name, value in (cookies or {}).items():
            client.set_cookie(name, value)
        return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def how(self, path: str = HERE, **asked: Any) -> str:
        answer = self.get(path, **asked)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers
        return answer.headers["Cache-Status"].removeprefix("owl; ")


@pytest.fixture
def house(settings: Settings, app: Flask, session: Session, tmp_path: Path) -> Iterator[House]:
    with time_machine.travel(NOW, tick=False):
        yield House(settings.model_copy(update={"keep_pages": True, "home": tmp_path}), app)
