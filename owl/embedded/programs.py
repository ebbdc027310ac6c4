"""The programs of one machine's stack."""

from __future__ import annotations

import sys

from owl.embedded.environment import Ports
from owl.embedded.home import Home
from owl.embedded.mail_sink import HOST
from owl.embedded.supervisor import Program

# Two cores: what is urgent, and who waits at a screen, each has a process that does nothing else, idle and ready
# however long the others are busy. One process sends thousands of mails a second, so a second gains nothing here.
# Texts have their own: they wait for their rate while mails go on.
WORKERS = (("urgent",), ("notices",), ("standard", "bulk"), ("urgent-texts", "texts", "bulk-texts"), ("office",))


def programs(home: Home, ports: Ports, *, public_url: str) -> list[Program]:
    """All of them, in the order in which they start."""
    stand_ins = Program(
        "stand-ins",
        (
            sys.executable, "-m", "owl.embedded.stand_ins", "--file", home.caught,
            "--smtp-port", str(ports.smtp), "--twilio-port", str(ports.twilio),
            "--inbound-url", f"{public_url}/hooks/twilio/inbound",
        ),
        stops_last=True,
    )  # fmt: skip
    web = Program(
        "web",
        (
            sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn",
            "--bind", f"{HOST}:{ports.web}", "owl.embedded.wsgi:app",
        ),
    )  # fmt: skip
    workers = [Program(f"worker-{queues[0]}", (sys.executable, "-m", "workers", *queues)) for queues in WORKERS]
    mailin = Program("mailin", (sys.executable, "-m", "owl.cli", "mailin"))
    return [stand_ins, web, *workers, mailin, Program("clock", (sys.executable, "-m", "workers.clock"))]
