"""The surroundings of a single command on a machine by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from config.settings import read_settings
from owl.embedded.environment import choose_ports, kept_ports, local_environment
from owl.embedded.home import Home, InUse
from owl.embedded.servers import Servers, servers
from owl.embedded.stack import Say
from owl.foundation.schema import migrate


@contextmanager
def at_home(say: Say) -> Iterator[None]:
    """The home's settings in the environment, and its servers running: those of `owl up`, or for this command alone.

    Raises Unsuitable or ServerFailed.
    """
    home = Home.here()
    with ExitStack() as held:
        try:
            held.enter_context(home.held())
        except InUse:
            found, ports = Servers.of(home), kept_ports(home)
        else:
            found, ports = held.enter_context(servers(home, say)), choose_ports(home)
        os.environ.update(local_environment(home, ports, database_url=found.database_url, redis_url=found.redis_url))
        migrate(read_settings().database_url)
        yield
