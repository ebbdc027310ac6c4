"""`owl import` and `owl export`: lists of households."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from owl.cli.saying import say
from owl.cli.surroundings import application
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.households.counting import keep_counts
from owl.households.importing.exporting import export_households
from owl.households.importing.files import write_lines
from owl.households.importing.loading import import_households


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--refused", type=click.Path(dir_okay=False, path_type=Path), help="Where the refused rows go.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
def import_(file: Path, *, refused: Path | None, as_json: bool) -> None:
    """Add the households of FILE, a CSV list (docs/households-csv.md).

    Good rows are added together or not at all; loading a list again changes nothing. Refused rows go
    into a file beside it, each with its reason, to be put right and loaded.
    """
    refused = refused or file.with_name(f"{file.stem}-refused.csv")

    def keep(lines: Iterator[str]) -> None:
        write_lines(refused, lines)

    with application():
        now = utc_now()
        done = import_households(
            lambda: file.open("rb"),
            refused=keep,
            allow_drama=settings().allow_drama_numbers,
            now=now,
            progress=lambda rows: say(f"  {rows:,} rows checked"),
        )
        keep_counts(now)  # or the clock would, beside whatever comes next
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    click.echo(
        f"{done.rows:,} rows: {done.people:,} people, {done.homes:,} homes and {done.addresses:,} addresses added."
    )
    if done.known:
        click.echo(f"{done.known:,} rows are about people whom OWL knows; nothing of theirs was changed.")
    if done.encoding == "cp1252":
        click.echo("The file is not in UTF-8. It was read as Windows writes: look at a name with an accent.")
    if done.refused:
        click.echo(f"{done.refused:,} rows were refused. Put them right and load them: {refused}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write all households to FILE, a CSV list that another OWL can import (docs/households-csv.md).

    It holds everybody's addresses: only this account can read it, and that it was made is in the audit.
    """
    with application():
        write_lines(file, export_households(now=utc_now()))
    click.echo(f"Everybody is in {file}. Delete it once it has arrived where it is needed.")
