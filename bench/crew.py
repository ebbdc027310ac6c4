"""Workers and the clock as processes that a bench may kill: whoever is gone is replaced at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.stage import Stage
from owl.embedded.children import ends_with_us

STOPPING_S = 15.0


@dataclass
class Crew:
    """Each member by its command's arguments."""

    stage: Stage
    _members: dict[tuple[str, ...], subprocess.Popen[bytes]] = field(default_factory=dict)

    def add(self, *arguments: str) -> None:
        """Start `python -m …`."""
        with (self.stage.home.logs / f"{'-'.join(arguments)}.log").open("ab") as log:
            self._members[arguments] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ),
                start_new_session=True, preexec_fn=ends_with_us(signal.SIGKILL),  # noqa: PLW1509
            )  # fmt: skip

    def kill(self, *arguments: str) -> float:
        """Kill a member and start another in its place; the moment of its death as Unix time."""
        killed = self._members[arguments]
        killed.kill()
        killed.wait()
        died_at = time.time()
        self.add(*arguments)
        return died_at

    def look(self) -> None:
        """Replace whoever ended by itself."""
        for arguments, process in list(self._members.items()):
            if process.poll() is not None:
                self.add(*arguments)

    def stop(self) -> None:
        """Tell everybody to stop, and wait."""
        for process in self._members.values():
            process.terminate()
        for process in self._members.values():
            try:
                process.wait(STOPPING_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def crew(stage: Stage, *members: tuple[str, ...]) -> Iterator[Crew]:
    """These, until left."""
    staff = Crew(stage)
    try:
        for arguments in members:
            staff.add(*arguments)
        yield staff
    finally:
        staff.stop()
