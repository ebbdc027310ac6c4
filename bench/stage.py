"""Where a bench plays: real servers on a folder of its own, seeded households, and programs that are looked after."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from config.settings import Settings, names, read_settings
from owl.app import create_app
from owl.embedded.demo_users import DemoUser, demo_users
from owl.embedded.environment import choose_ports, local_environment
from owl.embedded.home import Home
from owl.embedded.servers import Servers, servers
from owl.embedded.stack import make_data
from owl.embedded.supervisor import Program, Supervisor
from owl.foundation.database import db
from owl.foundation.schema import migrate

Say = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """What is there to be measured: an application with its context open, and nothing running but the servers."""

    home: Home
    servers: Servers
    settings: Settings
    app: Flask
    users: list[DemoUser]
    supervisor: Supervisor  # of what the bench starts; all of it is ended with the stage

    def pids(self) -> list[int]:
        """Of the programs that run."""
        return self.supervisor.pids()

    def postgres_pid(self) -> int:
        """Of the server that every connection's process is a child of."""
        return int((self.home.folder / "postgresql/data/postmaster.pid").read_text().split()[0])


@contextmanager
def stage(say: Say, *, households: int, settings: Mapping[str, str], folder: Path | None = None) -> Iterator[Stage]:
    """PostgreSQL and Valkey as in production (every commit on disk), `households` seeded, OWL's `settings` over them.

    With `folder` the data is kept there for the next run, else it is gone afterwards.
    """
    for name in names():
        os.environ.pop(name, None)  # nobody's real data or providers
    with _home(folder) as home, home.held(), servers(home, say) as found:
        ports = choose_ports(home, web=0)
        made_up = local_environment(home, ports, database_url=found.database_url, redis_url=found.redis_url)
        os.environ.update({**made_up, **settings})
        read = read_settings()
        migrate(read.database_url)
        app = create_app(read)
        supervisor = Supervisor(home.logs, os.environ, say)
        with app.app_context():
            make_data(home, households, say)
            try:
                yield Stage(home, found, read, app, demo_users(home), supervisor)
            finally:
                supervisor.stop()
                db.session.remove()
                db.engine.dispose()


@contextmanager
def _home(folder: Path | None) -> Iterator[Home]:
    kept = Home((folder or Path(tempfile.mkdtemp(prefix="owl-bench-"))).absolute())
    kept.prepare()
    try:
        yield kept
    finally:
        if folder is None:
            shutil.rmtree(kept.folder, ignore_errors=True)
            if kept.folder not in kept.sockets.parents:
                shutil.rmtree(kept.sockets, ignore_errors=True)


def program(name: str, *command: str | Path) -> Program:
    """For Stage.supervisor.start."""
    return Program(name, command)


def cpu_seconds(pids: dict[str, list[int]]) -> dict[str, float]:
    """What the processes of each name, and those they started, have used so far."""
    used = dict.fromkeys(pids, 0.0)
    for name, roots in pids.items():
        for pid in roots:
            used[name] += sum(_cpu_of(each) for each in [pid, *_children(pid)])
    return used


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _cpu_of(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0
