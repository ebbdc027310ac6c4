"""Whether a form stood on one of our own pages, as the browser says: for forms that take no cookie, and so no token."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def comes_from_here() -> bool:
    """Old browsers say only an origin, and only on a page that asks them to (a meta element: referrer, same-origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host
