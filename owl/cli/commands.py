"""The `owl` command and what it can do."""

from __future__ import annotations

import click

from config.settings import new_contact_keys


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """OWL: community alerts from your Safer Neighbourhood Team."""


@main.command()
def keys() -> None:
    """Print a fresh ring for OWL_CONTACT_KEYS."""
    click.echo(new_contact_keys())
