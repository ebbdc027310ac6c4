"""The world that house tests walk through."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.house.world import World


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    return World(app, session)
