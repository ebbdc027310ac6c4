"""Every page there is, opened on a phone and held to axe-core: also those that no story comes by."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from tests.e2e.conftest import NewPage, assert_accessible
from tests.house.routes.table import WHO
from tests.house.test_every_page import FRAMED
from tests.house.world import COOKIE, PERSONS, World

pytestmark = pytest.mark.e2e

OF_TEAMS = ("/team", "/admin", "/watches")
# What scripts put into a page: without a title and a language of its own.
FRAGMENTS = {"team_messages.show_ledger", "team_placing.show_list"}
ASKED = dict.fromkeys(("results.words", "team_results.words"), "?question=q2&theme=lighting")
# Seen only after a step, and held to axe there: in test_joining, test_my_page, test_homes, test_places, test_signing_in
# and test_stopping.
AFTER_A_STEP = {
    *("invited.look", "joining.contact", "joining.kinds", "joining.consent", "joining.check", "my_addresses.look"),
    *("neighbourhoods.find", "preferences.look", "proving.code", "proving.done", "proving.prove"),
    *("team_profile.set_up", "team_profile.show_codes", "team_signing_in.recovery_code", "team_signing_in.set_up"),
    *("team_signing_in.second_step", "team_stopping.ask_to_cancel"),
}
# Never a page: leads to one.
LEADING_ON = {
    *("admin_replies.begin", "joining.begin", "my_choosing.first", "own_replies.show_again", "replying.show_again"),
    *("team_following_up.look_again", "team_public_page.choose", "team_replies.find", "unsubscribing.look_again"),
}
NOT_HERE = {"feeds.alert", "published.picture"}  # files, of which the world has none


@pytest.mark.parametrize("of_teams", [True, False], ids=["teams", "residents"])
def test_every_page_is_for_everybody(new_page: NewPage, app: Flask, committed: Session, of_teams: bool) -> None:
    world, page = World(app, committed), new_page(width=390)
    framed = new_page(width=390, bypass_csp=True)  # a preview forbids all scripts, and so axe
    faults, missed = [], set()
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(OF_TEAMS) is of_teams]
    for rule in (rule for rule in rules if "GET" in (rule.methods or ()) and rule.endpoint not in FRAGMENTS):
        person = PERSONS[max(WHO[rule.endpoint].find("+"), 0)]  # the first for whom it opens
        path = world.path(rule) + ASKED.get(rule.endpoint, "")
        answer = world.client(person).get(path)
        if answer.mimetype != "text/html" or "Content-Disposition" in answer.headers:
            continue
        if answer.status_code != 200:
            missed.add(rule.endpoint)
            continue
        here = framed if rule.endpoint in FRAMED else page
        come_as(here, world, person)
        here.goto(path)
        try:
            assert_accessible(here)
        except AssertionError as fault:
            faults.append(f"{rule.endpoint}: {fault}")
    assert not faults, "\n".join(faults)
    assert missed == {rule.endpoint for rule in rules} & (AFTER_A_STEP | LEADING_ON | NOT_HERE)


def come_as(page: Page, world: World, person: str) -> None:
    cookies = {"owl_cookies": "no"} | ({COOKIE: world.cookies[person]} if person in world.cookies else {})
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/"} for name, value in cookies.items()]
    )
