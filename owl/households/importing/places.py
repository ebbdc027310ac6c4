"""Where the homes of a list are: every postcode at hand, since a list asks for all of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput
from owl.geography.models import Postcode
from owl.geography.postcode_text import parse_postcode
from owl.geography.queries import Place, neighbourhoods, place_by_hand

CHOOSE = "We don’t know {} yet: it may be new. Check it, or name its neighbourhood in the column “neighbourhood”."


class Places:
    """Finds the place of a postcode, in any spelling, in a microsecond where it is written as usual."""

    def __init__(self, session: Session) -> None:
        self._session = session
        rows = neighbourhoods(session)
        self._neighbourhoods = {row.id: row for row in rows}
        self._by_name = {name.lower(): row.id for row in rows for name in (row.id, row.name)}
        asked = sa.select(Postcode.code, Postcode.ward_code, Postcode.neighbourhood_id)
        self._postcodes = {code: (ward, neighbourhood) for code, ward, neighbourhood in session.execute(asked)}
        self._by_hand: dict[tuple[str, str], Place] = {}

    def find(self, text: str, neighbourhood: str) -> Place:
        """The place; `neighbourhood` is the name or id that counts where the postcode is new, or nothing.

        Raises BadInput for the field `postcode` or `neighbourhood`.
        """
        code = text if text in self._postcodes else parse_postcode(text)
        if code in self._postcodes:
            ward_code, neighbourhood_id = self._postcodes[code]
            row = self._neighbourhoods[neighbourhood_id]
            return Place(code, ward_code, None, row.id, row.name, row.district_code, row.district_name)
        return self._new(code, neighbourhood)

    def _new(self, code: str, neighbourhood: str) -> Place:
        chosen = self._by_name.get(neighbourhood.lower(), "")
        if (code, chosen) not in self._by_hand:
            try:
                self._by_hand[code, chosen] = place_by_hand(self._session, code, chosen)
            except BadInput as error:
                if "neighbourhood" in error.fields:
                    raise BadInput({"postcode": CHOOSE.format(code)}) from None
                raise
        return self._by_hand[code, chosen]
