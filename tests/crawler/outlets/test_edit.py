"""Switching an outlet on and off in the text of a config."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crawler.declarations.document import read_document
from crawler.errors import UsageError
from crawler.outlets.edit import with_declarations, with_enabled, with_outlet

TEXT = """# mine
[[outlets]] # first
use = "a"  # from the catalogue

[[rules]]
id = "r"
  [[outlets]]
  id = "b"
  enabled = true # for now
  hosts = [
    "enabled", # not a key
  ]
"""


def switched(tmp_path: Path, text: str, outlet_id: str, enabled: bool) -> str:
    path = tmp_path / "newshawk.toml"
    path.write_bytes(text.encode())
    return with_enabled(text, read_document(path), outlet_id, enabled=enabled)


def test_only_the_one_line_changes(tmp_path: Path) -> None:
    assert switched(tmp_path, TEXT, "b", False) == TEXT.replace("enabled = true #", "enabled = false #")
    assert switched(tmp_path, TEXT, "a", False) == TEXT.replace("# first\n", "# first\nenabled = false\n")


def test_what_is_so_already_stays(tmp_path: Path) -> None:
    assert switched(tmp_path, TEXT, "a", True) == TEXT
    assert switched(tmp_path, TEXT, "b", True) == TEXT


def test_off_and_on_again_watches_it(tmp_path: Path) -> None:
    text = switched(tmp_path, switched(tmp_path, TEXT, "a", False), "a", True)
    assert [outlet.get("enabled") for outlet in tomllib.loads(text)["outlets"]] == [True, True]


def test_windows_line_ends_are_kept(tmp_path: Path) -> None:
    text = TEXT.replace("\n", "\r\n")
    assert switched(tmp_path, text, "a", False).count("\r\n") == text.count("\r\n") + 1


def test_an_outlet_at_the_end_of_a_file_without_a_line_end(tmp_path: Path) -> None:
    assert tomllib.loads(with_outlet('[[outlets]]\nuse = "a"', "b"))["outlets"] == [
        {"use": "a"},
        {"use": "b"},
    ]


def test_an_outlet_written_in_one_line_is_left_to_its_owner(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r":1: .* by hand"):
        switched(tmp_path, 'outlets = [{ use = "a" }]\n', "a", False)


def test_an_outlet_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='no outlet "c"'):
        switched(tmp_path, TEXT, "c", False)


def test_tables_are_put_at_the_end_in_the_line_ends_of_the_file() -> None:
    assert with_declarations("x = 1", ["[[outlets]]\nid = 'a'\n"]) == "x = 1\n\n[[outlets]]\nid = 'a'\n"
    written = with_declarations("x = 1\r\n", ["[[outlets]]\nid = 'a'\n", "[[outlets]]\nid = 'b'\n"])
    assert written == "x = 1\r\n\r\n[[outlets]]\r\nid = 'a'\r\n\r\n[[outlets]]\r\nid = 'b'\r\n"
