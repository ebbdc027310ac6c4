"""A browser that somebody has signed in with, both steps done."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from owl.accounts.models import User
from tests.browser import sign_in


def sign_in_page(page: Page, app: Flask, session: Session, user: User) -> None:
    """Give the page's browser the cookie of a signed-in session."""
    client = app.test_client()
    sign_in(client, session, user)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    page.context.clear_cookies()
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}])
