"""Which links of a page are articles: the generic rule of crawler/sections.py beside shapes learned by outlet.

    python -m benchmarks.section_links

Outlets are the hosts of ../shared/corpora whose pages link enough. Nobody has labelled these links; what stands
in for the truth is their text: six words and more are a headline, one or two a list or a form. The shapes are
learned from four of five headlines, and asked for the fifth.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from urllib.parse import urljoin

from lxml import etree, html

from benchmarks.corpora import Sample, samples
from crawler.addressform import looks_like_article
from crawler.errors import AddressRefused
from crawler.shapes import fits, learned_shapes
from crawler.urls import canonical_url, host_of

HEADLINE, LABEL = 6, 2
"""Words of a headline at least, of a label at most."""
LEAST_HEADLINES, LEAST_LABELS = 20, 10


def main() -> None:
    """Print a row an outlet that taught something, and the sums."""
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for page in samples():
        collect(page, texts)
    if not texts:
        sys.exit("../shared/corpora is not here")
    print(f"{'outlet':32}{'articles':>9}{'generic':>9}{'learned':>9}{'lists':>8}{'generic':>9}{'learned':>9}")
    sums = [0] * 6
    rows = sorted(
        filter(None, (row(host, found) for host, found in texts.items())), key=lambda each: -each[1][0]
    )
    for host, counts in rows:
        print(f"{host:32}{counts[0]:9}{counts[1]:9}{counts[2]:9}{counts[3]:8}{counts[4]:9}{counts[5]:9}")
        sums = [total + count for total, count in zip(sums, counts, strict=True)]
    share = [sums[1] / sums[0], sums[2] / sums[0], sums[4] / sums[3], sums[5] / sums[3]]
    print(f"{len(rows)} outlets: articles taken {share[0]:.1%} generic, {share[1]:.1%} learned;", end=" ")
    print(f"lists taken {share[2]:.1%} generic, {share[3]:.1%} learned")


def row(host: str, texts: dict[str, str]) -> tuple[str, list[int]] | None:
    """Return for an outlet: articles, taken by the generic rule, by the learned; lists, taken by either."""
    headlines = sorted(url for url, text in texts.items() if len(text.split()) >= HEADLINE)
    labels = [url for url, text in texts.items() if 0 < len(text.split()) <= LABEL]
    if len(headlines) < LEAST_HEADLINES or len(labels) < LEAST_LABELS:
        return None
    shapes = learned_shapes(url for at, url in enumerate(headlines) if at % 5)
    if not shapes:
        return None
    tested = headlines[::5]
    return host, [
        len(tested),
        sum(map(looks_like_article, tested)),
        sum(fits(shapes, url) for url in tested),
        len(labels),
        sum(map(looks_like_article, labels)),
        sum(fits(shapes, url) for url in labels),
    ]


def collect(page: Sample, texts: dict[str, dict[str, str]]) -> None:
    """Add the links of a page to its own host, each with the longest text that was seen."""
    try:
        host, tree = _bare(page.url), html.fromstring(page.html)
    except (AddressRefused, etree.ParserError, ValueError):
        return
    for link in tree.iter("a"):
        try:
            url = canonical_url(urljoin(page.url, (link.get("href") or "").strip()))
            if _bare(url) != host:
                continue
        except (AddressRefused, ValueError):
            continue
        text = " ".join(link.text_content().split())
        texts[host][url] = max(text, texts[host].get(url, ""), key=len)


def _bare(url: str) -> str:
    return host_of(url).removeprefix("www.")


if __name__ == "__main__":
    main()
