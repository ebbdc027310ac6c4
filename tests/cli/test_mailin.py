"""`owl mailin` as a process: it says where it listens, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys

from sqlalchemy.orm import Session

from config.settings import Settings, names
from owl.embedded.environment import environment_of


def test_it_listens_until_it_is_told_to_stop(settings: Settings, committed: Session) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in names()}
    command = [sys.executable, "-m", "owl.cli", "mailin", "--listen", "smtp://127.0.0.1:0"]
    with subprocess.Popen(
        command, env=bare | environment_of(settings), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        try:
            said = process.stderr.readline()
            assert said.startswith("Listening on smtp://127.0.0.1:"), said
            with smtplib.SMTP("127.0.0.1", int(said.strip(".\n").rpartition(":")[2]), timeout=20) as client:
                assert client.noop()[0] == 250
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0
                client.close()
        finally:
            process.kill()
        assert process.stderr.read() == ""
