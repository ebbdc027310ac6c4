"""Which passwords are good enough: long, and none that others would try first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zxcvbn import zxcvbn

from owl.foundation.errors import BadInput

SHORTEST = 12  # OWASP ASVS 5.0, 6.2.1
LONGEST = 200  # well above the 64 that 6.2.9 asks for; keeps hashing cheap
LOOKED_AT = 72  # zxcvbn's own limit; what is longer is not common
STRONG = 3  # of 4: more than 10**8 guesses
OWN_LETTERS = 4  # beyond the words that others know of the owner and of us
COMMON_HERE = (
    "owl",
    "police",
    "constabulary",
    "hertfordshire",
    "herts",
    "officer",
    "sergeant",
    "online",
    "watch",
    "link",
)


def check_new_password(password: str, *, about: Sequence[str] = ()) -> None:
    """Refuse a password that is short or easily guessed; there are no rules on its characters.

    `about` holds words that others know of its owner: name, email address.
    Raises BadInput with the sentence for the field "password".
    """
    if len(password) < SHORTEST:
        raise BadInput({"password": f"Password must be {SHORTEST} characters or more. Three random words are good."})
    if len(password) > LONGEST:
        raise BadInput({"password": f"Password must be {LONGEST} characters or fewer."})
    known = [word for words in (*COMMON_HERE, *about) for word in re.findall(r"\w{3,}", words.lower())]
    common = zxcvbn(password[:LOOKED_AT], user_inputs=known)["score"] < STRONG
    if common or _letters_beyond(password.lower(), known) < OWN_LETTERS:
        raise BadInput({"password": "That password is easy to guess. Choose another; three random words are good."})


def _letters_beyond(password: str, known: list[str]) -> int:
    """How many letters are left of the password without the words that others know."""
    for word in sorted(known, key=len, reverse=True):
        password = password.replace(word, " ")
    return sum(map(str.isalpha, password))
