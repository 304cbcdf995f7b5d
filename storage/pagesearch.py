"""Which kept pages stand behind the articles of an export."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from storage import search
from storage.connection import Connection
from storage.search import Scope

_LATEST = (
    "SELECT r.capture_id FROM articles AS a JOIN revisions AS r ON r.article_id = a.id AND r.number = a.revision"
    " WHERE a.id = ? AND r.capture_id IS NOT NULL"
)
_ALL = (
    "SELECT capture_id FROM revisions WHERE article_id = :id AND capture_id IS NOT NULL"
    " UNION SELECT capture_id FROM visits WHERE article_id = :id AND capture_id IS NOT NULL"
    " UNION SELECT capture_id FROM divergences WHERE article_id = :id AND capture_id IS NOT NULL"
    " UNION SELECT capture_id FROM mirror_differences WHERE article_id = :id AND capture_id IS NOT NULL ORDER BY 1"
)


def captures_of(db: Connection, scope: Scope) -> Generator[int, None, None]:
    """Yield the captures of the latest text of each article, oldest article first; with *history* of the scope all
    pages of each article: of its revisions, other addresses, re-checks that proved nothing, and what mirrors alone
    showed. Each capture comes once."""
    yielded = _Marked()
    for article_id in search.articles_of(db, scope):
        for number in _numbers(db, article_id, scope):
            if yielded.mark(number):
                yield number


def _numbers(db: Connection, article_id: int, scope: Scope) -> Iterator[int]:
    rows = db.rows(_ALL, {"id": article_id}) if scope.history else db.rows(_LATEST, (article_id,))
    return (row["capture_id"] for row in rows)


class _Marked:
    """Numbers that were met, a bit each: a million take 125 kB."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def mark(self, number: int) -> bool:
        """Return whether the number is met for the first time."""
        place, bit = number >> 3, 1 << (number & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits) + 4096))
        is_new = not self._bits[place] & bit
        self._bits[place] |= bit
        return is_new
