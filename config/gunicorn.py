"""How the website is served: `gunicorn --config python:config.gunicorn owl.wsgi:app`."""

from __future__ import annotations

import gc
import os
from pathlib import Path

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"  # behind a proxy that speaks TLS (OWL_PROXY_COUNT)
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 16  # pages wait for PostgreSQL, and receipts that come together share a commit
timeout = 30
graceful_timeout = 20
keepalive = 5
preload_app = True  # loaded once, shared by the workers
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a heartbeat must not wait for a disk
control_socket_disable = True  # it would lie outside our folder
accesslog = None  # OWL writes down each request itself, without the tokens that addresses hold


gc.disable()  # while the application is loaded: to look for garbage meanwhile takes a third of the time


def when_ready(server: object) -> None:  # noqa: ARG001  # as gunicorn calls it
    """Before the workers are forked: what is loaded stays, and no page waits 300 ms while it is looked through."""
    gc.collect()
    gc.freeze()
    gc.enable()
