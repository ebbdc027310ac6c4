"""What texts cost in a day of London, and the ceiling at which they wait for the next day or for a person.

Counted in segments, as Twilio bills them, at the price of the settings: the true price comes a day later.
"""

from __future__ import annotations
