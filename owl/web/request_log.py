"""One line for each request: which page and how it went, never whose link it was. Counted too, for metrics."""

from __future__ import annotations

import re
import secrets
from http import HTTPStatus
from time import monotonic, perf_counter

import redis
import structlog
from flask import Flask, Response, g, request

from config.settings import Settings
from owl.foundation.counting import Counted, measure, write_counts

log = structlog.get_logger("owl.requests")

UNLOGGED = {"static", "api_metrics.show", "api_probes.alive", "api_probes.ready"}  # asked for every few seconds
# Counted and not written down: when somebody took part is nobody's business (docs/adr/0049).
UNTOLD = {"ballots.cast", "ballots.sign", "consultations.cast", "invited_ballots.cast"}
WRITE_EVERY_S = 5.0
WAIT_FOR_REDIS_S = 0.5


def log_requests(app: Flask, settings: Settings) -> None:
    """Log and count every request but those for static files, and those of machines that ask again and again."""
    counts = _Counts(settings.redis_url)

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=secrets.token_hex(4))

    @app.after_request
    def end(response: Response) -> Response:
        if request.endpoint not in UNLOGGED:
            took_s = perf_counter() - g.get("began", perf_counter())
            if request.endpoint not in UNTOLD or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                log.info(
                    "request", method=request.method, page=_page(), status=response.status_code, ms=round(took_s * 1000)
                )
            part = (request.endpoint or "unknown").partition(".")[0]
            measure(Counted.REQUESTS, part, f"{response.status_code // 100}xx", seconds=took_s)
            counts.write_if_due()
        return response


class _Counts:
    """Writes this process's counts now and then; an absent Redis holds no page up for long."""

    def __init__(self, redis_url: str) -> None:
        self._line = redis.Redis.from_url(
            redis_url, socket_connect_timeout=WAIT_FOR_REDIS_S, socket_timeout=WAIT_FOR_REDIS_S, retry=None
        )
        self._due_at = monotonic() + WRITE_EVERY_S

    def write_if_due(self) -> None:
        if monotonic() >= self._due_at:
            self._due_at = monotonic() + WRITE_EVERY_S
            write_counts(self._line)


def _page() -> str:
    """The page's rule, with the numbers of its address filled in and its tokens left out."""
    if request.url_rule is None:
        return "unknown"
    numbers = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(numbers.get(part[1], part[0])), request.url_rule.rule)
