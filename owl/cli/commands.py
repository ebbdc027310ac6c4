"""The `owl` command and what it can do."""

from __future__ import annotations

import click

from owl.cli.benching import bench
from owl.cli.examining import doctor, walk
from owl.cli.geography import load_geography
from owl.cli.households import export, import_
from owl.cli.local import demo, up
from owl.cli.mailin import mailin
from owl.cli.messages import messages
from owl.cli.running import clock, worker
from owl.cli.setting_up import keys, migrate_, seed
from owl.cli.users import users


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """OWL: community alerts from your Safer Neighbourhood Team."""


COMMANDS = (
    *(up, demo, worker, clock, mailin, migrate_, load_geography, seed, import_, export),
    *(users, messages, doctor, walk, keys, bench),
)
for command in COMMANDS:
    main.add_command(command)
