"""What is kept has bounds, and what can't be read counts for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from owl.web.caching import shelf as module
from owl.web.caching.shelf import Kept, Shelf


def kept(body: bytes = b"x", *, at: float = 1.0) -> Kept:
    return Kept((("Content-Type", "text/html"),), body, at, 10, 60, '"e"', "now")


def test_the_oldest_goes_where_there_is_no_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    monkeypatch.setattr(module, "MOST", 3)
    shelf = Shelf(tmp_path)
    for name in "abcd":
        shelf.put((name,), kept(b"xxxx"), in_folder=name != "d")
    assert [shelf.take((name,)) is not None for name in "abcd"] == [False, False, True, True]
    assert shelf.take_newest(("a",)) == kept(b"xxxx")  # from the folder
    shelf.drop(("a",))
    assert shelf.take_newest(("a",)) is None
    assert Shelf(tmp_path).take_newest(("d",)) is None


def test_a_fellow_s_newer_answer_is_taken_and_a_broken_file_is_not(tmp_path: Path) -> None:
    ours, theirs = Shelf(tmp_path), Shelf(tmp_path)
    ours.put(("a",), kept(at=1), in_folder=True)
    theirs.put(("a",), kept(b"newer", at=2), in_folder=True)
    assert ours.take(("a",)) == kept(at=1)
    assert ours.take_newest(("a",)) == kept(b"newer", at=2)
    [file] = tmp_path.iterdir()
    file.write_bytes(b'{"made_at": 3')
    assert Shelf(tmp_path).take_newest(("a",)) is None


def test_without_a_folder_that_can_be_written_memory_serves(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shelf = Shelf(tmp_path / "file" / "pages")
    shelf.put(("a",), kept(), in_folder=True)
    assert shelf.take(("a",)) == kept()
    shelf.note_change()
    assert shelf.changed_at() > 0
    nothing = Shelf(None)
    nothing.put(("a",), kept(), in_folder=True)
    assert nothing.take(("a",)) is None
