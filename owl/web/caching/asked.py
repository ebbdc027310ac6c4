"""What a request for a page for all asks, and nothing of who asks: the same for everybody who reads its language."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from owl.foundation.languages import Language
from owl.web.caching.policy import PLACE
from owl.web.caching.shelf import Key
from owl.web.speaking import ASKED, COOKIE, choose_language

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CHOICE = "owl_cookies"  # of owl.web.public.remembering: who has chosen is not asked again
LANGUAGES = frozenset(language.value for language in Language)
PAGES_READ = frozenset({ASKED, "page", "topic"})  # what pages for all read of an address
LONGEST_VALUE = 20  # characters
IDLE = ("utm_", "fbclid", "gclid", "v")  # what others add, and the version of a file
UNVARIED = ("static", "boundaries.", "neighbourhoods.photo", "published.picture")  # not by language nor by cookies
BY_ADDRESS = ("feeds.alert", "feeds.county", "feeds.district", "feeds.meetings", "feeds.one")  # by its language alone
DROPPED = (
    "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE",
    "HTTP_IF_RANGE", "HTTP_ACCEPT_LANGUAGE", "HTTP_REFERER", "HTTP_USER_AGENT",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer that many may share."""

    endpoint: str
    key: Key
    query: str
    cookies: str
    language: str
    outlives_us: bool  # not a file, which comes with a release; nor the many pages that numbers in addresses make
    may_be_kept: bool  # not where the address says more than we know of

    @property
    def instead(self) -> tuple[Key, ...]:
        """What serves where there is nothing better: with the cookie choice on it, and then in English."""
        scheme, path, query, _, language = self.key
        return (scheme, path, query, "", language), (scheme, path, query, "", Language.ENGLISH.value)

    def environ(self, environ: WSGIEnvironment) -> WSGIEnvironment:
        """The request as anybody may have sent it."""
        same = {name: value for name, value in environ.items() if name not in DROPPED}
        same |= {"REQUEST_METHOD": "GET", "QUERY_STRING": self.query, "HTTP_ACCEPT_LANGUAGE": self.language}
        return same | {"HTTP_COOKIE": self.cookies} if self.cookies else same


def asked(environ: WSGIEnvironment, endpoint: str) -> Asked | None:
    """What the request asks; None where it asks for the first page of somebody's own place."""
    cookies = _cookies(environ.get("HTTP_COOKIE", ""))
    if endpoint == "pages.home" and PLACE in cookies:
        return None
    arguments = [
        (name, value)
        for name, value in parse_qsl(environ.get("QUERY_STRING", ""), errors="replace")
        if not name.startswith(IDLE) and (name != ASKED or value in LANGUAGES)
    ]
    known = all(name in PAGES_READ and len(value) <= LONGEST_VALUE for name, value in arguments)
    query = urlencode(sorted(arguments) if known else arguments)
    chosen, language = cookies.get(CHOICE, ""), Language.ENGLISH.value
    if endpoint.startswith((*UNVARIED, *BY_ADDRESS)):
        chosen = ""
    else:
        by_address = dict(arguments).get(ASKED)
        language = choose_language(by_address, cookies.get(COOKIE), environ.get("HTTP_ACCEPT_LANGUAGE", "")).value
    return Asked(
        endpoint=endpoint,
        key=(environ["wsgi.url_scheme"], environ["PATH_INFO"], query, chosen, language),
        query=query,
        cookies=f"{CHOICE}={chosen}" if chosen in {"yes", "no"} else "",
        language=language,
        outlives_us=endpoint != "static" and {name for name, _ in arguments} <= {ASKED},
        may_be_kept=known and chosen in {"", "yes", "no"},
    )


def _cookies(header: str) -> dict[str, str]:
    if not header:
        return {}
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
