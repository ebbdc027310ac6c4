"""What stands around the officer's words in a text, the same when it is counted and when it is sent."""

from __future__ import annotations

from owl.foundation.signed_links import LINK_LENGTH
from owl.messages.codes import SAMPLE


def frame_text(words: str, *, link: str, code: str = SAMPLE) -> str:
    """The whole text: who writes, the code to check it by, the words, where to answer, how to stop."""
    return f"OWL Police {code}: {words.strip()}\nReply: {link}\nTo end texts STOP"


def frame_digest(count: int, *, link: str, code: str) -> str:
    """The whole text for somebody without mail: how many messages wait, where to read them, how to stop."""
    waits = "1 message waits" if count == 1 else f"{count} messages wait"
    return f"OWL Police {code}: {waits} for you. Read here: {link}\nTo end texts STOP"


def sample_link(public_url: str) -> str:
    """A feedback link exactly as long as every real one."""
    return f"{public_url}/r/{'x' * LINK_LENGTH}"
