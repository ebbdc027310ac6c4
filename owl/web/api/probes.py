"""What a load balancer asks: whether this process is alive, and whether it can serve."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from owl.foundation.current import settings
from owl.health.readiness import missing

bp = Blueprint("api_probes", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Touches nothing: a process must not be ended because a server is away."""
    return {"alive": True}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    lacks = missing(settings())
    return {"ready": not lacks, "missing": lacks}, HTTPStatus.SERVICE_UNAVAILABLE if lacks else HTTPStatus.OK
