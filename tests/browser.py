"""The test client as a browser that loaded the page first: its forms carry their token."""

from __future__ import annotations

from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from owl.accounts.identity import SEEN_AT, TOKEN
from owl.accounts.models import User
from owl.accounts.sessions import start_session
from owl.foundation.clock import utc_now

SAFE = {"GET", "HEAD", "OPTIONS"}


class Browser(FlaskClient):
    """Sends the token of our forms with each unsafe request. `app.test_client(bare=True)` sends none."""

    def __init__(self, *args: Any, bare: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bare = bare

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():  # that of the test, which the request shares: it must not know who asked before
            vars(g._get_current_object()).clear()
        if not self.bare and kwargs.get("method", "GET") not in SAFE:
            headers = dict(kwargs.get("headers") or {})
            kwargs["headers"] = {"X-CSRFToken": self._form_token(kwargs.get("base_url")), **headers}
        return super().open(*args, **{"buffered": True, **kwargs})  # read at once: an open file is a warning

    def _form_token(self, base_url: str | None) -> str:
        with self.session_transaction(base_url=base_url) as cookie:
            cookie.setdefault("csrf_token", "of-a-test")
            kept = cookie["csrf_token"]
        secret = self.application.secret_key
        assert isinstance(secret, str)
        return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(kept))


def sign_in(client: FlaskClient, session: Session, user: User) -> None:
    """Let the client be signed in as the user, both steps done."""
    now = utc_now()
    token = start_session(session, user.id, browser="Firefox on Windows", now=now)
    session.commit()
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": user.fs_uniquifier, "_fresh": True, TOKEN: token, SEEN_AT: int(now.timestamp())})
