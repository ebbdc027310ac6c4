"""`python -m owl.cli`: the `owl` command."""

from __future__ import annotations

from owl.cli.commands import main

main()
