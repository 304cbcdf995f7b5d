"""How often the alarm for redesigns is false, how soon a real one is told, and what it costs a page.

Outlets are simulated: each has templates of its own (articles, videos, galleries, live blogs, flashes), lengths that
vary as a log-normal does, another mix at the week-end, days of flashes only, an author or a picture now and then, and
furniture that its line rules cut. A year of each without a break counts false alarms; then each breaks in one of
several ways, and the articles until that is told are counted. On the pages of ../shared/corpora, where they are, it is
measured what the sketch of a template costs and how well it tells outlets apart.

    python -m benchmarks.redesign [--outlets 50] [--days 365]
"""

from __future__ import annotations

import argparse
import random
import time
import zlib
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, islice
from statistics import median
from urllib.parse import urlsplit

from benchmarks.corpora import samples
from crawler.baseline import Baseline, Echo, Judged, Observed, judge, learned
from crawler.extract.document import parse_document
from crawler.extract.skeleton import class_names
from crawler.items import Signals
from crawler.redesign import DAYS, WINDOW, Finding, found_break, found_lasting_break, is_suspect
from crawler.template import ALIKE, likeness, sketch

START = datetime(2025, 1, 1, tzinfo=UTC)
SAMPLE, KEPT, LEFT_OUT, ANEW = 400, timedelta(days=30), 15, timedelta(days=1)
LEAST_KEPT = 120
"""All as in storage/baselines.py."""
BREAKS = ("empty", "teaser", "furniture", "rules", "half", "fields")


@dataclass
class Outlet:
    """A simulated outlet."""

    chance: random.Random
    pages_a_day: float
    ruled: bool
    families: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """By template: its share of the pages, the middle length in words, the spread of its logarithm."""
    classes: dict[str, list[str]] = field(default_factory=dict)
    author: float = 0.8
    picture: float = 0.9
    specials: float = 0.0
    """Share of pages that belong to a dossier."""
    broken: str = ""

    def classes_of(self, name: str) -> set[str]:
        """Return the class names of one page: most of its template's, and some of its content's."""
        own = [each for each in self.classes[name] if self.chance.random() < 0.95]
        return {*own, *(f"tag-{self.chance.choice(WORDS)}" for _ in range(self.chance.randint(0, 12)))}


WORDS = [
    f"{first}{last}"
    for first in ("pol", "spo", "cul", "eco", "wor", "sci")
    for last in ("a", "e", "i", "o", "u")
]


def make(chance: random.Random) -> Outlet:
    """Return an outlet that is like some of those one meets."""
    outlet = Outlet(
        chance=chance,
        pages_a_day=chance.choice([4, 10, 25, 60, 150]),
        ruled=chance.random() < 0.4,
        author=chance.choice([0.0, 0.3, 0.7, 0.95, 1.0]),
        picture=chance.choice([0.6, 0.9, 1.0]),
        specials=chance.choice([0.0, 0.0, 0.01, 0.05]),
    )
    outlet.families = {"article": (1.0, chance.uniform(200, 700), chance.uniform(0.4, 0.8))}
    for name, words in (("video", 40), ("gallery", 25), ("live", 1800), ("flash", 22)):
        if chance.random() < 0.6:
            outlet.families[name] = (chance.uniform(0.02, 0.4), words, 0.4)
    shared = [f"site{chance.choice(WORDS)}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    for name in outlet.families:
        # some outlets print everything in one template
        same = chance.random() < 0.3 and name != "article"
        tokens = [f"{name}{chance.choice(WORDS)}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 3]
        outlet.classes[name] = outlet.classes["article"] if same else shared + tokens
    return outlet


def year(outlet: Outlet, days: float, start: datetime = START) -> Iterator[tuple[datetime, Signals]]:
    """Yield what the pages of an outlet told, in their order."""
    chance, at = outlet.chance, start
    end = start + timedelta(days=days)
    mood, mood_until = "", start
    while at < end:
        weekend = at.weekday() >= 5
        night = at.hour < 6
        rate = outlet.pages_a_day * (0.5 if weekend else 1.0) * (0.3 if night else 1.2)
        at += timedelta(days=chance.expovariate(max(rate, 0.5)))
        if at >= mood_until:
            # now and then a day, or an afternoon, of one kind of page: an election night, a week-end of galleries
            mood = chance.choice(list(outlet.families)) if chance.random() < 0.06 else ""
            mood_until = at + timedelta(hours=chance.choice([3, 6, 24, 48]))
        weights = {name: share for name, (share, _, _) in outlet.families.items()}
        if weekend and "gallery" in weights:
            weights["gallery"] *= 4
        if mood:
            weights[mood] *= 15
        (name,) = chance.choices(list(weights), list(weights.values()))
        if chance.random() < outlet.specials:
            yield at, special(outlet, at)
            continue
        yield at, page(outlet, name)


def special(outlet: Outlet, at: datetime) -> Signals:
    """Return what a page of a dossier tells: short, without an author, in a template of its own for a month."""
    names = {f"special{at.year}{letter}{at.month}" for letter in "abcdefghijklmnopqrstuvwxyz"}
    signals = replace(page(outlet, "article"), template=sketch(names), fields=("title",))
    return replace(signals, words=outlet.chance.randint(10, 90), ruled=False if outlet.ruled else None)


def page(outlet: Outlet, name: str) -> Signals:
    """Return what one page tells, as it is read before or after the break."""
    chance = outlet.chance
    _, middle, spread = outlet.families[name]
    words = max(3, int(chance.lognormvariate(0, spread) * middle))
    fields = {"title", "date", "section"}
    if name == "article" and chance.random() < outlet.author:
        fields.add("byline")
    if chance.random() < outlet.picture:
        fields.add("image")
    lines = [chance.randrange(1, 1 << 32) for _ in range(max(1, min(16, words // 40)))]
    if chance.random() < 0.1:
        lines.append(zlib.crc32(b"Reporting by the staff"))
    signals = Signals(
        words=words,
        fields=tuple(fields),
        method="rule" if outlet.ruled and name == "article" else "trafilatura",
        ruled=(name == "article") if outlet.ruled else None,
        cut=0.05 if chance.random() < 0.7 else 0.0,
        template=sketch(outlet.classes_of(name)),
        title_hash=chance.randrange(1, 1 << 32),
        edges=tuple(lines),
    )
    return broken(outlet, signals) if outlet.broken else signals


def broken(outlet: Outlet, signals: Signals) -> Signals:
    """Return what the page tells after the redesign."""
    chance = outlet.chance
    signals = replace(
        signals,
        template=sketch(f"new{letter}{number}" for letter in "abcdefgh" for number in range(9)),
        ruled=False if outlet.ruled else None,
        method="trafilatura",
    )
    if outlet.broken == "empty":
        return replace(signals, words=0, kind="empty", edges=(), fields=("title",))
    if outlet.broken == "teaser":
        return replace(signals, words=chance.randint(15, 45), edges=signals.edges[:1])
    if outlet.broken == "half" and chance.random() < 0.5:
        return replace(signals, words=chance.randint(10, 40), edges=signals.edges[:1])
    if outlet.broken == "furniture":
        rail = tuple(zlib.crc32(f"teaser {number}".encode()) for number in range(6))
        return replace(signals, words=signals.words + 150, edges=(*signals.edges[:8], *rail), cut=0.0)
    if outlet.broken == "fields":
        return replace(signals, fields=("title",))
    return signals


class Watch:
    """What storage/watch.py does with each page, without a store."""

    def __init__(self) -> None:
        self.pages: deque[Observed] = deque()
        self.judged: deque[Judged] = deque()
        self.echo = Echo()
        self.baseline: Baseline | None = None
        self.made_at: datetime | None = None
        self.number = 0

    def see(self, at: datetime, signals: Signals) -> Finding | None:
        """Return the break that the page completes."""
        self.number += 1
        seen = Observed(number=self.number, at=at, signals=signals, article_id=self.number)
        if self.made_at is None or at - self.made_at >= ANEW:
            self._learn(at)
        self.pages.append(seen)
        if self.baseline is None:
            self.echo.add(signals)
            return None
        each = judge(seen, self.baseline, self.echo)
        self.echo.add(signals)
        self.judged.append(each)
        while len(self.judged) > WINDOW and at - self.judged[0].page.at > timedelta(days=DAYS):
            self.judged.popleft()
        if not each.signs:
            return None
        newest = list(islice(reversed(self.judged), WINDOW))[::-1]
        finding = found_break(newest, self.baseline)
        if finding is None and is_suspect(newest):
            lately = [old for old in self.judged if at - old.page.at <= timedelta(days=DAYS)][::-1]
            sample = lately[:: max(1, len(lately) // WINDOW)][::-1]
            finding = found_lasting_break(sample, self.baseline)
        return finding

    def _learn(self, at: datetime) -> None:
        self.made_at = at
        while len(self.pages) > LEAST_KEPT and at - self.pages[0].at > KEPT:
            self.pages.popleft()
        pages = list(self.pages)[:-LEFT_OUT]
        self.baseline = learned(pages[:: max(1, len(pages) // SAMPLE)], self.baseline)


def real_pages() -> None:
    """Print what a sketch costs on real pages, and how alike those of one host and of different hosts are."""
    pages = list(samples())
    sketches: list[tuple[str, bytes]] = []
    costs: list[float] = []
    for each in pages:
        document = parse_document(each.html, url=each.url)
        if document is not None:
            started = time.process_time()
            made = sketch(class_names(document.tree))
            costs.append((time.process_time() - started) * 1e6)
            sketches.append((urlsplit(each.url).netloc, made))
    if not sketches:
        print("../shared/corpora is not here: no real pages")
        return
    same, other = [], []
    for (host, one), (host_, two) in combinations(sketches, 2):
        (same if host == host_ else other).append(likeness(one, two))
    costs.sort()
    print(f"{len(costs)} real pages: a sketch takes {median(costs):.0f} us, at most {costs[-1]:.0f} us")
    for name, found in (("one host", same), ("two hosts", other)):
        alike = sum(each >= ALIKE for each in found) / len(found)
        print(f"  {len(found)} pairs of {name}: middle likeness {median(found):.2f}, alike {alike:.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=50)
    parser.add_argument("--days", type=float, default=365)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    false: Counter[str] = Counter()
    delays: dict[str, list[int]] = {name: [] for name in BREAKS}
    missed: Counter[str] = Counter()
    read, started = 0, time.process_time()
    for number in range(given.outlets):
        chance = random.Random(given.seed * 1000 + number)
        outlet = make(chance)
        watch = Watch()
        last: datetime | None = None
        for at, signals in year(outlet, given.days):
            read += 1
            finding = watch.see(at, signals)
            if finding and (last is None or at - last > timedelta(days=3)):
                last = at
                names = "+".join(sign.name for sign in finding.signs)
                false[f"{finding.kind}: {names}"] += 1
                print(
                    f"  false, outlet {number} ({outlet.pages_a_day:g} a day): {finding.kind} {names} {at:%a %d %b}"
                )
        saved = list(watch.pages), watch.baseline
        for way in BREAKS:
            if way == "rules" and not outlet.ruled:
                continue
            outlet.broken = way
            after = Watch()
            after.pages.extend(saved[0])
            after.number, after.baseline, after.made_at = watch.number, saved[1], watch.made_at
            for page_ in list(watch.pages)[-WINDOW:]:
                assert after.baseline is not None
                after.judged.append(judge(page_, after.baseline, after.echo))
                after.echo.add(page_.signals)
            for count, (at, signals) in enumerate(
                year(outlet, 60, START + timedelta(days=given.days)), start=1
            ):
                if after.see(at, signals):
                    delays[way].append(count)
                    break
                if count == 100:
                    missed[way] += 1
                    break
            outlet.broken = ""
    seconds = time.process_time() - started
    years = given.outlets * given.days / 365
    print(
        f"{given.outlets} outlets, {years:g} outlet-years, {read} pages: {sum(false.values())} false breaks {dict(false)}"
    )
    for way, found in delays.items():
        if found:
            found.sort()
            print(
                f"  {way:9} told after {median(found):.0f} articles, nine in ten after {found[int(len(found) * 0.9)]},"
                f" the last {found[-1]}; never within 100: {missed[way]}"
            )
    print(f"{seconds / read * 1e6:.0f} us a page (simulation included)")
    real_pages()


if __name__ == "__main__":
    main()
