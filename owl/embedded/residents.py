"""Residents for the demo: they open the link in what they got, and reply through the page, as anybody would."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

from owl.embedded.caught import Caught
from owl.embedded.reading import show_mail

TIMEOUT_S = 15
WORDS = (
    "I saw a white van in our road at about half past two.",
    "Our shed was tried last night too. The lock held.",
    "Thank you for telling us. Will you be at the market on Saturday?",
    "Two bicycles were left in the hedge by the allotments.",
    "We have a camera facing the path. Would the pictures help?",
)


class ReplyForm(HTMLParser):
    """The fields of the form that takes a reply, as the page gives them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self._is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the form and its hidden fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("action", "").endswith("/reply"):
            self._is_inside, self.action = True, given["action"]
        elif tag == "input" and self._is_inside and given.get("type") == "hidden":
            self.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave the form."""
        if tag == "form":
            self._is_inside = False


def links_caught(caught: Caught, public_url: str, count: int) -> list[str]:
    """Feedback links out of that many mails and texts, some of each where there are."""
    pattern = re.compile(re.escape(public_url) + r"/r/[\w-]{20,}")
    texts = [text.body for text in caught.texts(limit=count // 2)]
    mails = [show_mail(mail).plain for mail in caught.mails(limit=count - len(texts))]
    return [found[0] for body in [*mails, *texts] if (found := pattern.search(body))]


def reply_through(link: str, words: str) -> bool:
    """Whether the page behind the link took the reply and said thanks."""
    with requests.Session() as browser:
        page = browser.get(link, timeout=TIMEOUT_S)
        form = ReplyForm(page.text)
        if not page.ok or not form.action:
            return False
        filled = form.fields | {"words": words, "anonymous": "no"}
        answer = browser.post(urljoin(page.url, form.action), data=filled, timeout=TIMEOUT_S)
        return answer.ok and answer.url.endswith("/thanks")
