"""Something that takes mail: smtp-sink where Postfix's tools are installed, else OWL's own sink."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass

from bench.stage import Stage, program

HOST = "127.0.0.1"
BACKLOG = "1000"
STARTING_S = 10.0
PATH = "/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ.get("PATH", "")  # Debian keeps Postfix's tools in /usr/sbin


@dataclass(frozen=True)
class Sink:
    """Where it listens, and by what name it goes."""

    port: int
    name: str

    @property
    def address(self) -> str:
        """host:port."""
        return f"{HOST}:{self.port}"


def start_sink(stage: Stage, port: int) -> Sink:
    """Start it on the stage, and wait until it answers."""
    found = shutil.which("smtp-sink", path=PATH)
    if found:
        as_nobody = ("-u", "nobody") if os.geteuid() == 0 else ()
        stage.supervisor.start(program("sink", found, *as_nobody, "-m", BACKLOG, f"{HOST}:{port}", BACKLOG))
    else:
        raise SystemExit("smtp-sink is missing: apt-get install postfix, or name a sink with --smtp host:port")
    await_port(port)
    return Sink(port, "smtp-sink")


def await_port(port: int) -> None:
    """Until somebody listens there."""
    give_up_at = time.monotonic() + STARTING_S
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)
        else:
            return


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as line:
        line.bind((HOST, 0))
        return int(line.getsockname()[1])


def yardstick(sink: str, *, mails: int, size: int, connections: int) -> float | None:
    """Mails a second of Postfix's own smtp-source, in C, into the same sink, recording nothing; None where missing."""
    found = shutil.which("smtp-source", path=PATH)
    if not found:
        return None
    command = [found, "-d", "-s", str(connections), "-m", str(mails), "-l", str(size), sink]
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return mails / (time.monotonic() - began)
