"""How the Twilio stand-in misbehaves as a whole: an account that is locked, a service that is busy or falls over."""

from __future__ import annotations

import random
from dataclasses import dataclass

from aiohttp import web

from owl.embedded.twilio_answers import error

HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Mood:
    """Each share is of the requests to send a text, from 0 to 1."""

    is_locked: bool = False  # 401 for every request, the right token or not
    busy: float = 0.0  # 429
    retry_after: str | None = None  # of the 429: seconds, a date, or not said
    broken: float = 0.0  # 502 with a page instead of JSON; nothing was taken
    lost: float = 0.0  # taken, and the line cut before the answer

    def outburst(self) -> web.Response | None:
        """What is answered instead of taking the text, if anything is."""
        if random.random() < self.busy:
            answer = error(20429, "Too Many Requests", 429)
            if self.retry_after is not None:
                answer.headers["Retry-After"] = self.retry_after
            return answer
        if random.random() < self.broken:
            return web.Response(text=HTML, status=502, content_type="text/html")
        return None

    def loses_answer(self) -> bool:
        """Whether this answer never arrives."""
        return random.random() < self.lost
