"""`owl up`: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime

from owl.embedded.demo_consultation import open_consultation
from owl.embedded.demo_pages import show_teams
from owl.embedded.demo_priorities import decide_before
from owl.embedded.demo_results import ask_before
from owl.embedded.demo_users import DemoUser
from owl.embedded.environment import WEB_PORT
from owl.embedded.first_alert import send_first_alert
from owl.embedded.home import Home
from owl.embedded.stack import Say, Stack, stack
from owl.foundation.clock import utc_now


def run_up(home: Home, say: Say, tell: Say, *, households: int) -> None:
    """Run until SIGINT or SIGTERM; the first time, send an alert. Raises what `stack` does.

    `say` is told how far it is, `tell` where everything is.
    """
    told = stop_on_signals()
    with stack(home, say, households=households) as running:
        if running.is_new:
            logging.getLogger("owl").setLevel(logging.WARNING)  # what is done here, `say` tells
            with running.app.app_context():
                fill(running.users, say, now=utc_now())
        for row in welcome(running):
            tell(row)
        running.supervisor.keep_running(told.is_set)


def fill(users: list[DemoUser], say: Say, *, now: datetime) -> None:
    """Let every page have something on it: what was asked before and came of it, an alert, an open consultation."""
    say("Writing what teams show, and what residents said before")
    show_teams(now=now)
    if before := ask_before(users, now=now):
        decide_before(before, users, now=now)
    send_first_alert(users, now=now)
    open_consultation(users, now=now)


def stop_on_signals() -> threading.Event:
    """An event that a signal sets; a signal during the start ends it at once and in order."""
    told = threading.Event()

    def stop(*_: object) -> None:
        if told.is_set():
            return  # stopping already
        told.set()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return told


def welcome(running: Stack) -> list[str]:
    """Where everything is and how to sign in."""
    address = running.settings.public_url
    elsewhere = [] if running.ports.web == WEB_PORT else [f"(Port {WEB_PORT} is taken: this is another one.)"]
    signing_in = [f"    {user.role:<14} {user.email:<30} {user.password}" for user in running.users]
    return [
        "",
        f"OWL is ready at {address}",
        *elsewhere,
        f"  Caught mail and texts, and the second-step codes: {address}/sandbox",
        f"  Sign in at {address}/team/sign-in with",
        *signing_in,
        "  A first alert is on its way." if running.is_new else "  The data is that of last time.",
        f"  Data and logs: {running.home.folder}",
        "Press Ctrl-C to stop.",
    ]
