"""Commands that are loaded when they are named: all of them would be all of OWL, before the first word is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from owl.foundation.loading import load


class OnDemand(click.Group):
    """Commands by name, each with its module and what it is called there."""

    def __init__(self, *, places: Mapping[str, tuple[str, str]], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.places = places

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002  # as click calls it
        """In the order of the places."""
        return list(self.places)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """The command, loaded; None where there is none of this name."""
        if name not in self.places:
            return None
        module, called = self.places[name]
        command: click.Command = getattr(load(module), called)
        return command
