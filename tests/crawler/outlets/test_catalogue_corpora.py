"""The catalogue's rules on real pages: no text is lost by them, and more of what is no text is gone."""

from __future__ import annotations

import gzip
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.clean import clean_draft
from crawler.extract.page import extract_page
from crawler.identity import ownership
from crawler.items import Outlet
from crawler.outlets.load import catalogue
from crawler.urls import host_of

SHARED = Path(__file__).parents[4] / "shared"
CORPORA, SCORER = SHARED / "corpora", SHARED / "tools" / "score_extraction.py"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FLOOR = 0.99
"""Mean F1 over the pages, each with its outlet's rules; 0.994 when the rules were written, 0.982 without them."""

pytestmark = pytest.mark.skipif(
    not SCORER.is_file(), reason="the corpora are in ../shared, which is not here"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """A real page of an outlet of the catalogue, with its text as people wrote it down."""

    corpus: str
    outlet: Outlet
    row: dict[str, Any]
    body: bytes


@cache
def scorer() -> Any:
    """Return the corpora's own scorer as a module."""
    spec = importlib.util.spec_from_file_location("score_extraction", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def owner(url: str) -> Outlet | None:
    """Return the outlet of the catalogue whose host the address has."""
    if not url.startswith("http"):
        return None
    host = host_of(url)
    return next((each for each in catalogue().values() if ownership(each, host)), None)


def pages() -> Iterator[Real]:
    """Yield the pages of catalogue outlets that have a text to compare with."""
    for gold in sorted(CORPORA.glob("*/gold.jsonl")):
        for line in gold.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            path = gold.parent / "html" / f"{row['id']}.html.gz"
            outlet = owner(row.get("url") or "")
            if outlet and path.is_file() and (row.get("body") or row.get("paragraphs")):
                yield Real(
                    corpus=gold.parent.name, outlet=outlet, row=row, body=gzip.decompress(path.read_bytes())
                )


def f1(page: Real, outlet: Outlet | None) -> float:
    """Return F1 over shingles of four words of the text that is read with the rules of *outlet*."""
    draft = extract_page(page.body, url=page.row["url"], outlet=outlet, now=NOW)
    text = "\n".join(clean_draft(draft, outlet)[0])
    body = page.row.get("body") or "\n\n".join(page.row["paragraphs"])
    wanted = scorer().gold_body({**page.row, "body": body}, text)
    shingles = scorer().shingle(wanted, text, page.corpus == "aeb")
    return float(scorer().f1(*scorer().pr(shingles)))


def test_rules_lose_nothing_of_real_pages_and_their_mean_is_above_the_floor() -> None:
    found = [
        (f"{page.outlet.id} {page.row['url']}", f1(page, page.outlet), f1(page, None)) for page in pages()
    ]
    assert len(found) >= 15
    assert [(name, ruled, plain) for name, ruled, plain in found if ruled < plain - 1e-9] == []
    assert sum(ruled for _, ruled, _ in found) / len(found) >= FLOOR
