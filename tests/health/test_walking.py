"""A walk over the public site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from owl.health.walking import GIVE_UP_AFTER, Walked, walk_site

asked: list[str] = []
listed: list[str] = []


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked.append(self.path)
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        locations = "".join(f"<url><loc>{here if path.startswith('/') else ''}{path}</loc></url>" for path in listed)
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>'.encode()
        self.send_response(404 if "gone" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("pages", "walked"),
    [
        (["/", "/gone", "/help", "http://elsewhere.example/"], Walked(pages=3, came=2)),
        (["/"] + ["/gone"] * 20, Walked(pages=21, came=1)),
        ([], Walked(pages=0, came=0)),
    ],
)
def test_each_page_of_ours_is_asked_for_until_too_many_don_t_come(site: str, pages: list[str], walked: Walked) -> None:
    asked.clear()
    listed[:] = pages
    assert walk_site(site) == walked
    assert len(asked) <= 2 + GIVE_UP_AFTER


def test_a_site_that_is_not_there_is_no_failure_of_the_clock() -> None:
    assert walk_site("http://127.0.0.1:1") == Walked(pages=0, came=0)
