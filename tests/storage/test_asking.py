"""What a query means to ``serve`` while its config changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.config import Config, load_config
from storage import asking


def loading(path: Path, later: str) -> Callable[[Path], Config]:
    """Return what reads a config and then writes *later* to *path*: a file that changes while it is read."""

    def load_and_write(given: Path) -> Config:
        config = load_config(given)
        path.write_text(later)
        return config

    return load_and_write


def test_a_config_that_is_written_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "newshawk.toml"
    path.write_text('[queries]\nfire = "fire"\n')
    monkeypatch.setenv(asking.CONFIG, str(path))

    with monkeypatch.context() as during:
        during.setattr(asking, "load_config", loading(path, '[queries]\nfire = "fire"\nflood = "flood"\n'))
        assert asking.what_is_wrong("@fire") == ""
    assert asking.what_is_wrong("@flood") == ""


def test_a_synonym_file_that_is_written_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, names = tmp_path / "newshawk.toml", tmp_path / "names.txt"
    path.write_text('[synonyms]\nfiles = ["names.txt"]\n')
    names.write_text("Khamenei, Khamenai\n")
    monkeypatch.setenv(asking.CONFIG, str(path))

    for _ in range(2):  # as it is first read, and as it is read again
        with monkeypatch.context() as during:
            during.setattr(asking, "load_config", loading(names, "Khamenei, Khamenai, Chamenei\n"))
            assert "chamenei" not in asking.query_of("Khamenei").expanded.lower()
        assert "chamenei" in asking.query_of("Khamenei").expanded.lower()
        assert "chamenei" in asking.query_of("Khamenei").expanded.lower()
        names.write_text("Khamenei, Khamenai\n")
