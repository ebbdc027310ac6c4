"""No form of somebody else's site can act for a resident or a user."""

from __future__ import annotations

import pytest
from flask import Flask

from owl.web.safety import WITHOUT_TOKEN
from tests.house.world import World

SAFE = {"GET", "HEAD", "OPTIONS"}


def test_what_is_exempt_exists_and_says_what_stands_in_its_place(app: Flask) -> None:
    assert set(WITHOUT_TOKEN) <= set(app.view_functions)
    assert all(reason.strip() for reason in WITHOUT_TOKEN.values())


@pytest.mark.parametrize("person", ["anonymous", "supervisor"])
def test_without_its_token_a_form_does_nothing(world: World, person: str) -> None:
    client = world.client(person, bare=True)
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint not in WITHOUT_TOKEN:
            for method in (rule.methods or set()) - SAFE:
                answer = client.open(world.path(rule), method=method, data={"csrf_token": "made up"})
                assert answer.status_code == 400, f"{method} {rule.rule} answered {answer.status_code}"


def test_what_is_exempt_asks_for_something_else(world: World) -> None:
    client = world.client("anonymous", bare=True)
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint in WITHOUT_TOKEN:
            path = world.path(rule)
            forged = path.replace(path.rpartition("/")[2], "made-up") if "<token>" in rule.rule else path
            [method] = (rule.methods or set()) & {"POST", "PUT"}
            answer = client.open(forged, method=method)
            assert answer.status_code in {400, 401, 403, 404}, f"{rule.rule} answered {answer.status_code}"
