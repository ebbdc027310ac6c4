"""Residents who take part: each has a code signed and casts it, on time whether or not the last has been answered.

`python -m bench.voters PORT SLUG FILE RATE CONNECTIONS`; a line of FILE is one resident as JSON. RATE is of ballots a
second; 0: as fast as the answers come. Prints {"seconds": …, "cpu_s": …, "sign": [ms …], "cast": [ms …],
"failed": {…}}.
"""

from __future__ import annotations

import base64
import json
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.resident import unblind

TRIES = 3  # as the page does when the line is lost


class Crowd:
    """All of them, shared out among connections."""

    def __init__(self, port: int, slug: str, residents: list[dict[str, Any]], rate: float) -> None:
        self.port, self.slug, self.rate = port, slug, rate
        self.waiting = iter(enumerate(residents))
        self.lock = threading.Lock()
        self.took: dict[str, list[float]] = {"sign": [], "cast": []}
        self.failed: Counter[str] = Counter()
        self.began = time.monotonic()

    def serve(self) -> None:
        """One connection: the next resident as soon as their time has come."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        while True:
            with self.lock:
                number, resident = next(self.waiting, (None, None))
            if number is None or resident is None:
                return
            due = self.began + number / self.rate if self.rate else time.monotonic()
            time.sleep(max(0.0, due - time.monotonic()))
            self._take_part(line, resident, due)

    def _take_part(self, line: HTTPConnection, resident: dict[str, Any], due: float) -> None:
        signed = self._post(line, "sign", f"/r/{resident['token']}/sign", bytes.fromhex(resident["blinded"]), due)
        if signed is None:
            return
        signature = unblind(signed, int(resident["inverse"], 16), int(resident["n"], 16))
        code = bytes.fromhex(resident["code"])
        fields = resident["answers"] | {
            "ward": resident["ward"],
            "code": base64.urlsafe_b64encode(code).decode(),
            "signature": base64.urlsafe_b64encode(signature).decode(),
        }
        body = urlencode(fields).encode()
        self._post(line, "cast", f"/consultations/{self.slug}/ballots", body, time.monotonic())

    def _post(self, line: HTTPConnection, what: str, path: str, body: bytes, began: float) -> bytes | None:
        """The answer; timed from when it was due, so that standing in line counts."""
        kind = "application/octet-stream" if what == "sign" else "application/x-www-form-urlencoded"
        for _ in range(TRIES):
            try:
                line.request("POST", path, body, {"Content-Type": kind})
                answer = line.getresponse()
                content = answer.read()
            except (OSError, HTTPException):
                line.close()
                continue
            self.took[what].append((time.monotonic() - began) * 1000)
            if answer.status == 200:
                return content
            self.failed[f"{what} {answer.status}"] += 1
            return None
        self.failed[f"{what} no answer"] += 1
        return None


def main(port: int, slug: str, file: Path, rate: float, connections: int) -> dict[str, Any]:
    """Let all of them take part."""
    crowd = Crowd(port, slug, [json.loads(line) for line in file.read_text().splitlines()], rate)
    threads = [threading.Thread(target=crowd.serve) for _ in range(connections)]
    cpu_s = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, cpu_s = time.monotonic() - crowd.began, time.process_time() - cpu_s
    return {"seconds": seconds, "cpu_s": cpu_s, **crowd.took, "failed": crowd.failed}


if __name__ == "__main__":
    told = main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
    sys.stdout.write(json.dumps(told) + "\n")
