"""Whether an outlet's pages broke: a sequential test over its newest pages. Pure.

Of each sign a sum is kept (CUSUM): a page that shows it adds the logarithm of how much more likely that is after a break
than in good times, one that does not takes away. A sum over its limit is a break if most of its pages are like none
before: their template is new, or their signs never occurred together. Pages as there are in good times too may come in
numbers, on an election night or a week-end of galleries; they are a break only when that goes on for days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import log, sqrt
from statistics import median

from crawler.baseline import SIGNS, TELLING, TEXT_SIGNS, Baseline, Judged, together
from crawler.template import ALIKE, likeness

WINDOW = 60
"""Newest pages of an outlet that are looked at."""
LIMIT, LIMIT_OF_COMMON, LIMIT_LASTING = 16.0, 10.0, 30.0
"""Of a sum, of that of a sign which in good times is frequent too, and of one that goes on for days."""
LEAST = 6
"""Pages with a sign: a handful of specials in a template of their own is no redesign."""
DAYS, LASTING = 5, timedelta(days=4)
"""Days of which a sample is looked at, and how long pages that are like others must go on in it."""
_MOST = 0.6
"""Share of the pages of a run that must be like none before."""
_RARE, _FREQUENT, _COMMON, _TOO_COMMON = 0.02, 0.2, 0.45, 0.8
"""A sign is never believed rarer than this; one more frequent than the second has a limit of its own on pages of a new
template; one beyond the third tells only of these, and beyond the last nothing."""
_KNOWN_AGAINST = 0.3
"""What a page of a known template takes from the sum of what is only asked of new ones."""
HEALTHY = 10
"""Newest pages of which nine must be sound for a break to be over."""
SETTLED, SETTLED_SHARE = 20, 0.8
"""Newest pages of which so many must have one new template for a redesign that left the texts sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A sign that became frequent."""

    name: str
    before: float
    """Share of pages that showed it."""
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A break, or a redesign without one."""

    kind: str
    """``text``: the texts are in doubt; ``fields``: only fields are; ``redesign``: the texts are sound."""
    signs: tuple[Sign, ...]
    first: int
    """Number of its first page."""
    pages: int
    """Pages since then."""
    new_template: bool
    words_before: float
    words_after: float
    template: bytes = b""
    """Sketch of its last page."""


def found_break(pages: Sequence[Judged], baseline: Baseline) -> Finding | None:
    """Return the break that the newest *pages* of an outlet (in order of reading) show, if any. Only a page that shows
    a sign can bring its sum over the limit, so the signs of the last one are asked about first."""
    if not any(_run_over_limit(sign, pages) for sign in pages[-1].signs):
        return None
    runs = {sign: run for sign in SIGNS if (run := _run_over_limit(sign, pages))}
    return _break(runs, pages, baseline)


def is_suspect(pages: Sequence[Judged]) -> bool:
    """Return whether a sign has become frequent among pages as there are in good times too: then those of the last days
    are asked about (`found_lasting_break`)."""
    return any(_sum(sign, pages)[0] >= LIMIT for sign in pages[-1].signs)


def found_lasting_break(pages: Sequence[Judged], baseline: Baseline) -> Finding | None:
    """Return the break that a sample of the pages of the last `DAYS` days shows, if any: no week-end lasts so long."""
    runs = {sign: run for sign in SIGNS if (run := _run_that_lasts(sign, pages))}
    return _break(runs, pages, baseline) if runs else None


def _break(runs: Mapping[str, Sequence[Judged]], pages: Sequence[Judged], baseline: Baseline) -> Finding:
    first = min(run[0].page.number for run in runs.values())
    kind = "text" if any(sign in TEXT_SIGNS for sign in runs) else "fields"
    return _finding(kind, tuple(runs), first, pages, baseline)


def found_redesign(pages: Sequence[Judged], baseline: Baseline) -> Finding | None:
    """Return the new template that the newest pages have, their texts being sound, if any."""
    newest = pages[-SETTLED:]
    if len(newest) < SETTLED or newest[-1].known:
        return None
    template = newest[-1].page.signals.template
    own = [each for each in newest if likeness(template, each.page.signals.template) >= ALIKE]
    if len(own) < SETTLED * SETTLED_SHARE or any(_sum(sign, pages)[0] >= LIMIT / 2 for sign in TEXT_SIGNS):
        return None
    return _finding("redesign", (), own[0].page.number, pages, baseline)


def known_by(kind: str, signs: Sequence[str]) -> list[str]:
    """Return by which of its signs the pages of a break are told from sound ones. Where texts are in doubt only signs of
    texts count, those that do not come and go by chance if it has any: a redesign that drops the author for good, or
    has no line to be cut any more, leaves texts that are sound once the rules fit."""
    if kind != "text":
        return list(signs)
    return [sign for sign in signs if sign in TELLING] or [sign for sign in signs if sign in TEXT_SIGNS]


def is_broken(judged: Judged, signs: Sequence[str], *, new_template: bool) -> bool:
    """Return whether a page shows what an open break is known by: the *signs* are those of `known_by`."""
    return not judged.signs.isdisjoint(signs) and not (new_template and judged.known)


def _run_over_limit(sign: str, pages: Sequence[Judged]) -> list[Judged]:
    """Return the pages that drove the sum of a sign over its limit; empty where it is not over it, and where most of
    them are like others in good times."""
    total, run = _sum(sign, pages)
    if len(run) < LEAST:
        return []
    unknown = sum(not each.known for each in run)
    is_common = _before(sign, run[-1]) > _FREQUENT and unknown >= _MOST * len(run)
    limit = LIMIT_OF_COMMON if is_common else LIMIT
    is_new = sum(_is_new(sign, each) for each in run) >= _MOST * len(run)
    return run if total >= limit and is_new else []


def _run_that_lasts(sign: str, pages: Sequence[Judged]) -> list[Judged]:
    """Return the pages that drove the sum of a sign over its limit, however common they are, if they do so for long."""
    total, run = _sum(sign, pages)
    is_long = len(run) >= LEAST and run[-1].page.at - run[0].page.at >= LASTING
    return run if is_long and total >= LIMIT_LASTING else []


def _before(sign: str, judged: Judged) -> float:
    """Return how often the sign is to be expected: what was counted, and twice its error."""
    return _expected(judged.usual.shares.get(sign, 0.0), judged.usual.pages)


@lru_cache(maxsize=4096)
def _expected(share: float, pages: int) -> float:
    return max(_RARE, share + 2 * sqrt(share * (1 - share) / max(1, pages)))


@lru_cache(maxsize=4096)
def _steps(share: float, pages: int, most: float) -> tuple[float, float]:
    """Return what a page with the sign adds to its sum and what one without does; nothing for a sign that is more
    frequent than *most*."""
    before = _expected(share, pages)
    if before > most:
        return 0.0, 0.0
    after = max(0.6, min(0.97, before + 0.5))
    return log(after / before), log((1 - after) / (1 - before))


def _sum(sign: str, pages: Sequence[Judged]) -> tuple[float, list[Judged]]:
    """Return the sum of a sign after the last page, and the pages with it since the sum was last nothing."""
    total, run = 0.0, list[Judged]()
    for each in pages:
        usual = each.usual
        odd, sound = _steps(usual.shares.get(sign, 0.0), usual.pages, _COMMON if each.known else _TOO_COMMON)
        if sign in each.signs:
            total += odd
            run.append(each)
        elif sign == "below" and each.known:
            total -= _KNOWN_AGAINST
        else:
            total += sound
        if total <= 0:
            total, run = 0.0, []
    return total, run


def _is_new(sign: str, judged: Judged) -> bool:
    """Return whether a page with a sign is like none before: its template is new, or its signs never occurred
    together."""
    return not judged.known or together(sign, judged.signs) not in judged.usual.habits


def _finding(
    kind: str, signs: Sequence[str], first: int, pages: Sequence[Judged], baseline: Baseline
) -> Finding:
    since = [each for each in pages if each.page.number >= first]
    unknown = sum(not each.known for each in since)
    return Finding(
        kind=kind,
        signs=tuple(
            Sign(
                name=sign,
                before=baseline.usual.counted(sign),
                after=sum(sign in each.signs for each in since) / len(since),
            )
            for sign in signs
        ),
        first=first,
        pages=len(since),
        new_template=unknown >= _MOST * len(since),
        words_before=baseline.usual.words,
        words_after=median(each.page.signals.words for each in since),
        template=since[-1].page.signals.template,
    )


_SHORTER = ("scant", "short", "below")
_TOLD = {
    "empty": "pages without a text",
    "missed": "pages in which the outlet's own rules find no text",
    "scant": "texts shorter than nearly all before",
    "short": "texts of less than half the usual length",
    "below": "texts well below the usual length",
    "repeated": "texts with lines that other pages have too",
    "uncut": "texts from which no line rule cut anything",
    "title": "pages without a title of their own",
    "byline": "pages without an author",
    "section": "pages without a section",
    "date": "pages without a date",
    "image": "pages without a picture",
    "method": "texts that came in another way than usual",
}


def told(finding: Finding) -> list[str]:
    """Return what changed, a sentence each, with the figures before and after."""
    shorter = [sign for sign in finding.signs if sign.name in _SHORTER]
    lines = [
        f"{_TOLD[sign.name]}: {sign.before:.0%} before, {sign.after:.0%} of the last {finding.pages}"
        for sign in finding.signs
        if sign not in shorter[1:]  # the first says most
    ]
    if finding.new_template:
        lines.append("the pages are built by another template than those before")
    lines.append(
        f"words of the middle text: {finding.words_before:.0f} before, {finding.words_after:.0f} now"
    )
    return lines
