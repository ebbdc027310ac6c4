"""How the website is served: `gunicorn --config python:config.gunicorn owl.wsgi:app`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

LONGEST_PART = 20  # characters of a part of an address that may be logged; tokens are longer


class LoggerWithoutTokens(Logger):
    """Writes down which page was asked for, but neither the token in its address nor who asked."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """What the format below may name."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)  # type: ignore[no-untyped-call]
        return found | {"U": re.sub(rf"[^/]{{{LONGEST_PART + 1},}}", "…", environ.get("PATH_INFO", ""))}


bind = "127.0.0.1:8000"  # behind a proxy that speaks TLS (OWL_PROXY_COUNT)
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8  # pages wait for PostgreSQL, so a few threads share a core
timeout = 30
graceful_timeout = 20
keepalive = 5
preload_app = True  # loaded once, shared by the workers
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a heartbeat must not wait for a disk
logger_class = LoggerWithoutTokens
accesslog = "-"
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
