"""A Postfix of the tests' own: TLS, sign-in and refusals, on a folder of its own; needs root, as Postfix does."""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.delivery.smtp.certificates import Certificates
from tests.delivery.smtp.relays import LARGEST, PASSWORD, REFUSALS, USER, SecureRelay

PATH = "/usr/sbin:/sbin:" + os.environ.get("PATH", "")
STARTING_S = 20.0

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example.com
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
smtputf8_enable = yes
message_size_limit = {largest}
default_transport = smtp:[127.0.0.1]:{next_port}
smtp_destination_concurrency_limit = 5
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificates.certificate}
smtpd_tls_key_file = {certificates.key}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl_port}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access inline:{{ {refusals} }}
"""
MASTER = """
{port} inet n - n - - smtpd
{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
"""


def postfix_is_here() -> bool:
    """Whether one can be started: it is installed, and we are root."""
    return os.geteuid() == 0 and shutil.which("postfix", path=PATH) is not None


@contextmanager
def postfix(
    folder: Path, certificates: Certificates, *, next_port: int, mechanisms: Sequence[str]
) -> Iterator[SecureRelay]:
    """One that passes what it takes on to `next_port`, and knows one user, by these mechanisms."""
    here = SecureRelay(_free_port(), _free_port(), certificates)
    with _sasl(mechanisms) as sasl_port:
        for name in ("spool", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        refusals = ", ".join(f"{{ {address} = {answer} }}" for address, answer in REFUSALS.items())
        words = {
            "folder": folder,
            "refusals": refusals,
            "largest": LARGEST,
            "certificates": certificates,
            "next_port": next_port,
            "sasl_port": sasl_port,
        }
        (folder / "main.cf").write_text(MAIN.format(**words))
        (folder / "master.cf").write_text(MASTER.format(port=here.port, tls_port=here.tls_port))
        command = [shutil.which("postfix", path=PATH) or "postfix", "-c", str(folder)]
        subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
        try:
            _await_port(here.port)
            yield here
        finally:
            subprocess.run([*command, "stop"], check=False, capture_output=True, timeout=60)


@contextmanager
def _sasl(mechanisms: Sequence[str]) -> Iterator[int]:
    """Who may sign in, by Dovecot's auth protocol (version 1.2), which Postfix asks."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer(line: socket.socket) -> None:
        offered = "".join(f"MECH\t{mechanism}\tplaintext\n" for mechanism in mechanisms)
        asked: dict[str, list[str]] = {}
        with line, line.makefile() as said:
            line.sendall(f"VERSION\t1\t2\n{offered}SPID\t1\nCUID\t1\nCOOKIE\t{'0' * 32}\nDONE\n".encode())
            for words in said:
                verb, *fields = words.rstrip("\n").split("\t")
                if verb not in {"AUTH", "CONT"}:
                    continue
                number = fields[0]
                if verb == "AUTH":
                    asked[number] = [fields[1], *(field[5:] for field in fields if field.startswith("resp="))]
                else:
                    asked[number].append(fields[1])
                line.sendall(_verdict(number, *asked[number]).encode())

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def _verdict(number: str, mechanism: str, *said: str) -> str:
    told = [base64.b64decode(word).decode() for word in said]
    if mechanism == "LOGIN" and len(told) < 2:
        prompt = ("Username:", "Password:")[len(told)]
        return f"CONT\t{number}\t{base64.b64encode(prompt.encode()).decode()}\n"
    user, password = told if mechanism == "LOGIN" else told[0].split("\0")[1:]
    return f"OK\t{number}\tuser={user}\n" if (user, password) == (USER, PASSWORD) else f"FAIL\t{number}\tuser={user}\n"


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _await_port(port: int) -> None:
    give_up_at = time.monotonic() + STARTING_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)
        else:
            return
