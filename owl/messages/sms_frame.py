"""What stands around the officer's words in a text, the same when it is counted and when it is sent.

In another language it is never longer, and of the same alphabet, so a text costs what its author was shown: a test
holds the catalogues to that.
"""

from __future__ import annotations

from owl.foundation.languages import gettext, ngettext
from owl.foundation.signed_links import LINK_LENGTH
from owl.messages.codes import SAMPLE


def frame_text(words: str, *, link: str, code: str = SAMPLE) -> str:
    """The whole text: who writes, the code to check it by, the words, where to answer, how to stop."""
    reply = gettext("Reply:")
    return _framed(code, f"{words.strip()}\n{reply} {link}")


def frame_digest(count: int, *, link: str, code: str) -> str:
    """The whole text for somebody without mail: how many messages wait, where to read them, how to stop."""
    waits = ngettext("%(num)s message waits for you.", "%(num)s messages wait for you.", count)
    read = gettext("Read here:")
    return _framed(code, f"{waits} {read} {link}")


def sample_link(public_url: str) -> str:
    """A feedback link exactly as long as every real one."""
    return f"{public_url}/r/{'x' * LINK_LENGTH}"


def _framed(code: str, text: str) -> str:
    opening, ending = gettext("OWL Police %(code)s:", code=code), gettext("To end texts STOP")
    return f"{opening} {text}\n{ending}"
