"""Whether what was extracted is an article at all. Length alone never refuses a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler.extract.blocks import Element, lines_of, text_of
from crawler.extract.characters import folded
from crawler.items import Article, Page

if TYPE_CHECKING:
    from crawler.extract.head import Head

_FEW_LINES = 8
"""A text of more lines is not a wall or a challenge."""
_FEW_WORDS = 160
_WALLS = (
    (
        "javascript",
        r"(?:please )?enable (?:java ?script|js)\b|java ?script (?:is|must be|seems to be|has been)? ?(?:disabled|required|enabled|not (?:enabled|available|supported))"
        r"|(?:bitte )?aktivieren sie java ?script|(?:veuillez )?activer java ?script|requires? java ?script|turn on java ?script|включите java ?script",
    ),
    (
        "challenge",
        r"just a moment\b|checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you are (?:a )?human|attention required|"
        r"are you a robot|complete the (?:captcha|security check)|unusual traffic|ddos protection by|access denied|request blocked|ray id",
    ),
    (
        "consent",
        r"before you continue to|(?:we|we and our (?:\d+ )?partners) (?:use|store) (?:cookies|and/or access)|we value your privacy|manage (?:cookie|privacy) (?:settings|preferences)|"
        r"accept (?:all )?cookies|your privacy choices|consent to the use of cookies|wir benötigen ihre (?:zustimmung|einwilligung)|nous utilisons des cookies",
    ),
    (
        "login",
        r"(?:please )?(?:log|sign) ?in to (?:continue|read|your account|view)|you must be logged in|forgot(?:ten)? (?:your )?password|create an account to (?:continue|read)",
    ),
)  # fmt: skip
_WALL_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _WALLS)


def page_verdict(
    tree: Element,
    head: Head,
    lines: Sequence[str],
    *,
    title: str,
    has_date: bool,
    is_stated_article: bool,
    rails: Sequence[Element] = (),
) -> str:
    """Return '' for an article, else the kind of page: empty, list, consent, login, javascript, challenge.

    *tree* is the pruned tree, *rails* what was pruned as lists and cards of links, *is_stated_article* what JSON-LD
    or og:type say. A wall is believed only
    when it is nearly all there is: an article about cookies is an article.
    """
    if not lines:
        return "empty" if not _wall([title]) else _wall([title])
    wall = _wall([title, *lines]) if _is_thin(lines) and not (is_stated_article and has_date) else ""
    if wall:
        return wall
    return "list" if not (has_date or is_stated_article) and is_list(tree, head, title, rails) else ""


def _is_thin(lines: Sequence[str]) -> bool:
    return len(lines) <= _FEW_LINES and sum(len(line.split()) for line in lines) <= _FEW_WORDS


def _wall(lines: Sequence[str]) -> str:
    """Return the kind of wall whose words fill at least half of the text."""
    lines = [line for line in lines if line]
    for kind, pattern in _WALL_PATTERNS:
        hits = [line for line in lines if pattern.search(line) and len(line.split()) <= 60]
        if hits and sum(map(len, hits)) * 2 >= sum(map(len, lines)):
            return kind
    return ""


_MANY_LINKS = 15
_HEADLINE_WORDS = 4
_RUN = 250
"""Characters of paragraphs in sequence, no headline link between them, that make a text."""


def is_list(tree: Element, head: Head, title: str, rails: Sequence[Element] = ()) -> bool:
    """Return True when the page is mostly links that read like headlines: a front or section page.

    Never when it states that it is an article, prints a headline of its own that is no link, or has a run
    of paragraphs: teasers alternate with links, a text does not.
    """
    linked = set[str]().union(*map(_headline_links, (tree, *rails)))
    if len(linked) < _MANY_LINKS or head.first("og:type").lower() in ("article", "news", "video.other"):
        return False
    if any(
        _is_headline(text_of(h1), title) and not h1.xpath(".//a[@href] | ancestor::a")
        for h1 in tree.iter("h1")
    ):
        return False
    longest = run = 0
    for line in lines_of(tree):
        run = 0 if folded(line.text) in linked else run + (len(line.text) if len(line.text) >= 60 else 0)
        longest = max(longest, run)
    return longest < _RUN


def _is_headline(text: str, title: str) -> bool:
    return len(text.split()) >= _HEADLINE_WORDS and folded(text) == folded(title)


def _headline_links(tree: Element) -> set[str]:
    """Return the folded texts of links of several words."""
    texts = {folded(text_of(link)) for link in tree.iter("a") if link.get("href")}
    return {text for text in texts if len(text.split()) >= _HEADLINE_WORDS or len(text) >= 25}


def refusal(article: Article, page: Page) -> str:
    """Return '' for an article, else the ledger's word for why this page is none.

    A single line that nobody gave a title or a date is a server's remark.
    """
    if article.kind:
        return article.kind
    if not article.body.strip():
        return "empty"
    has_name = article.title or page.link.title or article.published.at is not None
    return "" if has_name or "\n" in article.body else "empty"
