"""Whether what was extracted is an article at all. Length alone never refuses a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler.extract.blocks import Element, lines_of, text_of
from crawler.extract.characters import folded
from crawler.items import Article, LinkState, Page, Refusal

if TYPE_CHECKING:
    from crawler.extract.head import Head

IN_PLACE = frozenset({"challenge", "consent", "login", "paywall", "javascript"})
"""Kinds of page that stand in the place of an article which may be there another time."""
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
        r"^just a moment\W*$|checking (?:if the site connection is secure|your browser before)|verify(?:ing)? (?:that )?you are (?:a )?human|^attention required|"
        r"^are you a robot|complete the (?:captcha|security check)|detected unusual traffic|ddos protection by|^access denied\W*$|you don.t have permission to access"
        r"|^request blocked|ray id",
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
) -> tuple[str, str]:
    """Return ('', '') for an article, else the kind of page (empty, list, consent, login, javascript, challenge)
    and what it was known by.

    *tree* is the pruned tree, *rails* what was pruned as lists and cards of links, *is_stated_article* what JSON-LD
    or og:type say. A wall is believed only
    when it is nearly all there is: an article about cookies is an article.
    """
    if not lines:
        kind, line = _wall([title])
        return (kind, line) if kind else ("empty", "no text")
    if _is_thin(lines) and not (is_stated_article and has_date):
        kind, line = _wall([rest for line in lines if (rest := _below(title, line))] or [title])
        if kind:
            return kind, line
    if not (has_date or is_stated_article) and is_list(tree, head, title, rails):
        return (
            "list",
            f"{len(_headline_links(tree, *rails))} links that read like headlines, and no text between them",
        )
    return "", ""


def _below(title: str, line: str) -> str:
    """Return a line less the title, with which bare pages run together: a title may be about walls."""
    return line[len(title) :].strip() if title and line.lower().startswith(title.lower()) else line


def _is_thin(lines: Sequence[str]) -> bool:
    return len(lines) <= _FEW_LINES and sum(len(line.split()) for line in lines) <= _FEW_WORDS


def _wall(lines: Sequence[str]) -> tuple[str, str]:
    """Return the kind of wall whose words fill at least half of the text, and a line of it; else two empty ones."""
    lines = [line for line in lines if line]
    for kind, pattern in _WALL_PATTERNS:
        hits = [line for line in lines if len(line.split()) <= 60 and _is_said(pattern, line)]
        if hits and sum(map(len, hits)) * 2 >= sum(map(len, lines)):
            return kind, hits[0][:120]
    return "", ""


def _is_said(pattern: re.Pattern[str], line: str) -> bool:
    """Return whether the words stand in the line, and not as a quotation."""
    found = pattern.search(line)
    return found is not None and not _QUOTE.search(line[max(0, found.start() - 3) : found.start()])


_QUOTE = re.compile(r"[\"“”„«»‘']")
_MANY_LINKS = 15
_HEADLINE_WORDS = 4
_RUN = 250
"""Characters of paragraphs in sequence, no headline link between them, that make a text."""


def is_list(tree: Element, head: Head, title: str, rails: Sequence[Element] = ()) -> bool:
    """Return True when the page is mostly links that read like headlines: a front or section page.

    Never when it states that it is an article, prints a headline of its own that is no link, or has a run
    of paragraphs: teasers alternate with links, a text does not.
    """
    linked = _headline_links(tree, *rails)
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


def _headline_links(*trees: Element) -> set[str]:
    """Return the folded texts of links of several words."""
    texts = {folded(text_of(link)) for tree in trees for link in tree.iter("a") if link.get("href")}
    return {text for text in texts if len(text.split()) >= _HEADLINE_WORDS or len(text) >= 25}


def refusal(article: Article, page: Page) -> Refusal | None:
    """Return None for an article, else the refusal that says why this page is none.

    A single line that nobody gave a title or a date is a server's remark. What stands in the place of an article
    (a wall, a bot check, a stub) is asked for again later; what is no article is settled.
    """
    if article.kind:
        kind, evidence = article.kind, article.evidence or "no text"
    elif not article.body.strip():
        kind, evidence = "empty", "no text"
    elif article.title or page.link.title or article.published.at is not None or "\n" in article.body:
        return None
    else:
        kind, evidence = "empty", "a single line without title or date"
    state = LinkState.FAILED if kind in IN_PLACE else LinkState.SKIPPED
    return Refusal(
        page=page,
        state=state,
        reason=kind,
        retry=kind in IN_PLACE,
        evidence=evidence,
        signals=article.signals,
    )
