"""A digest for one reader after another: who gets the same messages from the same team shares a frame."""

from __future__ import annotations

from collections.abc import Mapping

from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.digests.contents import Item, contents_of
from owl.delivery.mail_frame import Letter, MailFrame, mail_frame
from owl.delivery.rendering import Renderer
from owl.foundation.languages import speaking
from owl.households.choices import Kind, Rhythm
from owl.households.reading import Reading
from owl.messages.models import Message
from owl.messages.sms_frame import frame_digest


class DigestRenderer(Renderer):
    """Renders one digest. Its deliveries are numbered so that those who read the same follow one another."""

    def __init__(self, message: Message, *, items: Mapping[int, Item], rhythm: Rhythm) -> None:
        super().__init__(message, sender="")
        self._items, self._rhythm = items, rhythm
        self._last: tuple[SendingTeam, tuple[int, ...], Reading] | None = None

    def frame_for(self, recipient: Recipient) -> MailFrame:
        """What the recipient reads: all that this delivery carries."""
        wanted = (recipient.team, recipient.carries, recipient.reading)
        if wanted != self._last:
            language = recipient.reading.language
            items = [self._items[message_id].read_in(language) for message_id in recipient.carries]
            contents = contents_of(items, self._rhythm)
            with speaking(language):
                title = contents.title
            letter = Letter(
                self.message_id, self.code, Kind.DIGEST, is_urgent=False, title=title, body="", sender="",
                team=recipient.team, senders=self.senders, contents=contents, reading=recipient.reading,
            )  # fmt: skip
            self._last, self._frame = wanted, mail_frame(letter)
        return self._frame

    def text_for(self, recipient: Recipient, link: str) -> str:
        """How many messages wait, and where to read them."""
        with speaking(recipient.reading.language):
            return frame_digest(len(recipient.carries), link=link, code=self.code)
