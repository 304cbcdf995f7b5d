"""The sample articles, read from articles/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

OUTLETS = ("presstv_sample", "northwire", "coastal_gazette", "sahand")
"""Names of the files, one an outlet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleArticle:
    """One article of the sample world as it stands in one act."""

    slug: str
    """Last part of the address, or all of its path where the outlet has no numbers."""
    title: str
    paragraphs: tuple[str, ...] = field(repr=False)
    published: datetime
    """Aware UTC, whole seconds."""
    act: int
    """1: there from the first pass on; 2: from the second."""
    id: str = ""
    """The outlet's number. Empty for outlets that have none."""
    section: str = ""
    byline: str = ""
    caption: str = ""
    also_as: tuple[str, ...] = ()
    """Further addresses under which the feed lists it."""
    copy_of: str = ""
    """Id of the article whose text it carries."""

    @property
    def summary(self) -> str:
        """Return the first sentence, as a feed would."""
        return self.paragraphs[0].split(". ")[0].rstrip(".") + "."


def load_articles(outlet: str, start: datetime, act: int) -> tuple[SampleArticle, ...]:
    """Return the articles that *outlet* (one of OUTLETS) shows in *act*, in the order of the file.

    *start* is the time of the first pass, aware UTC: publication times count from it.
    """
    rows = _rows(outlet)
    return tuple(_article(row, start, act) for row in rows if row["act"] <= act)


@cache
def _rows(outlet: str) -> list[dict[str, Any]]:
    text = resources.files(__package__).joinpath("articles", f"{outlet}.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["articles"])


def _article(row: Mapping[str, Any], start: datetime, act: int) -> SampleArticle:
    article = SampleArticle(
        slug=row["slug"],
        title=row["title"],
        paragraphs=_copied(row) if row.get("copy_of") else _paragraphs(row["text"]),
        published=(start + timedelta(minutes=row["minutes"])).replace(microsecond=0),
        act=row["act"],
        id=row.get("id", ""),
        section=row.get("section", ""),
        byline=row.get("byline", ""),
        caption=row.get("caption", ""),
        also_as=tuple(row.get("also_as", ())),
        copy_of=row.get("copy_of", ""),
    )
    edited = row.get("edited")
    if edited and act > row["act"]:
        article = replace(article, title=edited["title"], paragraphs=_paragraphs(edited["text"]))
    return article


def _copied(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the text of the article that *row* copies, between a head and a tail of its own."""
    source = next(other for other in _rows("presstv_sample") if other["id"] == row["copy_of"])
    return _paragraphs(row["head"]) + _paragraphs(source["text"]) + _paragraphs(row["tail"])


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))
