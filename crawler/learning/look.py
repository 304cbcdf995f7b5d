"""One look at an outlet: from its pages and the rules that are known to what changes in these."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crawler.items import LearnedRule, Learning, Outlet, TextPage
from crawler.learning.learner import learned
from crawler.learning.sightings import by_story
from crawler.learning.sparing import Matches, carrier
from crawler.learning.versions import changes


def look(
    outlet: Outlet,
    pages: Sequence[TextPage],
    titles: Collection[str],
    known: Collection[LearnedRule],
    matches: Matches | None = None,
) -> Learning:
    """Return what the pages change in the rules that are known of the outlet. *titles*: headlines of its articles."""
    looked_at = by_story(pages)
    names = (outlet.name, *outlet.hosts, *outlet.aliases)
    carries = carrier(outlet.id, matches) if matches else None
    found = learned(outlet.id, looked_at, titles=titles, names=names, carries=carries)
    made = changes(known, found, [page.day for page in looked_at])
    return Learning(pages=len(looked_at), changes=tuple(made))
