"""The verbs of the store about stories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage import storyreading
from storage.storepart import StorePart


class StoryVerbs(StorePart):
    """Part of the store; see storage/store.py."""

    def stories(
        self,
        order: str = "largest",
        *,
        since: datetime | None = None,
        outlet: str | None = None,
        limit: int = 20,
    ) -> list[dict[str, Any]]:
        """Return stories of two articles or more, the *largest*, *newest* or *fastest* first: of those that an article
        entered which was discovered since, and that *outlet* has."""
        return storyreading.listed(self._db, order=order, since=since, outlet=outlet, limit=limit)

    def story(self, story_id: int) -> dict[str, Any] | None:
        """Return a story with its articles, by its number or a former one; None if there is none."""
        with self._db.snapshot():
            return storyreading.story(self._db, story_id)
