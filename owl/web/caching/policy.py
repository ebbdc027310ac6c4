"""What caches may keep, and how long: pages for all, by name. Everything else is kept by nobody.

What stands here is made without anybody's session (owl.web.caching.door sees to that), so it is the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import Flask, Response, request
from flask_security import current_user

from owl.web.caching.shelf import Shelf

SAFE = {"GET", "HEAD", "OPTIONS"}
PLACE = "owl_place"  # the cookie of owl.web.public.remembering that changes the first page


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long an answer is good, may be shown while a newer one is made, and while none can be made."""

    fresh: timedelta
    meanwhile: timedelta
    on_error: timedelta

    @property
    def header(self) -> str:
        """For Cache-Control (RFC 9111). Browsers ask each time, and mostly hear that nothing has changed."""
        return f"public, max-age=0, s-maxage={int(self.fresh.total_seconds())}, {self.when_stale}"

    @property
    def when_stale(self) -> str:
        """The end of it (RFC 5861)."""
        meanwhile, on_error = int(self.meanwhile.total_seconds()), int(self.on_error.total_seconds())
        return f"stale-while-revalidate={meanwhile}, stale-if-error={on_error}"


PAGE = Keeping(timedelta(seconds=10), timedelta(seconds=30), timedelta(days=7))
# Words that may have to go: when we can't ask whether they still stand, they are shown for an hour and not a week.
WORDS = Keeping(timedelta(seconds=10), timedelta(seconds=30), timedelta(hours=1))
FILE = Keeping(timedelta(minutes=10), timedelta(hours=1), timedelta(days=7))

FOR_ALL: Mapping[str, Keeping] = {
    "areas.county": PAGE,
    "areas.district": PAGE,
    "ballots.keys": PAGE,
    "boundaries.district": FILE,
    "boundaries.districts": FILE,
    "consultations.all_": PAGE,
    "consultations.show": WORDS,  # with residents' own, once it is published
    "feeds.alert": PAGE,
    "feeds.all_": PAGE,
    "feeds.county": PAGE,
    "feeds.county_meetings": PAGE,
    "feeds.district": PAGE,
    "feeds.district_meetings": PAGE,
    "feeds.meetings": PAGE,
    "feeds.one": PAGE,
    "leaflets.show": FILE,
    "neighbourhoods.all_": PAGE,
    "neighbourhoods.messages": WORDS,
    "neighbourhoods.one": PAGE,
    "neighbourhoods.photo": FILE,
    "open_data.answers_csv": PAGE,
    "open_data.catalogue": PAGE,
    "open_data.meetings_csv": PAGE,
    "open_data.neighbourhoods_csv": PAGE,
    "open_data.outcomes_csv": PAGE,
    "open_data.show": PAGE,
    "pages.accessibility": PAGE,
    "pages.cookies": PAGE,
    "pages.help_": PAGE,
    "pages.home": PAGE,
    "pages.privacy": PAGE,
    "priorities.as_data": WORDS,
    "priorities.show": WORDS,
    "published.picture": WORDS,
    "published.poster": WORDS,
    "published.poster_pdf": WORDS,
    "published.show": WORDS,
    "sitemap.robots": FILE,
    "sitemap.show": PAGE,
    "results.as_csv_": FILE,
    "results.as_json_": FILE,
    "results.method": PAGE,
    "results.words": WORDS,
    "static": FILE,
}


def say_how_long(app: Flask, shelf: Shelf) -> None:
    """Let each answer say whether it may be kept, and the shelf hear when a team has changed something."""

    @app.after_request
    def say(response: Response) -> Response:
        keeping = FOR_ALL.get(request.endpoint or "")
        if keeping is not None and request.endpoint != "static" and response.mimetype != "text/html":
            response.headers["Access-Control-Allow-Origin"] = "*"  # anybody's page may read what is data for all
        if keeping is None or response.status_code != HTTPStatus.OK or PLACE in request.cookies:
            response.headers.setdefault("Cache-Control", "no-store")
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = keeping.header
        elif response.cache_control.public:  # it has a time of its own, for instance that of a file
            response.headers["Cache-Control"] += f", {keeping.when_stale}"
        return response

    @app.after_request
    def notice(response: Response) -> Response:
        # Not what strangers send: whoever could make us renew all pages could keep us busy with it.
        went_through = request.method not in SAFE and response.status_code < HTTPStatus.BAD_REQUEST
        if went_through and current_user.is_authenticated:
            shelf.note_change()
        return response
