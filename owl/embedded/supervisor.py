"""Keeps the programs of the stack running, and ends all of them when it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from owl.embedded.children import ends_with_us
from owl.embedded.forking import Forked

OURS = (sys.executable, "-m")  # how the command of a program of ours begins
STOPPING_S = 10.0  # to finish what is under way; then a program is ended
SHORTEST_PAUSE_S = 0.5  # before a program that ended is started again; doubles while it keeps ending
LONGEST_PAUSE_S = 30.0
WELL_AFTER_S = 60.0  # a program that ran for so long begins with the shortest pause again
LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Program:
    """One process to keep running."""

    name: str
    command: tuple[str | Path, ...]
    stops_last: bool = False  # others need it until they have stopped


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes] | Forked
    started_at: float
    pause_s: float = SHORTEST_PAUSE_S
    start_at: float | None = None  # it ended, and is to be started again then


@dataclass
class Supervisor:
    """The programs, what each says in a file of its own, and the environment that all of them get."""

    logs: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    stopping_s: float = STOPPING_S
    _running: list[_Running] = field(default_factory=list)

    def start(self, program: Program) -> None:
        """Start a program and keep it running from now on."""
        self._running.append(_Running(program, self._spawn(program), time.monotonic()))

    def log_of(self, program: Program) -> Path:
        """What it said."""
        return self.logs / f"{program.name}.log"

    def pids(self) -> list[int]:
        """Of the programs that run now."""
        return [running.process.pid for running in self._running if running.process.poll() is None]

    def look(self) -> None:
        """Start again whatever has ended."""
        now = time.monotonic()
        for running in self._running:
            if running.start_at is None and running.process.poll() is not None:
                self._plan_restart(running, now)
            if running.start_at is not None and now >= running.start_at:
                running.process, running.started_at, running.start_at = self._spawn(running.program), now, None

    def keep_running(self, is_over: Callable[[], bool]) -> None:
        """Look after the programs until it is over."""
        while not is_over():
            self.look()
            time.sleep(LOOK_EVERY_S)

    def stop(self) -> None:
        """Ask every program to stop, wait, and end those that don't."""
        for last in (False, True):
            leaving = [running for running in self._running if running.program.stops_last is last]
            for running in leaving:
                with suppress(ProcessLookupError):
                    running.process.terminate()
            give_up_at = time.monotonic() + self.stopping_s
            for running in leaving:
                self._await_end(running, give_up_at)
        self._running.clear()

    def _await_end(self, running: _Running, give_up_at: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            running.process.wait(max(0.1, give_up_at - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(running.process.pid, signal.SIGKILL)  # and whatever it started
        running.process.wait()

    def _plan_restart(self, running: _Running, now: float) -> None:
        if now - running.started_at > WELL_AFTER_S:
            running.pause_s = SHORTEST_PAUSE_S
        running.start_at = now + running.pause_s
        running.pause_s = min(LONGEST_PAUSE_S, running.pause_s * 2)
        self.say(
            f"{running.program.name} ended ({running.process.returncode}) and is started again; "
            f"see {self.log_of(running.program)}"
        )

    def _spawn(self, program: Program) -> subprocess.Popen[bytes] | Forked:
        with self.log_of(program).open("ab") as log:
            if program.command[:2] == OURS:
                module, *arguments = map(str, program.command[2:])
                return Forked(module, arguments, self.log_of(program), self.environment)
            return subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=dict(self.environment),
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the others in order
                preexec_fn=ends_with_us(signal.SIGTERM),  # noqa: PLW1509  # no thread of ours holds a lock it would need
            )  # fmt: skip
