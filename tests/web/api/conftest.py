"""Another system of the force, with a key for Hitchin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.accounts.models import RoleName
from owl.foundation.clock import utc_now
from owl.systems.keys import make_key
from owl.systems.models import Scope
from tests import factories
from tests.accounts.places import HITCHIN

Ask = Callable[..., TestResponse]


class System:
    """Asks as another program does: no cookie, no form, a key and JSON."""

    def __init__(self, app: Flask, key: str) -> None:
        self.client, self.key = app.test_client(bare=True), key

    def ask(self, method: str, place: str, once: str = "", **kwargs: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": once} if once else {})
        return self.client.open(f"/api/v1{place}", method=method, headers=headers, **kwargs)


@pytest.fixture
def key_for(session: Session) -> Callable[..., str]:
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR).id

    def make(*scopes: Scope, areas: tuple[str, ...] = (HITCHIN,)) -> str:
        asked = [scope.value for scope in scopes or tuple(Scope)]
        return make_key(name="Custody", scopes=asked, areas=list(areas), actor_id=administrator, now=utc_now())

    return make


@pytest.fixture
def system(app: Flask, key_for: Callable[..., str]) -> System:
    return System(app, key_for())
