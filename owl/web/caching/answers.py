"""Answers of the application as values, and kept ones as answers to a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from owl.web.caching.shelf import Kept, date_of, etag_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SAYS = re.compile(r"(s-maxage|max-age|stale-if-error)=(\d+)")
# Made for each request, or about the one who asked: the counts of limits are.
OWN = re.compile(r"(?i)content-length|etag|last-modified|vary|date|age|set-cookie|retry-after|x-ratelimit-.*")
GZIP = re.compile(r"\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?")
WEAK = "W/"  # before a tag: of no account where a copy is asked about (RFC 9110, 8.8.3.2)
VARY = "Accept-Encoding, Accept-Language, Cookie"


@dataclass(slots=True)
class Answer:
    """What the application said."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def code(self) -> int:
        """The status as a number."""
        return int(self.status[:3])

    def header(self, name: str) -> str:
        """Its value; empty where it has none."""
        return next((value for said, value in self.headers if said.lower() == name), "")

    def give(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """As it is."""
        start_response(self.status, self.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


def answer_of(behind: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """What the application answers, whole."""
    answer = Answer()

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[[bytes], object]:
        answer.status, answer.headers = status, headers
        return lambda _: None

    parts = behind(environ, start)
    try:
        answer.body = b"".join(parts)
    finally:
        with suppress(AttributeError):
            parts.close()  # type: ignore[attr-defined]
    return answer


def kept_of(answer: Answer, previous: Kept | None, *, now: float) -> Kept | None:
    """The answer as it may be kept for all; None where it may not."""
    said = answer.header("cache-control")
    if answer.code != HTTPStatus.OK or "public" not in said or answer.header("set-cookie"):
        return None
    seconds = {name: int(value) for name, value in SAYS.findall(said)}
    etag = etag_of(answer.body)
    same_as_before = previous is not None and previous.etag == etag
    return Kept(
        headers=tuple((name, value) for name, value in answer.headers if not OWN.fullmatch(name)),
        body=answer.body,
        made_at=now,
        fresh_s=seconds.get("s-maxage", seconds.get("max-age", 0)),
        on_error_s=seconds.get("stale-if-error", 0),
        etag=etag,
        last_modified=answer.header("last-modified")
        or (previous.last_modified if previous is not None and same_as_before else date_of(now)),
    )


def give(
    kept: Kept, environ: WSGIEnvironment, start_response: StartResponse, *, how: str, now: float
) -> Iterable[bytes]:
    """Answer with what is kept: shorter where the asker has it already, or reads gzip. `how`: for Cache-Status."""
    headers = [
        *kept.headers,
        ("ETag", kept.etag),
        ("Last-Modified", kept.last_modified),
        ("Vary", VARY),
        ("Age", str(max(0, int(now - kept.made_at)))),
        ("Cache-Status", f"owl; {how}"),  # RFC 9211
    ]
    if _has_it(kept, environ):
        content = {"content-type", "content-encoding", "content-language", "content-disposition"}
        start_response("304 Not Modified", [each for each in headers if each[0].lower() not in content])
        return []
    body = kept.body
    if _reads_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) and kept.zipped is not None:
        body = kept.zipped
        headers.append(("Content-Encoding", "gzip"))
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


@lru_cache(256)
def _reads_gzip(accepted: str) -> bool:
    """Whether it says gzip, and not that it is the last thing it wants (RFC 9110, 12.5.3)."""
    return any(GZIP.fullmatch(one) for one in accepted.lower().split(","))


def _has_it(kept: Kept, environ: WSGIEnvironment) -> bool:
    """Whether the asker's copy is this one (RFC 9110, section 13): a tag counts before a date."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        own = kept.etag.removeprefix(WEAK)
        return tags.strip() == "*" or own in (tag.strip().removeprefix(WEAK) for tag in tags.split(","))
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    try:
        return since is not None and parsedate_to_datetime(kept.last_modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no date, or one without a zone
        return False
