"""One text for many addresses: a block page or a soft 404 that nothing else gives away.

A page that says in no way that it is the article that was asked for (no date, no author, no mark of an article, no
word of its title in the link) and is short is held back until the run ends. When its host gives the same text for a
third key, all of them are refused, and the text is remembered. Copies of a bulletin say when they were published and
what they are, so they are not held; length alone refuses nothing.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field

from crawler.items import Article, LinkState, Refusal, TimeSource
from crawler.pagetext import calls_itself_article
from crawler.query.fold import fold_tokens
from crawler.urls import path_and_query

SAME_TEXT = "same_text"
"""The ledger's word; the link is asked for again, of other hosts first."""
ENOUGH = 3
"""Keys for which one host gives one text."""
SHORT = 1500
"""Characters of text; block pages have fewer."""
MOST_HELD = 20
"""Pages held back in one run; the oldest goes on when there are more."""
REMEMBERED = 1000
_WORD = re.compile(r"\w{4,}")


@dataclass(slots=True)
class KnownTexts:
    """Texts that hosts gave for many addresses, of the whole process."""

    _texts: OrderedDict[tuple[str, str], None] = field(default_factory=OrderedDict)

    def add(self, host: str, text_sha256: str) -> None:
        """Remember a text, the latest ones if there are many."""
        self._texts[host, text_sha256] = None
        while len(self._texts) > REMEMBERED:
            self._texts.popitem(last=False)

    def __contains__(self, text: tuple[str, str]) -> bool:
        return text in self._texts


class Sameness:
    """The pages of one run that are held back."""

    def __init__(self, known: KnownTexts) -> None:
        self._known = known
        self._held: list[Article] = []

    def sift(self, item: Article | Refusal) -> list[Article | Refusal]:
        """Return what is to be written now: *item*, nothing while it is held, or the refusals of all that had
        its text."""
        if isinstance(item, Refusal) or not is_suspicious(item):
            return [item]
        text = _text(item)
        if text in self._known:
            return [_refused(item)]
        self._held.append(item)
        same = [each for each in self._held if _text(each) == text]
        if len({each.page.link.key for each in same}) >= ENOUGH:
            self._known.add(*text)
            self._held = [each for each in self._held if _text(each) != text]
            return [_refused(each) for each in same]
        return [self._held.pop(0)] if len(self._held) > MOST_HELD else []

    def released(self) -> list[Article]:
        """Return all that is held, and hold it no longer: the run ends, and no other address had these texts."""
        held, self._held = self._held, []
        return held


def is_suspicious(article: Article) -> bool:
    """Return whether a page is short and says in no way that it is the article that its link names."""
    if len(article.body) > SHORT or article.byline or article.published.source is TimeSource.PAGE:
        return False
    if calls_itself_article(article.page.body):
        return False
    link = article.page.link
    named = {*_words(link.title), *_words(path_and_query(link.url))}
    return not named & _words(article.title)


def _words(text: str) -> set[str]:
    return {word for token in fold_tokens(text) for word in _WORD.findall(token) if not word.isdecimal()}


def _text(article: Article) -> tuple[str, str]:
    return article.page.host, article.fingerprint.text_sha256


def _refused(article: Article) -> Refusal:
    return Refusal(
        page=article.page,
        state=LinkState.FAILED,
        reason=SAME_TEXT,
        retry=True,
        evidence=f"{article.page.host} gives one text for many addresses: {article.title or article.body}"[
            :200
        ],
    )
