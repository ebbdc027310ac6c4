"""`owl bench`: how fast OWL is, measured on this machine, each figure beside its yardstick."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys

import click

BENCHES = (
    "audience",
    "ballots",
    "bounces",
    "chaos",
    "fanout",
    "import",
    "mails",
    "pages",
    "public",
    "receipts",
    "texts",
    "urgent",
)
MODULES = {"import": "importing"}  # where a name is a word of Python


class _Benches(click.Group):
    """Loads a bench when it is asked for: an installation in production has none."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002  # as click calls it
        return [name for name in BENCHES if importlib.util.find_spec(f"bench.{MODULES.get(name, name)}")]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        module = MODULES.get(name, name)
        command: click.Command = getattr(importlib.import_module(f"bench.{module}"), module)
        return command


@click.group(cls=_Benches)
def bench() -> None:
    """Measure how fast OWL is on this machine, on a temporary folder."""
    if os.environ.get("OWL_ENVIRONMENT") == "production":
        sys.exit("Benches start demonstration servers, which have no place in production (OWL_ENVIRONMENT).")
