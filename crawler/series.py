"""Issues of a series: daily bulletins, tables and live pages that an outlet publishes under one title. Pure.

Much of such a text may stand in every issue, more than the rule for copies asks for, and still each issue is news of
its own. So two texts of one outlet under one title, of different days or of one day under a title that it used on
another day too, are one story only when nearly all of the shorter one stands in the other: then the outlet published
the same piece again.
"""

from __future__ import annotations

from crawler.datewords import MONTHS, folded
from crawler.fingerprint import Comparable, containment

MIN_CONTAINMENT = 0.8
"""Share of the shorter text's word 3-grams that stand in the other text when a piece was published again."""


def series_title(title: str) -> str:
    """Return a title without its numbers and names of months: what the issues of a series have in common."""
    words = folded(title).replace(",", " ").split()
    return " ".join(
        word for word in words if word not in MONTHS and not any(letter.isdigit() for letter in word)
    )


def is_same_piece(a: Comparable, b: Comparable) -> bool:
    """Return whether of two texts under one title the shorter one stands nearly whole in the other."""
    return a.folded == b.folded or containment(a, b) >= MIN_CONTAINMENT
