"""What the tests of public pages share: how a page reads."""

from __future__ import annotations

import html
import re

from werkzeug.test import TestResponse


def text(answer: TestResponse) -> str:
    """What a reader sees, more or less."""
    body = re.sub(r"<(script|style|head).*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def shows_fault(answer: TestResponse, field: str, sentence: str) -> None:
    """The title says that there is one, the summary links to the field, and the sentence stands beside it too."""
    assert answer.status_code == 400
    assert re.search(r"<title>\s*Error: ", answer.text)
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert text(answer).count(sentence) == 2, text(answer)
