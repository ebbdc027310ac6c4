"""Files as people and spreadsheets write them are read row by row, whatever is broken in between."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owl.foundation.errors import BadInput
from owl.households.importing.records import MISQUOTED, NUL, TOO_LONG, UNCLOSED, Record, Records


def read(content: bytes) -> list[Record]:
    return list(Records(lambda: io.BytesIO(content)))


def cells(content: bytes) -> list[list[str]]:
    return [record.cells for record in read(content)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_every_usual_encoding_gives_the_same_letters(encoding: str) -> None:
    assert cells("name\r\nZoë Müller\r\n".encode(encoding)) == [["name"], ["Zoë Müller"]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_of_the_header(separator: str) -> None:
    assert cells(f"a{separator}b\nx{separator}1.5\n".encode()) == [["a", "b"], ["x", "1.5"]]
    told = read(f"sep={separator}\r\na,{separator};b\r\n".encode())  # as Excel is told
    assert [(row.row_no, len(row.cells)) for row in told] == [(2, 3 if separator != "\t" else 2)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way_and_the_last_one_need_not(end: str) -> None:
    assert [(row.row_no, row.cells) for row in read(f"a,b{end}{end},{end}1,2".encode())] == [
        (1, ["a", "b"]),
        (4, ["1", "2"]),
    ]


def test_a_quoted_cell_may_hold_separators_marks_and_line_breaks() -> None:
    assert cells(b'a,b\n"1, ""two""\n3",4\n5,6\n') == [["a", "b"], ['1, "two"\n3', "4"], ["5", "6"]]


def test_a_mark_that_is_never_closed_spoils_its_own_line_alone() -> None:
    found = read(b'a,b\n"1,2\n3,4\n' + b"5,6\n" * 30)
    assert (found[1].row_no, found[1].fault, found[1].cells) == (2, UNCLOSED, ['"1,2'])
    assert [row.row_no for row in found] == list(range(1, 34))
    assert found[2].cells == ["3", "4"]


def test_a_mark_in_the_middle_and_a_nul_are_told() -> None:
    found = read(b'a,b\n"1"2,3\n4\0,5\n6,7\n')
    assert [row.fault for row in found] == [None, MISQUOTED, NUL, None]


def test_a_line_of_ten_megabytes_is_refused_and_never_held() -> None:
    content = b"a,b\n" + b"x" * 10_000_000 + b"\n1,2\n"
    tracemalloc.start()
    try:
        found = read(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [(row.row_no, row.fault) for row in found] == [(1, None), (2, TOO_LONG), (3, None)]
    assert len(found[1].cells[0]) == 200
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 and so on", "spreadsheet"),
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n\x81\x8d\n", "can’t read the letters"),
    ],
)
def test_what_is_no_list_at_all_is_refused_as_a_whole(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(content)


@settings(max_examples=100)
@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=4)))
def test_what_a_spreadsheet_writes_is_read_as_it_was(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["a", "b"], *rows])
    found = read(file.getvalue().encode())
    assert [row.cells for row in found if not row.fault][1:] == [row for row in rows if sum(map(_lines, row)) < 20]


def _lines(cell: str) -> int:
    return len(io.StringIO(cell, newline="").readlines())


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_no_bytes_break_it(content: bytes) -> None:
    try:
        found = read(content)
    except BadInput:
        return
    assert all(row.cells or row.fault for row in found)
