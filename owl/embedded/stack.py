"""The whole stack on one machine: servers, data, and the programs on top."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import InstrumentedAttribute

from config.settings import Settings, read_settings
from owl.accounts.models import User
from owl.accounts.teams import open_teams
from owl.app import create_app
from owl.embedded.demo_users import DemoUser, add_demo_users, begin_demo, demo_users, has_begun
from owl.embedded.demo_watch import begin_watch
from owl.embedded.environment import WEB_PORT, Ports, choose_ports, local_environment
from owl.embedded.home import Home
from owl.embedded.programs import programs
from owl.embedded.seed import seed_households
from owl.embedded.servers import servers
from owl.embedded.supervisor import Supervisor
from owl.foundation.clock import utc_now
from owl.foundation.database import db, transaction
from owl.foundation.errors import OwlError
from owl.foundation.schema import migrate
from owl.geography.loading import load_geography
from owl.geography.models import Postcode
from owl.households.models import Household
from owl.messages.models import Message

ANSWERING_S = 60.0

Say = Callable[[str], None]


class DidNotAnswer(OwlError):
    """The website didn't come up; the text says where its log is."""


@dataclass(frozen=True)
class Stack:
    """What runs."""

    home: Home
    ports: Ports
    settings: Settings
    app: Flask
    supervisor: Supervisor
    users: list[DemoUser]
    is_new: bool  # nobody has written a message yet


@contextmanager
def stack(home: Home, say: Say, *, households: int, durable: bool = True, web_port: int = WEB_PORT) -> Iterator[Stack]:
    """Run everything until left; the first time, make the data. `web_port` 0 is any that is free.

    The caller holds the home. Raises ServerFailed, WrongSettings or DidNotAnswer.
    """
    with servers(home, say, durable=durable) as found:
        ports = choose_ports(home, web=web_port)
        os.environ.update(local_environment(home, ports, database_url=found.database_url, redis_url=found.redis_url))
        settings = read_settings()
        say("Bringing the tables up to date")
        migrate(settings.database_url)
        app = create_app(settings)
        with app.app_context():
            is_new = make_data(home, households, say)
        supervisor = Supervisor(home.logs, os.environ, say)
        home.remember("serving", {"address": ports.address, "process": os.getpid()})
        try:
            say("Starting the website, the workers, the clock, the mail sink and the Twilio stand-in")
            for program in programs(home, ports, public_url=settings.public_url):
                supervisor.start(program)
            _wait_for_website(ports, supervisor)
            yield Stack(home, ports, settings, app, supervisor, demo_users(home), is_new)
        finally:
            say("Stopping")
            supervisor.stop()
            home.remember("serving", {})
            with app.app_context():
                db.engine.dispose()


def make_data(home: Home, households: int, say: Say) -> bool:
    """Whether the demo is new: everything is there, and nobody has written a message. Goes on where it was cut off."""
    if not _any(Postcode.code):
        say("Loading the geography of Hertfordshire")
        loaded = load_geography()
        say(f"  {loaded.neighbourhoods} neighbourhoods, {loaded.postcodes:,} postcodes")
    with transaction() as session:
        open_teams(session)
    if not _any(User.id) and not _any(Household.id):
        begin_demo(home)  # before the first row: data that we did not begin may be real, and is left alone
        say(f"Making {households:,} demo households")
        seed_households(households, now=utc_now(), say=say)
    if not has_begun(home):
        return False
    if not demo_users(home):
        add_demo_users(home, now=utc_now())
    begin_watch(demo_users(home), now=utc_now())
    return not _any(Message.id)


def _any(key: InstrumentedAttribute[Any]) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(key.is_not(None)))))


def _wait_for_website(ports: Ports, supervisor: Supervisor) -> None:
    give_up_at = time.monotonic() + ANSWERING_S
    while time.monotonic() < give_up_at:
        try:
            with urllib.request.urlopen(ports.address, timeout=5):
                return
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
        except OSError:
            pass
        supervisor.look()
        time.sleep(0.1)
    raise DidNotAnswer(f"The website didn't answer at {ports.address}; see {supervisor.logs / 'web.log'}")
