"""Somebody who signs in, and the key of their authenticator."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.second_steps import give_second_step
from owl.foundation.clock import utc_now
from tests import factories


@pytest.fixture
def user(session: Session) -> User:
    return factories.user(session, areas=["hitchin-urban"])


@pytest.fixture
def key(user: User) -> str:
    return give_second_step(user.id, now=utc_now())
