"""A real nginx with our own configuration: the system's, or the one that `make test` unpacks."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
PATH = f"/usr/sbin:/usr/local/sbin:{os.environ.get('PATH', '')}:{ROOT}/.venv/nginx/usr/sbin"
AROUND = """daemon off;
pid {0}/pid;
error_log {0}/error.log;
events {{}}
http {{
client_body_temp_path {0}/a; proxy_temp_path {0}/b;
fastcgi_temp_path {0}/c; uwsgi_temp_path {0}/d; scgi_temp_path {0}/e;
{1}
}}
"""


def find_nginx() -> str:
    """The program. Fails where there is none: what stands in front of OWL would go untried."""
    program = shutil.which("nginx", path=PATH)
    assert program, "Install nginx (on Debian `make test` unpacks it): config/nginx.conf can't be tried without."
    return program


@contextmanager
def nginx(program: str, folder: Path, *, to: int) -> Iterator[int]:
    """Its port. `to`: that of OWL."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = int(line.getsockname()[1])
    written = (ROOT / "config/nginx.conf").read_text()
    written = re.sub(r"server \{\n +listen 80;.*?\n\}\n", "", written, flags=re.DOTALL)
    written = re.sub(r" +ssl_.*\n", "", written).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    written = written.replace("/var/cache/nginx/owl", str(folder / "cache")).replace(
        "127.0.0.1:8000", f"127.0.0.1:{to}"
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(user + AROUND.format(folder, written))
    with subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as running:
        try:
            _await(port)
            yield port
        finally:
            running.terminate()


def _await(port: int) -> None:
    give_up_at = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)
        else:
            return
