"""One line for each request: which page and how it went, never whose link it was."""

from __future__ import annotations

import re
from time import perf_counter

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("owl.requests")

UNLOGGED = {"static", "api_probes.alive", "api_probes.ready"}  # asked for every few seconds


def log_requests(app: Flask) -> None:
    """Log every request but those for static files, and those of machines that ask again and again."""

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if request.endpoint not in UNLOGGED:
            took_ms = round((perf_counter() - g.get("began", perf_counter())) * 1000)
            log.info("request", method=request.method, page=_page(), status=response.status_code, ms=took_ms)
        return response


def _page() -> str:
    """The page's rule, with the numbers of its address filled in and its tokens left out."""
    if request.url_rule is None:
        return "unknown"
    numbers = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(numbers.get(part[1], part[0])), request.url_rule.rule)
