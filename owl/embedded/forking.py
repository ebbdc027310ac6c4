"""Our programs, forked from a process that has loaded OWL once: a stack of nine would load it nine times.

Only for one machine's stack. Each program still runs as `python -m MODULE …` would, in a process of its own;
Python's fork server, which they come from, never opens a connection and ends with us.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path

from owl.embedded.children import ends_with_us

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["owl.embedded.loaded"])


def begin_to_load() -> None:
    """Let OWL be loaded on another core, before the first program is started."""
    forkserver.ensure_running()


class Forked:
    """One program that runs; to be used like subprocess.Popen."""

    def __init__(self, module: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self._process = _server.Process(target=_become, args=(module, [*arguments], str(log), dict(environment)))
        self._process.start()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """How it ended, negative for a signal; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self._process.exitcode

    def terminate(self) -> None:
        """Ask it to stop. Raises ProcessLookupError."""
        if self._process.exitcode is None:
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, once it has. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self._process.exitcode


def _become(module: str, arguments: list[str], log: str, environment: dict[str, str]) -> None:
    """Be the program, in the process that was forked for it."""
    os.setsid()  # Ctrl-C reaches the supervisor alone, which stops the others in order
    ends_with_us(signal.SIGTERM)()
    os.closerange(3, 1024)  # one of them would keep the fork server alive when we are gone
    said, nothing = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644), os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, said, said)):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
