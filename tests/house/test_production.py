"""What production must never load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from config.settings import Settings
from tests.production import production_environment


@pytest.mark.parametrize(
    "module", ["owl.wsgi", "workers.__main__", "workers.clock", "owl.cli.commands", "config.gunicorn"]
)
def test_the_embedded_stack_is_not_loaded_in_production(module: str, settings: Settings) -> None:
    source = f"import sys, {module}; print([name for name in sys.modules if name.startswith('owl.embedded')])"

    ran = subprocess.run(
        [sys.executable, "-c", source],
        env=production_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout.strip() == "[]", ran.stderr


def test_the_sandbox_is_not_served_in_production(settings: Settings) -> None:
    source = (
        "from owl.wsgi import app; print([str(rule) for rule in app.url_map.iter_rules() if 'sandbox' in str(rule)])"
    )

    ran = subprocess.run(
        [sys.executable, "-c", source],
        env=production_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout.strip() == "[]", ran.stderr
