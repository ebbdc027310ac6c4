"""PostgreSQL and Valkey of a machine by itself, or the servers that the environment names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Self

from owl.embedded.home import Home
from owl.embedded.postgres import Postgres
from owl.embedded.valkey import Valkey


@dataclass(frozen=True)
class Servers:
    """How to connect to both."""

    database_url: str
    redis_url: str

    @classmethod
    def of(cls, home: Home) -> Self:
        """Those that serve this home, running or not."""
        return cls(
            os.environ.get("OWL_DATABASE_URL") or postgres_of(home).url(),
            os.environ.get("OWL_REDIS_URL") or valkey_of(home).url(),
        )


@contextmanager
def servers(home: Home, say: Callable[[str], None], *, durable: bool = True) -> Iterator[Servers]:
    """Serve until left. OWL_DATABASE_URL and OWL_REDIS_URL name servers that are used instead.

    Raises ServerFailed.
    """
    with ExitStack() as running:
        if "OWL_DATABASE_URL" not in os.environ:
            postgres = postgres_of(home, durable=durable)
            say("Starting PostgreSQL" if postgres.has_data else "Making a database and starting PostgreSQL")
            running.callback(postgres.stop)
            postgres.start()
            postgres.create_database()
        if "OWL_REDIS_URL" not in os.environ:
            say("Starting Valkey")
            valkey = valkey_of(home)
            running.callback(valkey.stop)
            valkey.start()
        yield Servers.of(home)


def postgres_of(home: Home, *, durable: bool = True) -> Postgres:
    """The PostgreSQL of this home."""
    return Postgres(home.folder / "postgresql", home.sockets / "postgresql", durable=durable, ends_with_us=True)


def valkey_of(home: Home) -> Valkey:
    """The Valkey of this home."""
    return Valkey(home.folder / "valkey", home.sockets / "valkey", ends_with_us=True)
