"""What is usual for an outlet's pages, learned from those of the last weeks, and what is odd about one. Pure.

A page is held against the pages of its own template: galleries and live blogs are short, or have no author, in their
own right. One of a template that nobody saw before is held against all of the outlet. What is odd about a page is a set
of signs; how often each occurs in good times is counted, not assumed.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any, NamedTuple

from crawler.items import Signals
from crawler.template import ALIKE, is_alike, likeness

TEXT_SIGNS = ("empty", "missed", "scant", "short", "below", "repeated", "uncut", "title")
"""The text is in doubt: there is none; the outlet's own rules found none; it is shorter than nearly all; than half of
the usual; than two thirds of it, on a page of a new template; its lines stand on other pages too; no line rule cut anything;
no title, or that of other pages."""
FIELD_SIGNS = ("byline", "section", "date", "image", "method")
"""A field is not there, or the text came in another way than usual; the text may be sound."""
SIGNS = (*TEXT_SIGNS, *FIELD_SIGNS)
TELLING = frozenset({"empty", "missed", "scant", "short", "repeated", "title"})
"""Signs that do not come and go by chance."""
NO_TEXT = frozenset({"empty", "list", "javascript"})
"""Kinds of page in which an article's text may have been overlooked; walls and bot checks are the host's doing."""

LEAST_PAGES, LEAST_SPAN = 60, timedelta(days=7)
"""What must be known of an outlet before anything of it is called odd: a week has its own mix."""
FAMILY_PAGES = 8
"""Pages from which a template is a known one."""
RECENT = 20
"""Pages before one, with whose lines and titles its own are compared."""
_BELOW = 0.7
"""Share of the usual length below which a text of a new template is a sign, if a faint one."""
_HABIT = 0.005
"""Share of pages from which a set of signs is a habit."""
_ECHOES, _ECHO_SHARE = 3, 0.25
"""Lines of a text, and their share of its edges, that stand on two recent pages too: furniture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A page that was read, in the order of reading."""

    number: int
    at: datetime
    signals: Signals
    link_id: int = 0
    article_id: int | None = None
    """None for a page that became no article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual for the pages of one template, or for all of an outlet."""

    template: bytes = b""
    """Sketch of its first page; empty for all."""
    pages: int
    few: float
    """Words that 5 in 100 texts have less of."""
    words: float
    """Words of the middle text."""
    method: str
    """The way that gave most texts."""
    shares: Mapping[str, float]
    """How often each sign occurs."""
    habits: frozenset[str] = frozenset()
    """Signs that occur together now and then (`together`), as in a gallery that has the template of articles."""

    def counted(self, sign: str) -> float:
        """Return the share of pages that showed a sign, as it was counted: `shares` never says never."""
        return max(0.0, (self.shares.get(sign, 0.0) * (self.pages + 1) - 0.5) / max(1, self.pages))

    @property
    def name(self) -> str:
        """Return a short name of the template; empty for all of an outlet."""
        return self.template.hex()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is usual for an outlet."""

    since: datetime
    until: datetime
    usual: Usual
    families: tuple[Usual, ...] = ()
    """By template, the most frequent first."""

    def family(self, name: str) -> Usual | None:
        """Return what is usual for the template of this name, None if it is not known any more."""
        return next((family for family in self.families if family.name == name), None)

    def of(self, signals: Signals) -> tuple[Usual, bool]:
        """Return what the page is to be held against, and whether its template is known."""
        rated = [(likeness(family.template, signals.template), family) for family in self.families]
        best, family = max(rated, key=lambda each: each[0], default=(0.0, self.usual))
        return (family, True) if best >= ALIKE else (self.usual, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A page with what is odd about it."""

    page: Observed
    signs: frozenset[str]
    usual: Usual
    """What it was held against."""
    known: bool
    """Whether its template is known."""


class Echoed(NamedTuple):
    """What of a page the ones before it had too."""

    is_repeated: bool
    """Several lines of its text."""
    has_title: bool


class Echo:
    """Lines and titles of the last pages."""

    def __init__(self) -> None:
        self._pages: deque[Signals] = deque()
        self._lines: Counter[int] = Counter()
        self._titles: Counter[int] = Counter()

    def add(self, signals: Signals) -> None:
        """Take a page in; the oldest leaves."""
        self._pages.append(signals)
        self._lines.update(set(signals.edges))
        self._titles[signals.title_hash] += 1
        if len(self._pages) > RECENT:
            old = self._pages.popleft()
            self._lines.subtract(set(old.edges))
            self._titles[old.title_hash] -= 1

    def of(self, signals: Signals) -> Echoed:
        """Return what of a page the last pages had too."""
        return Echoed(is_repeated=self.is_repeated(signals), has_title=self.has_title(signals))

    def has_title(self, signals: Signals) -> bool:
        """Return whether two of them have the page's title."""
        return bool(signals.title_hash) and self._titles[signals.title_hash] > 1

    def is_repeated(self, signals: Signals) -> bool:
        """Return whether several lines of the text stand on two of them."""
        if len(signals.edges) < _ECHOES:
            return False
        echoes = sum(self._lines[line] > 1 for line in set(signals.edges))
        return echoes >= _ECHOES and echoes >= _ECHO_SHARE * len(signals.edges)


_Echoing = tuple[Observed, Echoed]


def judge(page: Observed, baseline: Baseline, echo: Echo) -> Judged:
    """Return the page with what is odd about it, *echo* being the pages before it."""
    usual, known = baseline.of(page.signals)
    signs = set(_signs(page.signals, usual, echo.of(page.signals)))
    if not known and 0 < page.signals.words < _BELOW * usual.words:
        signs.add("below")
    return Judged(page=page, signs=frozenset(signs), usual=usual, known=known)


def _signs(signals: Signals, usual: Usual, echoed: Echoed) -> Iterator[str]:
    if signals.ruled is False:
        yield "missed"
    if signals.kind in NO_TEXT or not signals.words:
        yield "empty"
        return
    if signals.words < usual.few / 2:
        yield "scant"
    if signals.words < usual.words / 2:
        yield "short"
    if echoed.is_repeated:
        yield "repeated"
    if not signals.cut:
        yield "uncut"
    if "title" not in signals.fields or echoed.has_title:
        yield "title"
    yield from (name for name in ("byline", "section", "date", "image") if name not in signals.fields)
    if signals.method != usual.method:
        yield "method"


def learned(pages: Sequence[Observed], before: Baseline | None = None) -> Baseline | None:
    """Return what is usual by these pages, oldest first; None while they are too few or of too short a time. Templates
    that were known *before* keep their names."""
    if len(pages) < LEAST_PAGES or pages[-1].at - pages[0].at < LEAST_SPAN:
        return None
    families: dict[bytes, list[_Echoing]] = {
        each.template: [] for each in (before.families if before else ())
    }
    echo, echoing = Echo(), list[_Echoing]()
    for page in pages:
        echoing.append((page, echo.of(page.signals)))
        echo.add(page.signals)
        sketch = page.signals.template
        kin = next((known for known in families if is_alike(known, sketch)), sketch)
        families.setdefault(kin, []).append(echoing[-1])
    known = sorted(families.items(), key=lambda each: -len(each[1]))
    return Baseline(
        since=pages[0].at,
        until=pages[-1].at,
        usual=_usual(echoing),
        families=tuple(_usual(own, template) for template, own in known if len(own) >= FAMILY_PAGES),
    )


def _usual(echoing: Sequence[_Echoing], template: bytes = b"") -> Usual:
    pages = [page for page, _ in echoing]
    texts = [page.signals.words for page in pages if page.signals.words] or [0]
    cuts = quantiles(texts, n=20, method="inclusive") if len(texts) > 1 else texts * 19
    methods = Counter(page.signals.method for page in pages if page.signals.method)
    method = methods.most_common(1)[0][0] if methods else ""
    bare = Usual(template=template, pages=len(pages), few=cuts[0], words=cuts[9], method=method, shares={})
    counts: Counter[str] = Counter()
    sets: Counter[str] = Counter()
    for page, echoed in echoing:
        signs = set(_signs(page.signals, bare, echoed))
        counts.update(signs)
        sets.update(together(sign, signs) for sign in signs)
        counts["below"] += 0 < page.signals.words < _BELOW * bare.words
    shares = {sign: (counts[sign] + 0.5) / (len(pages) + 1) for sign in SIGNS}
    habits = frozenset(each for each, count in sets.items() if count >= max(2, _HABIT * len(pages)))
    return replace(bare, shares=shares, habits=habits)


def together(sign: str, signs: Iterable[str]) -> str:
    """Return a sign with what is odd about the text of its page, as one word."""
    return " ".join([sign, *sorted(TELLING.intersection(signs))])


# --- as it is kept --------------------------------------------------------------------------------


def as_record(baseline: Baseline) -> dict[str, Any]:
    """Return what is usual as values that JSON can hold."""
    return {
        "since": baseline.since.isoformat(),
        "until": baseline.until.isoformat(),
        "usual": _record(baseline.usual),
        "families": [_record(family) for family in baseline.families],
    }


def from_record(record: Mapping[str, Any]) -> Baseline:
    """Return what `as_record` made a record of."""
    return Baseline(
        since=datetime.fromisoformat(record["since"]),
        until=datetime.fromisoformat(record["until"]),
        usual=_from_record(record["usual"]),
        families=tuple(_from_record(each) for each in record["families"]),
    )


def _record(usual: Usual) -> dict[str, Any]:
    return {
        "template": usual.template.hex(),
        "pages": usual.pages,
        "few": round(usual.few, 1),
        "words": round(usual.words, 1),
        "method": usual.method,
        "shares": {sign: round(share, 4) for sign, share in usual.shares.items()},
        "habits": sorted(usual.habits),
    }


def _from_record(record: Mapping[str, Any]) -> Usual:
    fixed = {"template": bytes.fromhex(record["template"]), "habits": frozenset(record["habits"])}
    return Usual(**{**record, **fixed})
