"""What every row begins with: the moment, the password, a number that no other row has."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)  # a Sunday
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)  # for pages, which ask the clock
GREY = bytes.fromhex("ffd8ffd9")  # the shortest JPEG: nobody looks at it
PASSWORD = "orchard kettle drum"  # of every user
numbers = itertools.count(1)
