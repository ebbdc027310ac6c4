"""Pages for all, in front of everything that pages need: kept, and shown while nothing newer can be made.

A request for one loses whatever says who asks before it goes further, so no answer that is kept, here or on the
way, was ever made for somebody. See docs/adr/0055-feeds-and-caches.md.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.sansio.utils import host_is_trusted

from owl.web.caching.answers import answer_of, give, kept_of
from owl.web.caching.asked import Asked, asked
from owl.web.caching.policy import FOR_ALL
from owl.web.caching.shelf import Kept, Key, Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

REST_S = 5.0  # after a failure, before anything that is kept is made anew
RENEWED_AT_ONCE = 4  # in this process: a silent database must not hold every thread up
WAIT_S = 10.0  # for an answer that somebody else has asked for just now


class PublicDoor:
    """A WSGI application that answers requests for pages for all, and hands everything else on."""

    def __init__(self, app: Flask, shelf: Shelf, behind: WSGIApplication) -> None:
        self._app, self._shelf, self._behind = app, shelf, behind
        self._renewing = threading.BoundedSemaphore(RENEWED_AT_ONCE)
        self._busy: dict[Key, threading.Event] = {}
        self._rests_until = 0.0
        self._endpoint_of = lru_cache(4_096)(self._find_endpoint)
        self._trusted = lru_cache(64)(lambda host: host_is_trusted(host, app.config["TRUSTED_HOSTS"]))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        wanted = self._wanted(environ)
        if wanted is None:
            return self._behind(environ, start_response)
        now = time.time()
        if not (self._shelf.keeps and wanted.may_be_kept):
            answer = answer_of(self._behind, wanted.environ(environ))
            made = kept_of(answer, None, now=now)
            return (
                give(made, environ, start_response, how="fwd=bypass", now=now)
                if made
                else answer.give(environ, start_response)
            )
        kept = self._shelf.take(wanted.key)
        if kept is not None and self._is_fresh(kept, now):
            return give(kept, environ, start_response, how="hit", now=now)
        return self._renew(wanted, environ, start_response, now=now)

    def _wanted(self, environ: WSGIEnvironment) -> Asked | None:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return None
        endpoint = self._endpoint_of(environ["PATH_INFO"])
        if endpoint is None or not self._trusted(environ.get("HTTP_HOST", "")):
            return None
        return asked(environ, endpoint)

    def _find_endpoint(self, path: str) -> str | None:
        try:
            text = path.encode("latin-1").decode()
            endpoint, _ = self._app.url_map.bind("localhost").match(text, method="GET")
        except (HTTPException, RequestRedirect, UnicodeError):
            return None
        return endpoint if endpoint in FOR_ALL else None

    def _is_fresh(self, kept: Kept, now: float) -> bool:
        return now - kept.made_at < kept.fresh_s and kept.made_at > self._shelf.changed_at()

    def _renew(
        self, wanted: Asked, environ: WSGIEnvironment, start_response: StartResponse, *, now: float
    ) -> Iterable[bytes]:
        """Answer with what a fellow made meanwhile, else make it; what is old serves while that takes its time."""
        old = self._shelf.take_newest(wanted.key) if wanted.outlives_us else self._shelf.take(wanted.key)
        if old is not None and self._is_fresh(old, now):
            return give(old, environ, start_response, how="hit", now=now)
        old = old if old is not None and _may_be_shown(old, now) else None
        mine = threading.Event()
        others = self._busy.setdefault(wanted.key, mine)
        if others is not mine:
            if old is None and others.wait(WAIT_S):
                old = self._shelf.take(wanted.key)
            if old is not None:
                return give(old, environ, start_response, how="hit; detail=renewing", now=now)
            return answer_of(self._behind, wanted.environ(environ)).give(environ, start_response)
        try:
            return self._make(wanted, old, environ, start_response, now=now)
        finally:
            self._busy.pop(wanted.key, None)
            mine.set()

    def _make(
        self, wanted: Asked, old: Kept | None, environ: WSGIEnvironment, start_response: StartResponse, *, now: float
    ) -> Iterable[bytes]:
        if old is None:
            answer = answer_of(self._behind, wanted.environ(environ))
            if answer.code >= 500 and (similar := self._similar(wanted, now)) is not None:
                return give(similar, environ, start_response, how="hit; detail=stale-if-error", now=now)
        elif now < self._rests_until or not self._renewing.acquire(blocking=False):
            return give(old, environ, start_response, how="hit; detail=resting", now=now)
        else:
            try:
                answer = answer_of(self._behind, wanted.environ(environ))
            finally:
                self._renewing.release()
            if answer.code >= 500:
                self._rests_until = time.time() + REST_S
                log.warning("a page was shown as it was kept", page=wanted.endpoint, age_s=round(now - old.made_at))
                return give(old, environ, start_response, how="hit; detail=stale-if-error", now=now)
        made = kept_of(answer, old, now=now)  # as old as its asking: something may have changed since
        if made is None:
            if answer.code < 500:
                self._shelf.drop(wanted.key)
            return answer.give(environ, start_response)
        self._shelf.put(wanted.key, made, in_folder=wanted.outlives_us)
        return give(made, environ, start_response, how="fwd=miss; stored", now=now)

    def _similar(self, wanted: Asked, now: float) -> Kept | None:
        found = filter(None, map(self._shelf.take_newest, wanted.instead))
        return next((kept for kept in found if _may_be_shown(kept, now)), None)


def _may_be_shown(kept: Kept, now: float) -> bool:
    """Whether it is not too old for times in which nothing newer can be made."""
    return now - kept.made_at < kept.fresh_s + kept.on_error_s


def open_door(app: Flask, shelf: Shelf) -> None:
    """Put the door in front of the application; proxies are believed before it."""
    app.wsgi_app = PublicDoor(app, shelf, app.wsgi_app)  # type: ignore[method-assign]
