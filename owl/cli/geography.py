"""`owl load-geography`: a boundary set or a list of postcodes, looked at and then put in place."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from owl.cli.saying import say
from owl.cli.surroundings import application
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.geography.handed_in import pack
from owl.geography.loading import HERTFORDSHIRE
from owl.households.new_geography import SetRow, apply_set, hand_in, is_in_place


@click.command("load-geography")
@click.argument("path", default=HERTFORDSHIRE, type=click.Path(exists=True, path_type=Path))
@click.option("--look", is_flag=True, help="Only say who would move.")
@click.option("--yes", is_flag=True, help="Don't ask before homes are moved.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def load_geography(path: Path, *, look: bool, yes: bool, as_json: bool) -> None:
    """Put the districts, neighbourhoods, wards and postcodes of PATH in place of those before.

    PATH is a folder, a zip of one, or a newer list of postcodes alone; without it, Hertfordshire's, which ship with
    OWL. A broken set is refused whole. Where homes would come to another neighbourhood it says so and asks first;
    their people are told.
    """
    with application():
        name, content = pack(path)
        if is_in_place(db.session(), content):
            click.echo(json.dumps({"applied": False, "homes": 0}) if as_json else "This set is in place already.")
            return
        handed_in = hand_in(name, content, user_id=None, now=utc_now())
        homes = handed_in.relocations.homes
        if not as_json:
            _show(handed_in)
        applied = not look and (yes or not homes or _agreed(homes, handed_in.relocations.people))
        if applied:
            loaded = apply_set(handed_in.id, user_id=None, now=utc_now())
            say(
                f"{loaded.districts} districts, {loaded.neighbourhoods} neighbourhoods, {loaded.wards} wards, "
                f"{loaded.postcodes:,} postcodes."
            )
        if as_json:
            found = handed_in.relocations
            click.echo(json.dumps({"applied": applied, "homes": homes, "people": found.people} | found.to_json()))
        elif not applied:
            click.echo("Nothing was changed. The set waits on /admin/geography.")


def _agreed(homes: int, people: int) -> bool:
    if not sys.stdin.isatty():
        say("Homes would move, and nobody is here to ask: say --yes.")
        return False
    return click.confirm(f"Move {homes:,} homes, and tell {people:,} people?", err=True)


def _show(handed_in: SetRow) -> None:
    found = handed_in.relocations
    for stream in found.streams:
        click.echo(f"{stream.homes:>9,} homes  {stream.from_name} → {stream.to_name}  ({stream.reason})")
    for number, words in (
        (found.arrived, "homes chosen by hand were right, and now have a ward"),
        (found.other_ward, "homes come to another ward of their neighbourhood"),
        (found.withdrawn_homes, "homes are at postcodes that are no longer listed, and stay"),
        (found.new_postcodes, "postcodes are new"),
        (found.gone_postcodes, "postcodes go"),
        (found.moved_postcodes, "postcodes come to another neighbourhood"),
    ):
        if number:
            click.echo(f"{number:>9,} {words}")
    for names, words in ((found.gone, "No more"), (found.new, "New")):
        if names:
            click.echo(f"{words}: {', '.join(names)}")
    if not found.homes:
        click.echo("No home comes to another neighbourhood.")
