"""Extractors to be scored: each a callable from a page's bytes and address to its title, body, date and authors.

    python ../shared/tools/score_extraction.py --call benchmarks.extractors:newshawk

newshawk runs without any outlet's rules. The others are asked as their own documentation shows it. Each imports what
it needs when it is called first, so that those of other environments (`benchmarks.extraction`) can be called from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2027, 1, 1, tzinfo=UTC)
"""The clock of the run: after every page of the corpora."""

Told = dict[str, Any]


def newshawk(html: bytes, url: str) -> Told:
    """Return what newshawk makes of a page without any outlet's rules."""
    from crawler.clean import clean_draft
    from crawler.extract.page import extract_page

    draft = extract_page(html, url=url, content_type="", outlet=None, now=NOW)
    lines, _ = clean_draft(draft, None)
    return {
        "title": draft.title,
        "body": "\n".join(lines),
        "date": (draft.published.local or "")[:10],
        "authors": list(draft.byline),
    }


def trafilatura_default(html: bytes, url: str) -> Told:
    """Return what trafilatura makes of a page with its own defaults and metadata."""
    return _trafilatura(html, url)


def trafilatura_precision(html: bytes, url: str) -> Told:
    """Return what trafilatura makes of a page when it is asked for less text, but sure."""
    return _trafilatura(html, url, favor_precision=True)


def _trafilatura(html: bytes, url: str, **options: bool) -> Told:
    import trafilatura

    found: Any = trafilatura.bare_extraction(
        html, url=url or None, with_metadata=True, include_comments=False, **options
    )
    if found is None:
        return {}
    return {
        "title": found.title or "",
        "body": found.text or "",
        "date": found.date or "",
        "authors": (found.author or "").split("; "),
    }


def newspaper4k(html: bytes, url: str) -> Told:
    """Return what newspaper4k makes of a page."""
    import newspaper

    article = newspaper.Article(url or "http://page.example/", fetch_images=False)
    article.download(input_html=html)
    article.parse()
    return {
        "title": article.title or "",
        "body": article.text or "",
        "date": str(article.publish_date or "")[:10],
        "authors": list(article.authors),
    }


_BLOCKS = "address article blockquote dd div dl dt figcaption h1 h2 h3 h4 h5 h6 li ol p pre section table td th tr ul"


def readability(html: bytes, url: str) -> Told:
    """Return what readability-lxml makes of a page: it gives a tree, of which each block becomes a line, and a title."""
    from readability import Document  # type: ignore[import-not-found,unused-ignore]

    document = Document(html, url=url or None)
    from lxml import html as parser

    tree = parser.fromstring(document.summary())
    lines = (" ".join(line.split()) for line in "".join(_text(tree)).split("\n"))
    return {"title": document.short_title() or "", "body": "\n".join(line for line in lines if line)}


def _text(tree: Any) -> Iterator[str]:
    """Yield the text of a tree, each block on lines of its own."""
    blocks = frozenset(_BLOCKS.split())
    for event, element in _walk(tree):
        if element.tag in blocks or element.tag == "br":
            yield "\n"
        yield ((element.text if event == "start" else element.tail) or "").replace("\n", " ")


def _walk(tree: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    yield from etree.iterwalk(tree, events=("start", "end"))
