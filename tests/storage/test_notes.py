"""Kinds of notes are told to those who read them."""

from __future__ import annotations

import re
from pathlib import Path

import storage
from storage import breaks, completeness, notes, rules, storms, sums
from storage.writer import STORE_ERROR

FOLDER = Path(storage.__file__ or "").parent


def test_every_kind_of_note_is_told_in_the_module_and_in_the_schema() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py")))
    used = set(re.findall(r'(?:notes\.add\(\s*(?:self\.)?db,|\b_note\()\s*"(\w+)"', code))
    used |= {
        completeness.KIND,
        sums.KIND,
        STORE_ERROR,
        storms.BEGAN,
        storms.OVER,
        rules.BROKEN,
        rules.SOUND,
        *breaks.NOTES,
    }
    listed = re.findall(r"^ *(\w+(?:, \w+)*)  ", notes.__doc__ or "", re.MULTILINE)
    assert sorted(", ".join(listed).split(", ")) == sorted(used)
    schema = (FOLDER / "schema" / "head.md").read_text(encoding="utf-8")
    section = schema.partition("## Notes")[2].partition("\n## ")[0]
    assert [kind for kind in sorted(used) if f"`{kind}`" not in section] == []
