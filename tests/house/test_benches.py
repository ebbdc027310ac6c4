"""The benches are loaded by name: each name must lead to a command."""

from __future__ import annotations

import click
from click.testing import CliRunner

from owl.cli.benching import bench


def test_every_bench_can_be_asked_what_it_measures():
    asked = CliRunner().invoke(bench, ["--help"])
    assert asked.exit_code == 0
    context = click.Context(bench)
    names = bench.list_commands(context)
    assert "fanout" in names
    for name in names:
        told = CliRunner().invoke(bench, [name, "--help"])
        assert told.exit_code == 0, told.output
        assert "--json" in told.output
