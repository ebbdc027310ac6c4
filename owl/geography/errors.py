"""What can be wrong with a postcode that somebody typed, or with a set of geography to be loaded."""

from __future__ import annotations

from collections.abc import Sequence

from owl.foundation.errors import BadInput, OwlError
from owl.foundation.languages import gettext

MOST_SHOWN = 50  # faults; a broken column would otherwise list thousands


class NotAPostcode(BadInput):
    """The text can't be a United Kingdom postcode."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"postcode": sentence})


class OutsideHertfordshire(BadInput):
    """A postcode that another force looks after."""

    def __init__(self, postcode: str) -> None:
        self.postcode = postcode
        super().__init__(
            {
                "postcode": gettext(
                    "%(postcode)s is outside Hertfordshire, so it has no team here. Check what you typed.",
                    postcode=postcode,
                )
            }
        )


class UnknownPostcode(BadInput):
    """A postcode among ours that isn't in our list: most likely new."""

    def __init__(self, postcode: str) -> None:
        self.postcode = postcode
        super().__init__(
            {
                "postcode": gettext(
                    "We don’t know %(postcode)s yet: it may be new."
                    " Check what you typed, or choose your neighbourhood from a list.",
                    postcode=postcode,
                )
            }
        )


class BrokenGeography(OwlError):
    """The set can't be loaded; `faults` says all that is wrong, and nothing was changed."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        shown = list(faults[:MOST_SHOWN])
        if len(faults) > MOST_SHOWN:
            shown.append(f"… and {len(faults) - MOST_SHOWN:,} more")
        super().__init__("The geography was not loaded, and nothing was changed:\n" + "\n".join(shown))
