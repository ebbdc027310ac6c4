"""The `owl` command and what it can do."""

from __future__ import annotations

import click

from owl.cli.on_demand import OnDemand

COMMANDS = {
    "up": ("owl.cli.local", "up"),
    "demo": ("owl.cli.local", "demo"),
    "worker": ("owl.cli.running", "worker"),
    "clock": ("owl.cli.running", "clock"),
    "mailin": ("owl.cli.mailin", "mailin"),
    "migrate": ("owl.cli.setting_up", "migrate_"),
    "load-geography": ("owl.cli.geography", "load_geography"),
    "seed": ("owl.cli.setting_up", "seed"),
    "import": ("owl.cli.households", "import_"),
    "export": ("owl.cli.households", "export"),
    "users": ("owl.cli.users", "users"),
    "messages": ("owl.cli.messages", "messages"),
    "doctor": ("owl.cli.examining", "doctor"),
    "walk": ("owl.cli.examining", "walk"),
    "keys": ("owl.cli.setting_up", "keys"),
    "bench": ("owl.cli.benching", "bench"),
}


@click.group(cls=OnDemand, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """OWL: community alerts from your Safer Neighbourhood Team."""
