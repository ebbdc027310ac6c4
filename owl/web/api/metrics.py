"""/metrics, for Prometheus: with the token of OWL_METRICS_TOKEN, or in development from this machine itself."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.errors import NotFound
from owl.health.metrics import exposition

bp = Blueprint("api_metrics", __name__)


@bp.get("/metrics")
def show() -> ResponseReturnValue:
    if not (_has_token() or _is_here()):
        raise NotFound("There is no such page.")
    return Response(exposition(settings(), now=utc_now()), content_type=CONTENT_TYPE_LATEST)


def _has_token() -> bool:
    token = settings().metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _is_here() -> bool:
    """In production the proxy may be on this machine, and everybody would seem to be."""
    return not settings().in_production and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104
