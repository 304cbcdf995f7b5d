"""The verbs of the store about kept pages that are read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from crawler.errors import StoreError
from crawler.items import Article, Extraction, Fate, KeptText, Reextraction, Reread, TextWindow
from storage import extractions
from storage.reextract import Reextractor
from storage.storepart import StorePart


class ExtractionVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def count_texts(self, window: TextWindow) -> tuple[int, int]:
        """Return how many texts of a window have a kept page to be read again, and how many have none."""
        return extractions.count(self._db, window)

    def texts_to_read(
        self, window: TextWindow, after: extractions.Place, limit: int
    ) -> list[tuple[extractions.Place, int]]:
        """Return at most *limit* texts of a window whose kept pages are to be read again, those behind the place
        *after*: for each its place, (article, number of the revision), and its own number."""
        return extractions.in_window(self._db, window, after, limit)

    def kept_text(self, revision_id: int) -> KeptText | None:
        """Return a text with its kept page, None when the page is not kept.

        Raises:
            PageDamaged: it is kept and cannot be read.
        """
        return extractions.kept(self._db, revision_id)

    def outdated_texts(self, item: Article) -> list[KeptText]:
        """Return the recent texts of a re-checked article, with their kept pages, that must be read again before its
        page can be compared with them; as a rule none. Those whose page is damaged are passed over."""
        return extractions.outdated(self._db, item)

    def look_again(
        self, batch: Sequence[Reread], now: datetime, *, force: bool = False
    ) -> list[Reextraction]:
        """Return what writing these readings would change; nothing is written."""
        reextractor = Reextractor(self._db, self._alerting, now, force=force)
        return [self._each(read, reextractor.look) for read in batch]

    def write_extractions(
        self, batch: Sequence[Reread], run_id: int, now: datetime, *, force: bool = False
    ) -> list[Reextraction]:
        """Write new readings of stored texts in one transaction; return what changed, in order. A text that would
        lose much stands (unless *force*), and so does one whose page gives no article now; one that cannot be stored sinks
        no other."""
        with self._writing() as db:
            reextractor = Reextractor(db, self._alerting, now, force=force)

            def write(read: Reread) -> Reextraction:
                with db.savepoint():
                    return reextractor.write(read, run_id)

            return [self._each(read, write) for read in batch]

    def extractions(self, article_id: int) -> dict[int, list[Extraction]]:
        """Return the earlier readings of each revision of an article that was read again, by revision number."""
        return extractions.of_article(self._db, article_id)

    def _each(self, read: Reread, work: Callable[[Reread], Reextraction]) -> Reextraction:
        try:
            return work(read)
        except StoreError:
            raise  # the disk or the lock: it concerns the whole batch
        except Exception as error:  # noqa: BLE001 - the edge of one text
            return Reextraction(
                article_id=read.article_id,
                number=read.number,
                url="",
                title="",
                fate=Fate.FAILED,
                reason=f"store_error: {type(error).__name__}: {error}",
            )
