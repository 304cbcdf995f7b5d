"""Pages of an outlet as they come day by day, told by their signals: sound ones, and those of a redesign."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crawler.items import Article, LinkState, Outcome, Refusal, Signals
from crawler.template import sketch
from tests.storage.world import NOON, World

OLD = sketch(f"old-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 2)
NEW = sketch(f"fresh-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 2)
FIELDS = ("title", "byline", "section", "date", "image")


def text(number: int, words: int = 300) -> str:
    """Return a text of its own of so many words."""
    said = [f"word{zlib.crc32(f'{number} {place}'.encode()) % 5000}" for place in range(words)]
    return "\n".join(" ".join(said[start : start + 40]) for start in range(0, words, 40))


def signals(number: int, words: int = 300, **more: Any) -> Signals:
    """Return what a sound page of the old template tells."""
    given: dict[str, Any] = {
        "words": words,
        "fields": FIELDS,
        "method": "rule",
        "ruled": True,
        "cut": 0.04,
        "template": OLD,
        "title_hash": number + 1,
        "edges": tuple(zlib.crc32(f"{number} line {place}".encode()) for place in range(8)),
    }
    return Signals(**(given | more))


def broken(number: int, words: int = 30, **more: Any) -> Signals:
    """Return what a page tells after a redesign that leaves nothing but the teaser."""
    return signals(number, words, template=NEW, ruled=False, method="trafilatura", **more)


@dataclass
class Paper:
    """An outlet that prints pages."""

    world: World
    printed: int = 0
    days: int = 10
    each: int = 12

    def learn(self) -> None:
        """Print sound pages for some days, those of a day at once: after ten the store knows what is usual."""
        for _ in range(self.days):
            self.world.begin(days=1)
            numbers = range(self.printed + 1, self.printed + self.each + 1)
            self.printed = numbers[-1]
            found = self.world.discover(*map(self._url, numbers)).to_fetch
            given = [signals(number, 250 + 37 * (number % 5)) for number in numbers]
            pages = zip(found, given, numbers, strict=True)
            self.world.write(
                *(self._article(link, each, text(number, each.words)) for link, each, number in pages)
            )

    def print(self, given: Signals | None = None, body: str = "", *, days_later: float = 0.02) -> Outcome:
        """Print one page, some time after the last."""
        self.printed += 1
        number = self.printed
        self.world.now += timedelta(days=days_later)
        given = given or signals(number, 250 + 37 * (number % 5))
        return self._write(given, body or text(number, given.words))

    def print_broken(self, body: str = "", **more: Any) -> Outcome:
        """Print a page of the redesign."""
        given = broken(self.printed + 1, **more)
        return self.print(given, body or text(self.printed + 1, given.words))

    def print_empty(self) -> Outcome:
        """Print a page in which no text is found."""
        self.printed += 1
        self.world.now += timedelta(days=0.02)
        link = self.world.found(self._url(self.printed))
        given = broken(self.printed, 0, kind="empty", edges=())
        refusal = Refusal(
            page=self.world.page(link),
            state=LinkState.SKIPPED,
            reason="empty",
            evidence="no text",
            signals=given,
        )
        (outcome,) = self.world.write(refusal)
        return outcome

    def read_again(self, article_id: int, given: Signals, body: str) -> Outcome:
        """Re-check an article."""
        due = "UPDATE articles SET recheck_at = CASE WHEN id = ? THEN first_seen_at END"
        self.world.store._db.execute(due, (article_id,))
        link = self.world.recheck(article_id)
        (outcome,) = self.world.write(self._article(link, given, body))
        return outcome

    def _write(self, given: Signals, body: str) -> Outcome:
        link = self.world.found(self._url(self.printed))
        (outcome,) = self.world.write(self._article(link, given, body))
        return outcome

    def _article(self, link: Any, given: Signals, body: str) -> Article:
        title = f"Title of {link.url}"
        return self.world.article(link, title, body, signals=given, word_count=given.words)

    def _url(self, number: int) -> str:
        return f"http://www.example.com/Detail/2026/11/23/{number}/page"


def printed(world: World) -> Paper:
    """Return a paper whose usual pages the store knows."""
    assert world.now == NOON
    paper = Paper(world=world)
    paper.learn()
    return paper
