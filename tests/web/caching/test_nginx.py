"""What stands in front of OWL shows the public site while OWL is stopped: `config/nginx.conf` as it is."""

from __future__ import annotations

import threading
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from owl.foundation.languages import Language
from owl.web.public.remembering import CHOICE, NEIGHBOURHOOD
from owl.web.speaking import COOKIE
from tests.web.caching.nginx import ROOT, find_nginx, nginx

HERE = "/neighbourhoods/hitchin-urban"


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


def get(port: int, path: str = HERE, **headers: str) -> tuple[int, str, str]:
    """(status, how the cache did it, text)."""
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path, headers={"Host": "localhost"} | {k.replace("_", "-"): v for k, v in headers.items()})
    answer = line.getresponse()
    told = answer.status, answer.headers.get("X-Cache", ""), answer.read().decode()
    line.close()
    return told


def test_its_configuration_knows_what_a_public_page_depends_on() -> None:
    written = (ROOT / "config/nginx.conf").read_text()
    names = "|".join(language.value for language in Language)
    assert f"{COOKIE}=(?<chosen>{names})" in written
    assert f"{CHOICE}=(?<said>yes|no)" in written
    assert f"$cookie_{NEIGHBOURHOOD}" in written


def test_a_stopped_owl_is_not_seen_by_those_who_read(app: Flask, committed: Session, tmp_path: Path) -> None:
    program = find_nginx()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with nginx(program, tmp_path, to=server.server_port) as port:
            assert get(port)[:2] == (200, "MISS")
            assert get(port, Cookie="owl=somebody; other=1")[:2] == (200, "HIT")
            assert get(port, "/", Accept_Language="pl-PL, en;q=0.5")[1] == "MISS"
            assert 'lang="pl"' in get(port, "/", Cookie=f"{COOKIE}=pl")[2]
            assert 'lang="en-GB"' in get(port, "/", Accept_Language="en-GB")[2]
            mine = get(port, "/", Cookie=f"{CHOICE}=yes; {NEIGHBOURHOOD}=hitchin-urban")
            assert mine[1] == "BYPASS"
            assert "Hitchin Urban" not in get(port, "/", Cookie=f"{CHOICE}=yes")[2]
            assert get(port, "/my")[1] == get(port, "/my")[1] == "MISS"  # kept by nobody
            server.shutdown()
            thread.join()
            server.server_close()
            assert get(port)[:2] == (200, "HIT")
            assert get(port, "/neighbourhoods/hitchin-rural")[0] == 502
    finally:
        server.shutdown()
        thread.join()
