"""Servers of a test's own, to be stopped, frozen and emptied."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from owl.embedded.postgres import Postgres
from owl.embedded.valkey import Valkey
from owl.foundation.schema import migrate


@dataclass
class Own:
    """PostgreSQL and Valkey for one test module, and the settings that name them."""

    postgres: Postgres
    valkey: Valkey
    settings: Settings

    def start(self) -> None:
        """Let both serve; those that do already go on."""
        self.postgres.start()
        self.valkey.start()


@contextmanager
def own_servers(settings: Settings) -> Iterator[Own]:
    """Both servers, with the tables of this release."""
    with tempfile.TemporaryDirectory(prefix="owl-own-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o711)
        (home / "run").mkdir()
        postgres = Postgres(home / "postgresql", home / "run/p", durable=False, ends_with_us=True)
        valkey = Valkey(home / "valkey", home / "run/v", ends_with_us=True)
        urls = {
            "database_url": postgres.url().replace("postgresql://", "postgresql+psycopg://", 1),
            "redis_url": valkey.url(),
        }
        own = Own(postgres, valkey, settings.model_copy(update=urls))
        try:
            own.start()
            postgres.create_database()
            migrate(own.settings.database_url)
            yield own
        finally:
            postgres.stop()
            valkey.stop()
