"""Callables for ``../shared/tools/score_extraction.py``: newshawk's extraction beside plain trafilatura.

python ../shared/tools/score_extraction.py --call benchmarks.text:newshawk
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import trafilatura

NOW = datetime(2027, 1, 1, tzinfo=UTC)
"""The clock of the run: after every page of the corpora."""


def newshawk(html: bytes, url: str) -> dict[str, Any]:
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


def trafilatura_default(html: bytes, url: str) -> dict[str, Any]:
    """Return what trafilatura makes of a page with its own defaults and metadata."""
    found: Any = trafilatura.bare_extraction(
        html, url=url or None, with_metadata=True, include_comments=False
    )
    if found is None:
        return {}
    return {
        "title": found.title or "",
        "body": found.text or "",
        "date": found.date or "",
        "authors": (found.author or "").split("; "),
    }
