"""`owl doctor`: what is wrong, and what to do; `owl walk`: whether the public site is there, whole."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from config.settings import WrongSettings, read_settings
from owl.cli.surroundings import application, is_configured
from owl.foundation.clock import utc_now
from owl.health.doctor import examine
from owl.health.findings import Finding, State, state_of
from owl.health.walking import walk_site


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def doctor(*, as_json: bool) -> None:
    """Look whether settings, servers, providers, workers and data are as they should be.

    Says of each thing how it is and what to do. The exit status is 1 if anything is wrong.
    """
    findings = _wrong_settings() or _examined()
    state = state_of(findings)
    if as_json:
        click.echo(json.dumps({"state": state, "findings": [asdict(finding) for finding in findings]}))
    else:
        _show(findings)
    sys.exit(1 if state is State.WRONG else 0)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on the last line.")
def walk(*, as_json: bool) -> None:
    """Ask for every public page once, so that caches hold all of it. The exit status is 1 if one doesn't come."""
    with application() as app:
        walked = walk_site(app.extensions["owl.settings"].public_url)
    said = f"{walked.came} of {walked.pages} public pages came."
    click.echo(json.dumps(asdict(walked)) if as_json else said)
    sys.exit(0 if walked.pages and walked.came == walked.pages else 1)


def _examined() -> list[Finding]:
    with application() as app:
        return examine(app.extensions["owl.settings"], now=utc_now())


def _wrong_settings() -> list[Finding]:
    """What keeps OWL from starting; nothing else can be looked at then."""
    if not is_configured():
        return []
    try:
        read_settings()
    except WrongSettings as fault:
        advice = "Put it right; config/example.env explains it."
        return [Finding("settings", State.WRONG, f"{line}.", advice) for line in str(fault).splitlines()]
    return []


def _show(findings: Sequence[Finding]) -> None:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        click.echo(f"{finding.state:<5}  {finding.name:<{width}}  {finding.sentence}")
        if finding.advice:
            click.echo(f"{'':<5}  {'':<{width}}  → {finding.advice}")
