"""The table that is written is TOML whatever the site put into its names."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crawler.finding.declaration import bare_declaration, comment, declaration, pattern, text
from crawler.finding.found import Found, FoundSource, LeftOut
from crawler.finding.numbering import Numbering
from crawler.items import SourceKind

AT = datetime(2026, 11, 23, tzinfo=UTC)
ODD = st.text(st.characters(), max_size=60)


def feed(url: str) -> FoundSource:
    """Return a feed at *url*."""
    return FoundSource(url=url, kind=SourceKind.FEED, form="rss", way="head", entries=3, own=3)


@given(ODD)
def test_any_text_is_a_string_of_one_line(value: str) -> None:
    written = text(value)
    assert "\n" not in written
    assert tomllib.loads(f"x = {written}")["x"] == value.encode("utf-8", "replace").decode()


@given(ODD)
def test_any_text_is_a_comment_of_one_line(value: str) -> None:
    assert tomllib.loads(f"{comment(value)}\nx = 1") == {"x": 1}


@given(ODD)
def test_a_pattern_is_read_as_it_is(value: str) -> None:
    clean = value.encode("utf-8", "replace").decode()
    assert tomllib.loads(f"x = {pattern(clean)}")["x"] == clean


@given(ODD, ODD, ODD)
def test_a_table_holds_what_was_found_and_nothing_else(name: str, url: str, why: str) -> None:
    found = Found(
        given=url,
        hosts=("a.example",),
        feeds=(feed(url),),
        sections=(feed(url),),
        numbering=Numbering(pattern=r"/(\d+)/", matched=9, of=10),
        left_out=(LeftOut(url=url, why=why),),
        editions=((name[:5], url),),
        notes=(why,),
    )
    clean = [value.encode("utf-8", "replace").decode() for value in (name, url)]
    (table,) = tomllib.loads(declaration(found, "an-id", name, AT))["outlets"]
    assert table == {
        "id": "an-id",
        "name": clean[0],
        "hosts": ["a.example"],
        "feeds": [clean[1]],
        "article_id": r"/(\d+)/",
    }
    (bare,) = tomllib.loads(bare_declaration("an-id", name, ["a.example"], [(url, why)], [why]))["outlets"]
    assert (bare["name"], bare["feeds"]) == (clean[0], [clean[1]])


def test_sections_that_are_polled_are_declared() -> None:
    found = Found(
        given="x", hosts=("a.example",), sections=(feed("https://a.example/w"),), are_sections_polled=True
    )
    assert tomllib.loads(declaration(found, "a", "A", AT))["outlets"][0]["sections"] == [
        "https://a.example/w"
    ]
