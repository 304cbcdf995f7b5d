"""On which line each value of a TOML text stands."""

from __future__ import annotations

import tomllib
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.declarations.positions import positions

TEXT = '''a = 1
[x]
"q.r" = """a
b"""
c = [ # a comment with ] and "
 "1",
 {y = 1, z = [1,
 2]},
]
d.e = 5
[[o]]
k = 1979-05-27 07:32:00
[[o.s]]
v = 'a#]'
[[r]]
[[o]]
k = [[1, 2], [3]]
[[o.s]]
v = \'\'\'x\'\'\'\'\'
'''


def test_keys_elements_and_tables_have_their_lines() -> None:
    tomllib.loads(TEXT)
    lines = positions(TEXT)
    assert lines["x", "q.r"] == 3
    assert (lines["x", "c", 0], lines["x", "c", 1, "z", 1], lines["x", "d", "e"]) == (6, 8, 10)
    assert (lines["o", 0], lines["o", 0, "s", 0, "v"], lines["r", 0]) == (11, 14, 15)
    assert (lines["o", 1], lines["o", 1, "k", 1, 0], lines["o", 1, "s", 0, "v"]) == (16, 17, 19)


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return the path of everything in data."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(_paths(each, (*path, key)) for key, each in inner)) if inner else {path}


KEYS = st.text("abc .#[]=\"'é", min_size=1, max_size=4).filter(lambda key: '"' not in key and "\\" not in key)
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), st.text("ab\"'#[]{},=\n\\é", max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_is_valid_has_a_line_for_everything(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    parsed = tomllib.loads(text)
    assert _paths(parsed) - {()} <= set(positions(text))
