"""The pages of ../shared/corpora as a local web: outlets by host, a feed each, and what the crawl made of them."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One page with gold text."""

    corpus: str
    id: str
    url: str
    """With scheme http: the local web speaks no TLS."""
    html: bytes


def samples() -> Iterator[Sample]:
    """Yield every page of the corpora; none when they are absent."""
    for gold in sorted(CORPORA.glob("*/gold.jsonl")):
        for line in gold.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            html = gzip.decompress((gold.parent / "html" / f"{row['id']}.html.gz").read_bytes())
            parts = urlsplit(row["url"].strip())
            url = parts._replace(scheme="http", fragment="", path=parts.path or "/").geturl()
            yield Sample(corpus=gold.parent.name, id=row["id"], url=url, html=html)


def by_host(pages: list[Sample]) -> dict[str, list[Sample]]:
    """Return the pages of each host."""
    hosts: dict[str, list[Sample]] = defaultdict(list)
    for page in pages:
        hosts[urlsplit(page.url).netloc.lower()].append(page)
    return dict(hosts)


def feed(host: str, urls: list[str]) -> bytes:
    """Return an RSS feed of *urls*, without titles or dates."""
    items = "".join(f"<item><link>{escape(url)}</link></item>" for url in urls)
    return f'<rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()
