"""Commands that set up an installation."""

from __future__ import annotations

import importlib
import sys

import click

from config.settings import new_contact_keys, new_secret, read_settings
from owl.cli.saying import say
from owl.cli.surroundings import application, surroundings
from owl.foundation.clock import utc_now
from owl.foundation.schema import migrate


@click.command()
def keys() -> None:
    """Print fresh secrets for a new installation."""
    click.echo(f"OWL_SECRET_KEY={new_secret()}")
    click.echo(f"OWL_CONTACT_KEYS={new_contact_keys()}")


@click.command("migrate")
def migrate_() -> None:
    """Bring the tables up to date."""
    with surroundings():
        migrate(read_settings().database_url)
    click.echo("The tables are up to date.")


@click.command()
@click.option("--households", default=2000, show_default=True, type=click.IntRange(1, 1_000_000))
def seed(households: int) -> None:
    """Add demo households at real postcodes, whose people don't exist. Not in production."""
    with application() as app:
        if app.extensions["owl.settings"].in_production:
            sys.exit("Demo households have no place in production.")
        made = importlib.import_module("owl.embedded.seed").seed_households(households, now=utc_now(), say=say)
    click.echo(f"{made.households:,} households, {made.contact_points:,} contact points.")
