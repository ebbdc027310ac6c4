"""Nothing in the project is, or could be, a real person's address, number or secret."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = {".py", ".html", ".txt", ".md", ".toml", ".env", ".js", ".css", ".csv", ".yml", ".yaml", ".sh", ""}

# Names that nobody can own: RFC 2606 and RFC 6761; and what stands in sources as an example of a bad one.
RESERVED = re.compile(
    r"(?:^|[.@])(?:example(?:\.(?:com|org|net))?|test|invalid|localhost|internal|127\.0\.0\.1)$", re.IGNORECASE
)
EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
# Ofcom keeps these for drama: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
DRAMA = re.compile(r"(?:\+44|0)(?:7700900\d{3}|1632960\d{3}|20794601\d{2}|20794609\d{2}|8081570\d{3}|9098790\d{3})$")
MOBILE = re.compile(r"(?<![\w.])(?:\+44 ?7|07)\d{3}[ -]?\d{3}[ -]?\d{3}(?!\w)")
KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAC[0-9a-f]{32}\b(?<!0{32})|\bSK[0-9a-f]{32}\b|\bAKIA[0-9A-Z]{16}\b")


ADDRESSES = {
    "report@phishing.gov.uk",  # where anybody reports a suspicious mail
    "anna@exämple.com",  # an address in another script, and
    "anna@xn--exmple-cua.com",  # how its host is really written
    "www.police.uk@evil.com",  # no address: the host of a link that hides where it leads
}
NUMBERS_OF = {Path("tests/households/test_phone_numbers.py")}  # what is a real number can't be tried on others


def sources() -> Iterator[tuple[Path, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in listed.splitlines():
        path = ROOT / name
        if path.suffix in TEXT and path.is_file() and "lock" not in path.name:
            yield path.relative_to(ROOT), path.read_text(errors="replace")


def test_every_email_address_is_one_that_nobody_can_have() -> None:
    real = [
        f"{path}: {found[0]}"
        for path, text in sources()
        for found in EMAIL.finditer(text)
        if not RESERVED.search(found[1]) and found[0] not in ADDRESSES
    ]
    assert not real


def test_every_mobile_number_is_kept_for_drama() -> None:
    real = [
        f"{path}: {found[0]}"
        for path, text in sources()
        for found in MOBILE.finditer(text)
        if path not in NUMBERS_OF and not DRAMA.match(re.sub(r"[ -]", "", found[0]))
    ]
    assert not real


def test_no_key_of_anybody_lies_in_the_project() -> None:
    assert not [f"{path}: {found[0][:12]}…" for path, text in sources() for found in KEY.finditer(text)]
