"""The one folder that holds everything OWL keeps on this machine, and who may use it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from config.settings import default_home
from owl.foundation.errors import OwlError

ORDINARY = re.compile(rb"[\w./+-]+")  # needs no quoting in a URL or a server's options
LONGEST_SOCKET = 100  # bytes; Linux takes 107, and a name of ours is at its end


class InUse(OwlError):
    """Another process serves from this folder."""


class Unsuitable(OwlError):
    """The folder can't hold what OWL keeps."""


@dataclass(frozen=True)
class Home:
    """Where everything is."""

    folder: Path

    @classmethod
    def here(cls) -> Self:
        """The one that OWL_HOME names, or the default one."""
        return cls(Path(os.environ.get("OWL_HOME") or default_home()).absolute())

    @property
    def caught(self) -> Path:
        """The file of what the sinks caught."""
        return self.folder / "caught.sqlite"

    @property
    def logs(self) -> Path:
        """The folder of what each program said."""
        return self.folder / "log"

    @property
    def sockets(self) -> Path:
        """The folder of the servers' sockets: in the home, unless its path can't be a socket's."""
        inside = self.folder / "run"
        whole = os.fsencode(inside / "postgresql/.s.PGSQL.5432")
        if len(whole) <= LONGEST_SOCKET and ORDINARY.fullmatch(whole):
            return inside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"owl-{os.geteuid()}-{name}"

    def prepare(self) -> None:
        """Make its folders. Raises Unsuitable."""
        # Others may pass through (PostgreSQL runs as another account where we are root), not look.
        for folder, mode in ((self.folder, 0o711), (self.sockets, 0o711), (self.logs, 0o700)):
            folder.mkdir(parents=True, exist_ok=True)
            if folder.stat().st_uid != os.geteuid():
                raise Unsuitable(f"{folder} belongs to somebody else. Choose another folder with OWL_HOME.")
            folder.chmod(mode)
        if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in self.folder.parents):
            raise Unsuitable(
                f"{self.folder} can't be reached by the account that PostgreSQL runs under. "
                "Choose a folder outside root's own home with OWL_HOME, for instance /var/lib/owl."
            )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder ready and hold it. Raises Unsuitable, and InUse while another process holds it."""
        self.prepare()
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                address = self.recall("serving").get("address", "")
                where = f" at {address}" if address else ""
                raise InUse(f"OWL is running already{where} with the data in {self.folder}.") from None
            yield

    def remember(self, what: str, values: dict[str, Any], *, mode: int = 0o600) -> None:
        """Write values down in a file of their own, readable by us alone, all or nothing."""
        file = self.folder / f"{what}.json"
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as opened:
            json.dump(values, opened, indent=2)
        new.rename(file)

    def recall(self, what: str) -> dict[str, Any]:
        """What was written down; nothing where nothing was."""
        try:
            found: dict[str, Any] = json.loads((self.folder / f"{what}.json").read_text())
        except FileNotFoundError:
            return {}
        return found
