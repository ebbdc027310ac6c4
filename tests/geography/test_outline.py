from __future__ import annotations

import re

from sqlalchemy.orm import Session

from owl.geography.maps import MARK, draw_map
from owl.geography.outline import frame
from owl.geography.queries import boundary_of

SQUARE = {"type": "Polygon", "coordinates": [[[0, 51], [1, 51], [1, 52], [0, 52], [0, 51]]]}


def test_a_square_degree_here_is_taller_than_wide() -> None:
    around = frame(SQUARE, width=100)
    assert (around.width, around.height) == (100, 161)
    assert around.path(SQUARE).startswith("M0.0 160.6L100.0 160.6L100.0 0.0L0.0 0.0L")


def test_a_neighbourhood_lies_within_the_frame_of_its_district(session: Session) -> None:
    own, district = boundary_of(session, "hitchin-urban")
    assert own is not None
    assert district is not None
    around = frame(district, width=400)
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", around.path(own))]
    assert min(numbers) > -1
    assert max(numbers[::2]) < around.width + 1
    assert max(numbers[1::2]) < around.height + 1


def test_every_neighbourhood_is_on_the_map_and_no_number_covers_another(session: Session) -> None:
    for drawn, count in ((draw_map(session), 33), (draw_map(session, "E07000099"), 4)):
        assert drawn is not None
        assert len(drawn.areas) == count
        for place, (number, x, y) in enumerate(drawn.numbers):
            for other, other_x, other_y in drawn.numbers[:place]:
                assert abs(x - other_x) >= MARK or abs(y - other_y) >= MARK, (number, other)
