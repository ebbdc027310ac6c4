"""What production must never load."""

from __future__ import annotations

import subprocess
import sys

from config.settings import Settings
from owl.cli.commands import COMMANDS
from tests.production import production_environment

PROGRAMS = (
    "owl.wsgi",
    "workers.__main__",
    "workers.clock",
    "config.gunicorn",
    *{place for place, _ in COMMANDS.values()},
)


def printed(source: str, settings: Settings) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", source],
        env=production_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_production_neither_loads_the_embedded_stack_nor_serves_the_sandbox(settings: Settings) -> None:
    source = f"""
import sys
from importlib import import_module
for program in {PROGRAMS}:
    import_module(program)
    print(program, [name for name in sys.modules if name.startswith("owl.embedded")])
from owl.wsgi import app
print("served", [str(rule) for rule in app.url_map.iter_rules() if "sandbox" in str(rule)])
"""

    assert printed(source, settings).splitlines() == [f"{asked} []" for asked in (*PROGRAMS, "served")]
