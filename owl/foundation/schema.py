"""The schema's migrations, run from Python so that no second configuration file is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def migration_config(database_url: str) -> Config:
    """Alembic's view of our migrations. `database_url` names its driver (postgresql+psycopg://)."""
    from alembic.config import Config  # noqa: PLC0415  # heavy, and every process imports this module

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = database_url
    return config


def migrate(database_url: str, *, to: str = "head") -> None:
    """Bring the schema up to the given revision."""
    from alembic import command  # noqa: PLC0415

    command.upgrade(migration_config(database_url), to)
