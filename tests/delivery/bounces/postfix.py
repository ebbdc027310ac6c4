"""A Postfix of the tests' own that takes any mail and brings it back as a bounce; needs root, as Postfix does."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.delivery.smtp.postfix import PATH, _await_port, _free_port

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.com
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
maximal_queue_lifetime = 0
default_transport = smtp:[127.0.0.1]:{next_port}
transport_maps = inline:{{ {{ {domain} = {back} }} }}
"""
MASTER = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def bouncing_postfix(*, domain: str, back: str, next_port: int) -> Iterator[int]:
    """Its port. Mail goes on to `next_port`; that of the bounce domain `back`, "smtp:[127.0.0.1]:25" or by LMTP."""
    with tempfile.TemporaryDirectory(prefix="owl-postfix-") as name:
        folder, port = Path(name), _free_port()
        folder.chmod(0o755)  # Postfix's own account goes in and out
        for inside in ("spool", "data"):
            (folder / inside).mkdir()
        shutil.chown(folder / "data", "postfix")
        words = {"folder": folder, "domain": domain, "back": back, "next_port": next_port}
        (folder / "main.cf").write_text(MAIN.format(**words))
        (folder / "master.cf").write_text(MASTER.format(port=port))
        command = [shutil.which("postfix", path=PATH) or "postfix", "-c", name]
        subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
        try:
            _await_port(port)
            yield port
        finally:
            subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)
