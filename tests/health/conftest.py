"""Servers that a test may take away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from config.settings import Settings
from owl.app import create_app
from owl.foundation.database import db
from tests.health.servers import Own, own_servers


@pytest.fixture(scope="module")
def own_of_module(settings: Settings) -> Iterator[Own]:
    with own_servers(settings) as own:
        yield own


@pytest.fixture
def own(own_of_module: Own) -> Own:
    """Both servers, running."""
    own_of_module.start()
    return own_of_module


@pytest.fixture
def own_app(own: Own) -> Iterator[Flask]:
    """OWL on the servers that a test may take away."""
    app = create_app(own.settings.model_copy(update={"rate_limits": True}))  # as in production
    yield app
    with app.app_context():
        db.engine.dispose()
