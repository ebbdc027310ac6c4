"""What people with bad intent type: nothing breaks, nothing runs, nothing is slow, nobody is sent elsewhere."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from time import process_time

import pytest
from werkzeug.test import TestResponse

from tests.house.routes.table import WHO
from tests.house.world import PERSONS, World, undone

WEB = Path(__file__).parents[2] / "owl/web"
READ = re.compile(r"""(?:form|args|typed)\.get(?:list)?\(\s*["'](\w+)|names = \(([^)]*)\)""")
TEMPLATE = "{{1337*1337}}${1337*1337}"
RUN = str(1337 * 1337)
SCRIPTS = "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>"
XSS = f"\"'>{SCRIPTS}{TEMPLATE}[x](javascript:alert(1))"
SQL = "1' OR '1'='1'; DROP TABLE \"user\"; -- %s %(x)s \\"
RIGHT_TO_LEFT = "\u202egnp.exe\u2066 \u200b\u05e9\u05dc\u05d5\u05dd 🦉\ufeff"
PATH = "../../../../etc/passwd%00%0d%0aSet-Cookie:x=y"
LINES = "a\r\nBcc: someone@example.com\r\n\r\n<b>"
PAYLOADS = {
    "marks": LINES + XSS + SQL + RIGHT_TO_LEFT + PATH,
    "numbers": "-99999999999999999999999999999999999999",
    "long": "a" * 40_000 + " \t" * 15_000 + "*_[<(" * 6_000,
}
MOST = 400_000  # characters of a form: more than 500 kB is refused as it is
IN_AN_ADDRESS = 2000  # characters of a field: a web server takes no longer addresses
MOST_S = 5.0  # of processor time: what grows with the square of its length takes minutes


LEADS = {"href", "src", "action", "formaction"}
RUNS = re.compile(r"[\x00-\x20]*(?:javascript|data|vbscript):", re.IGNORECASE)


class Elements(HTMLParser):
    """Collects what a browser would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.running: list[str] = []
        self._in_words = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_words = given.get("type") == "text/html"  # which a script of ours shows later
        if tag == "script" and not self._in_words and not given.get("src", "").startswith("/static/"):
            self.running.append(tag)
        self.running += [name for name in given if name.startswith("on")]
        self.running += [value for name, value in given.items() if name in LEADS and RUNS.match(value)]

    def handle_data(self, data: str) -> None:
        if self._in_words:
            self.running += Elements(data).running

    def handle_endtag(self, tag: str) -> None:
        self._in_words = False


def assert_harmless(answer: TestResponse, what: str) -> None:
    assert answer.status_code < 500, f"{what}: {answer.status_code}"
    assert "x" not in {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}, what
    assert (answer.location or "/").startswith(("/", "http://localhost")), f"{what} leads to {answer.location}"
    assert not (answer.location or "/").startswith(("//", "/\\")), f"{what} leads to {answer.location}"
    if answer.mimetype == "text/html":
        assert not Elements(answer.text).running, f"{what} runs {Elements(answer.text).running}"
        assert RUN not in answer.text, f"{what} ran a template"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_every_field_of_every_page_it_does_no_harm(world: World, payload: str) -> None:
    typed = PAYLOADS[payload]
    tried = 0
    for rule in world.app.url_map.iter_rules():
        opened = [person for person, letter in zip(PERSONS, WHO[rule.endpoint], strict=True) if letter == "+"]
        # An address is as long as it may be with any of them.
        for method in sorted((rule.methods or set()) & ({"POST"} if payload == "long" else {"GET", "POST"})):
            for names in batched(fields_of(world, rule.endpoint, method), at_once=MOST // len(typed)):
                form = {"data": dict.fromkeys(names, typed), "content_type": "multipart/form-data"}
                query = {"query_string": dict.fromkeys(names, typed[:IN_AN_ADDRESS])}
                with undone():
                    client = world.client(opened[0] if opened else "officer")
                    began = process_time()
                    answer = client.open(world.path(rule), method=method, **(form if method == "POST" else query))
                    took_s = process_time() - began
                assert_harmless(answer, f"{method} {rule.rule}")
                assert answer.status_code != 413
                assert took_s < MOST_S, f"{method} {rule.rule} took {took_s:.1f} s"
                tried += 1
    assert tried > 150, "most pages read something"


def fields_of(world: World, endpoint: str, method: str) -> list[str]:
    """The names that the view's module reads, and those that its part reads for it; none where no query is read."""
    module = sys.modules[inspect.unwrap(world.app.view_functions[endpoint]).__module__]
    files = [Path(module.__file__ or "")]
    if files[0].parent.is_relative_to(WEB):
        text = source(files[0])
        files += [
            path
            for path in files[0].parent.glob("*.py")
            if f"import {path.stem}" in text or f".{path.stem} import" in text
        ]
    ours = [path for path in files if path.is_relative_to(WEB)]
    if method == "GET" and not any("args" in source(path) for path in ours):
        return []
    return sorted({name for path in ours for name in names_in(path)})


@cache
def names_in(path: Path) -> set[str]:
    """The names of fields that a module reads."""
    return {name for one, many in READ.findall(source(path)) for name in (one, *re.findall(r"\w+", many)) if name}


@cache
def source(path: Path) -> str:
    return path.read_text()


def batched(names: list[str], *, at_once: int) -> Iterator[list[str]]:
    for start in range(0, len(names), at_once):
        yield names[start : start + at_once]


def test_in_every_part_of_an_address_it_does_no_harm(world: World) -> None:
    client = world.client("supervisor")
    for rule in world.app.url_map.iter_rules():
        for typed in ("%2e%2e%2f%3Cscript%3Ealert(1)%3C/script%3E%F0%9F%A6%89", "%00", "-1", "9" * 40, "%ff"):
            path = re.sub(r"<[^>]+>", typed, rule.rule)
            if path != rule.rule:
                assert_harmless(client.get(path), path)
