"""Whether an article is a live blog: one that is added to all the time. Pure.

Each sign has a weight; a page that says so to machines is one, of the others it takes two.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from crawler.changes.aligning import in_both
from crawler.extract.characters import folded
from crawler.query.fold import fold_text

WEIGHTS = {"jsonld": 3, "address": 2, "title": 2, "section": 1, "stamps": 2, "growth": 2}
"""jsonld: LiveBlogPosting; address, title, section: their words; stamps: entries with a time of day; growth: lines came
above those that stood there."""
ENOUGH = 3
OFTEN, SELDOM = timedelta(hours=1), timedelta(days=1)
"""Between two revisions of a live blog, while it has few of them, and then."""
FEW = 24

_JSONLD = re.compile(rb'"@type"\s*:\s*(?:\[[^\]]{0,200})?"LiveBlogPosting"')
_ADDRESS = re.compile(
    r"/(?:live|liveblog|live-blog|liveticker|live-ticker|ticker|en-direct|direct|directo|en-vivo|ao-vivo|diretta|onlajn|online-translation)(?:/|$)"
    r"|(?:live-?blog|live-?updates?|live-coverage|live-?ticker|newsblog|en-direct|minuto-a-minuto|canli-anlatim|relacja-na-zywo)"
)
_TITLE = re.compile(
    r"\blive (?:updates?|blog|coverage|text|report)\b|\bliveblog\b|\blive[ -]?ticker\b|\bas it happened\b|^live\s?[:|–-]|[|–-] ?live$|\bnewsblog\b|\ben direct\b|^direct\s?[:|–-]"
    r"|\ben (?:vivo|directo)\b|\bminuto a minuto\b|\bao vivo\b|\bin diretta\b|^diretta\b|\bcanlı\b|\bna żywo\b|\bonline-?przenos|онлайн[- ]?(?:трансляция|репортаж)?|текстовая трансляция|наживо|текстова трансляція"
    r"|لحظة بلحظة|تغطية (?:مباشرة|مستمرة|حية)|^مباشر|لحظه به لحظه|پوشش زنده|بازتاب زنده|בזמן אמת|עדכונים שוטפים|לייב|直播|即時更新|实时更新|滚动更新|ライブ(?:更新|速報)|随時更新|실시간|लाइव (?:अपडेट|ब्लॉग)|सीधा प्रसारण|langsung\s?:|trực tiếp"
)
_SECTION = re.compile(r"\b(?:live|live ?blogs?|ticker|direct|en vivo|онлайн)\b|直播|مباشر|زنده")
_STAMP = re.compile(
    r"(?:\d{1,2}[:.h]\d\d|\d{1,2}時\d\d分?)(?:\s?(?:uhr|gmt|utc|[ap]\.?m\.?|[a-z]{3,4}))?(?![\d%])"
)
LEAST_STAMPS, LEAST_GROWTH = 4, 2


def live_signs(
    *, title: str, address: str, section: str, body: str, page: bytes = b"", before: str | None = None
) -> list[str]:
    """Return by what an article shows that it is a live blog, words of WEIGHTS. *page*: its bytes; *before*: its body
    at the check before."""
    lines = [line for line in body.split("\n") if line.strip()]
    shown = {
        "jsonld": b"LiveBlogPosting" in page and _JSONLD.search(page) is not None,
        "address": _ADDRESS.search(address.lower()) is not None,
        "title": _TITLE.search(folded(title)) is not None,
        "section": _SECTION.search(folded(section)) is not None,
        "stamps": sum(_STAMP.match(folded(line)) is not None for line in lines) >= LEAST_STAMPS,
        "growth": before is not None and _grew(before, lines),
    }
    return [sign for sign in WEIGHTS if shown[sign]]


def _grew(before: str, lines: list[str]) -> bool:
    """Return whether lines came above the first ones, and nearly all of those stayed in their order."""
    old = [fold_text(line) for line in before.split("\n") if line.strip()]
    same, _ = in_both(old, [fold_text(line) for line in lines])
    if len(same) < 3 or len(same) < 0.8 * len(old):
        return False
    first = min(same)
    above = first - same[first]
    return above >= LEAST_GROWTH or (first <= 2 and _opened_behind(same) >= LEAST_GROWTH)


def _opened_behind(same: dict[int, int]) -> int:
    """Return how many lines came behind the first few, which introduce the entries."""
    (a, b), *rest = sorted(same.items())[:4]
    return max((number - a) - (place - b) for number, place in rest) if rest else 0


def is_live(signs: Collection[str]) -> bool:
    """Return whether these signs are enough."""
    return sum(WEIGHTS[sign] for sign in signs) >= ENOUGH


def next_revision(revised_at: datetime, revisions: int) -> datetime:
    """Return from when on another text of a live blog is a revision of its own: an hour after the last one; of one that
    has many a day after."""
    return revised_at + (OFTEN if revisions < FEW else SELDOM)
