"""A year of re-checks with a moved clock: requests a day, how soon edits are seen by age, and whether the budget holds.

    python -m benchmarks.ladder [--days 365] [--outlets 50] [--store-days 10]

Outlets of different size (1 to 40 articles a day) and habit (from none to eight times the usual edits) are crawled
without a network. Each ladder sees the same articles with the same edits:

    planned   habits, stories and budget, as newshawk does (crawler/habits.py)
    fixed     15 minutes, an hour, a day, a week, a month by age, whatever the outlet does and whatever it costs
    promised  the rungs of crawler/ladder.py alone

A few outlets are crawled once more through the store itself, for --store-days, beside the same days in memory.
"""

from __future__ import annotations

import argparse
import heapq
import random
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.ladderstore import StoreBook
from crawler import habits
from crawler.habits import BANDS, Next, Plan, Seen
from crawler.ladder import DAY, HOUR, RUNGS, next_recheck

START = datetime(2026, 1, 1, tzinfo=UTC)
TICK = timedelta(minutes=5)
DELAY = 1.0
AT_ONCE = 200
"""Re-checks of one run at most, as in crawler/run.py."""
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 40)
"""New articles a day."""
EAGERNESS = (0.0, 0.25, 1.0, 3.0, 8.0)
"""Times the usual edits."""
LADDERS = ("planned", "fixed", "promised")


@dataclass
class Written:
    """One article of the simulation, with its edits to come."""

    number: int
    born_at: datetime
    edits: list[datetime]
    checked_at: datetime = START
    revised_at: datetime | None = None
    by: datetime = START
    is_old: bool = False
    at: datetime = START


@dataclass
class Result:
    """What one ladder came to for one outlet."""

    size: int
    eagerness: float
    budget: int = 0
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Hours from an edit to the check that saw it, by the band in which it was made."""
    days: Counter[int] = field(default_factory=Counter)
    """Requests, by day."""
    unseen: int = 0
    late: float = 0.0
    """Hours by which the latest promised check was late."""


class MemoryBook:
    """The planned ladder without a store: what storage/rechecks.py does, in heaps."""

    def __init__(self, _: int) -> None:
        self.articles: dict[int, Written] = {}
        self.plan, self.budget = Plan(), habits.LEAST_BUDGET
        self.seen: dict[str, Seen] = {}
        self.born: list[datetime] = []
        self.asked: Counter[int] = Counter()
        self.heaps: dict[str, list[tuple[datetime, int]]] = {"young": [], "old": [], "wished": []}

    def set_plan(self, now: datetime) -> None:
        """Make the plan of the hour."""
        week = [at for at in self.born if at >= now - 7 * DAY]
        self.born = week
        span = max((now - week[0]) / DAY, 1.0) if week else 1.0
        new = len(week) / span
        self.budget = habits.daily_budget(0, new, DELAY)
        factors = tuple(habits.factor(self.seen.get(band.name, Seen()), band) for band in BANDS)
        stretch = habits.stretch_for(factors, RUNGS, new, self.budget * habits.USABLE)
        self.plan = Plan(factors=factors, stretch=stretch)

    def add(self, article: Written, now: datetime) -> None:
        """Take up a new article."""
        self.articles[article.number] = article
        self.born.append(now)
        self._schedule(article, now)

    def due(self, now: datetime) -> list[Written]:
        """Return what is asked for now."""
        hour = int((now - START) / HOUR)
        in_a_day = sum(self.asked[hour - back] for back in range(24))
        room, for_wishes = habits.rooms(self.budget, in_a_day, self.asked[hour])
        room, for_wishes = min(AT_ONCE, room), min(AT_ONCE, for_wishes)
        if room <= 0:
            return []
        lanes = [
            self._of(lane, now, most)
            for lane, most in (("young", room), ("old", room), ("wished", for_wishes))
        ]
        chosen = habits.helping(*lanes, room=room, hour=hour)
        for lane, numbers in zip(("young", "old", "wished"), lanes, strict=True):
            for number in set(numbers) - set(chosen):
                article = self.articles[number]
                heapq.heappush(self.heaps[lane], (article.at if lane == "wished" else article.by, number))
        self.asked[hour] += len(chosen)
        return [self.articles[number] for number in chosen]

    def _of(self, lane: str, now: datetime, room: int) -> list[int]:
        """Return the first numbers of a lane that are due; what was checked meanwhile falls out."""
        heap, found = self.heaps[lane], list[int]()
        while heap and heap[0][0] <= now and len(found) < room:
            at, number = heapq.heappop(heap)
            article = self.articles.get(number)
            if article is not None and at == (article.at if lane == "wished" else article.by):
                found.append(number)
        return found

    def checked(self, article: Written, now: datetime, *, is_edit: bool) -> None:
        """Write what a check found."""
        band = habits.band_of(now - article.born_at)
        hours = (now - article.checked_at) / HOUR
        self.seen[band.name] = habits.with_check(self.seen.get(band.name, Seen()), hours, is_edit=is_edit)
        self._schedule(article, now)

    def _schedule(self, article: Written, now: datetime) -> None:
        edited = article.revised_at
        is_edited = edited is not None and now - edited < habits.EDITED_SPAN
        following = self.next_look(article, now, is_edited=is_edited)
        if following is None:
            del self.articles[article.number]
            return
        article.at, article.by, article.is_old = following.at, following.by, following.is_old
        heapq.heappush(self.heaps["wished"], (article.at, article.number))
        heapq.heappush(self.heaps["old" if article.is_old else "young"], (article.by, article.number))

    def next_look(self, article: Written, now: datetime, *, is_edited: bool) -> Next | None:
        """Return the next look at an article."""
        return habits.next_look(self.plan, article.born_at, article.born_at, now, is_edited=is_edited)


class Unbounded(MemoryBook):
    """A ladder that knows no budget and no habits."""

    def set_plan(self, now: datetime) -> None:
        """Plan nothing."""
        self.budget = 10**9

    def next_look(self, article: Written, now: datetime, *, is_edited: bool) -> Next | None:
        """Return the next look by age alone."""
        return habits.next_look(Plan(), article.born_at, article.born_at, now)


class Promised(Unbounded):
    """The promised rungs alone."""

    def next_look(self, article: Written, now: datetime, *, is_edited: bool) -> Next | None:
        """Return the next rung."""
        at = next_recheck(article.born_at, now)
        return None if at is None else Next(at=at, by=at, is_old=False, why="")


BOOKS = {"planned": MemoryBook, "fixed": Unbounded, "promised": Promised}


def edits_of(chance: random.Random, born_at: datetime, eagerness: float) -> list[datetime]:
    """Return the times of an article's edits in its year: as often as usual at each age, times a number of its own."""
    own, found, start = chance.choice((0.2, 0.6, 1.0, 2.2)), list[datetime](), timedelta()
    for band in BANDS:
        rate, age = band.usual * eagerness * own, start
        while rate > 0:
            age += HOUR * chance.expovariate(rate)
            if age >= band.until:
                break
            found.append(born_at + age)
        start = band.until
    return found


def simulate(job: tuple[str, int, float, int, int]) -> Result:
    """Return what a ladder comes to for an outlet of so many articles a day over so many days."""
    ladder, size, eagerness, days, seed = job
    return crawl(BOOKS[ladder](seed), size, eagerness, days, seed)


def crawl(book: MemoryBook | StoreBook, size: int, eagerness: float, days: int, seed: int) -> Result:
    """Let time pass: articles appear, re-checks that are due are made, edits are seen or not."""
    chance, result = random.Random(seed), Result(size=size, eagerness=eagerness)
    now, end, number = START, START + days * DAY, 0
    coming = START + DAY * chance.expovariate(size)
    while now < end:
        if now.minute == 0:
            book.set_plan(now)
            result.budget = max(result.budget, book.budget)
        while coming <= now:
            number += 1
            book.add(
                Written(number=number, born_at=now, checked_at=now, edits=edits_of(chance, now, eagerness)),
                now,
            )
            coming += DAY * chance.expovariate(size)
        for article in book.due(now):
            result.days[int((now - START) / DAY)] += 1
            result.late = max(result.late, (now - article.by) / HOUR)
            seen = [at for at in article.edits if at <= now]
            for at in seen:
                band = habits.band_of(at - article.born_at)
                result.waits[band.name].append((now - at) / HOUR)
            article.edits = article.edits[len(seen) :]
            if seen:
                article.revised_at = now
            book.checked(article, now, is_edit=bool(seen))
            article.checked_at = now
        now += TICK
    result.unseen = sum(at < end for each in book.articles.values() for at in each.edits)
    return result


# --- the tables -----------------------------------------------------------------------------------


def main() -> None:
    """Run the year and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--outlets", type=int, default=50)
    parser.add_argument("--store-days", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    outlets = [
        (SIZES[n % len(SIZES)], EAGERNESS[n // len(SIZES) % len(EAGERNESS)]) for n in range(options.outlets)
    ]
    found: dict[str, list[Result]] = {}
    with ProcessPoolExecutor(options.processes) as pool:
        for ladder in LADDERS:
            begun = time.monotonic()
            jobs = [(ladder, *outlet, options.days, seed) for seed, outlet in enumerate(outlets)]
            found[ladder] = list(pool.map(simulate, jobs))
            print(f"{ladder}: {time.monotonic() - begun:.0f} s", flush=True)
    print(
        f"\n{options.outlets} outlets, {sum(size for size, _ in outlets)} articles a day, {options.days} days\n"
    )
    print_requests(found, options.days)
    print_waits(found)
    print_habits(found)
    if options.store_days:
        print_store(options.store_days)


def print_requests(found: dict[str, list[Result]], days: int) -> None:
    """Print requests a day over all outlets, and whether each outlet's budget held."""
    print(
        f"{'requests a day':12}{'mean':>9}{'last month':>12}{'most':>9}{'over budget':>13}{'latest promise':>16}"
    )
    for ladder, results in found.items():
        total = Counter[int]()
        for each in results:
            total += each.days
        budgets = [each.budget for each in found["planned"]]
        over = sum(
            asked > budget
            for each, budget in zip(results, budgets, strict=True)
            for asked in each.days.values()
        )
        month = [total[day] for day in range(max(days - 30, 0), days)]
        late = max(each.late for each in results)
        print(
            f"{ladder:12}{statistics.mean(total[day] for day in range(days)):11.0f}{statistics.mean(month):12.0f}"
            f"{max(total.values()):9}{over:7} days{late:14.1f} h"
        )
    print(f"budgets together {sum(each.budget for each in found['planned'])}\n")


def print_waits(found: dict[str, list[Result]]) -> None:
    """Print how long edits waited, by the age at which they were made."""
    print(f"{'hours until an edit is seen':28}" + "".join(f"{ladder:>22}" for ladder in found))
    for band in BANDS:
        print(f"{band.name:28}" + "".join(f"{waits(results, band.name):>22}" for results in found.values()))
    print(
        f"{'not yet seen':28}"
        + "".join(f"{sum(r.unseen for r in results):>22}" for results in found.values())
    )


def waits(results: Iterable[Result], band: str) -> str:
    """Return median and 90th percentile of the hours that edits of a band waited."""
    hours = sorted(hour for each in results for hour in each.waits.get(band, ()))
    if not hours:
        return "-"
    return f"{shown(hours[len(hours) // 2])} / {shown(hours[int(len(hours) * 0.9)])} ({len(hours)})"


def shown(hours: float) -> str:
    """Return hours with the digits that matter."""
    return f"{hours:.2f}" if hours < 10 else f"{hours:.0f}"


def print_habits(found: dict[str, list[Result]]) -> None:
    """Print what outlets of different habits cost, and how soon their edits of the first day are seen."""
    print("\nby habit: requests for each new article; hours until an edit of the first day is seen")
    for eagerness in sorted({each.eagerness for each in found["planned"]}):
        told = f"{eagerness:g} times usual"
        cells = []
        for results in found.values():
            chosen = [each for each in results if each.eagerness == eagerness]
            articles = sum(each.size * len(each.days) for each in chosen)
            cost = sum(sum(each.days.values()) for each in chosen) / articles
            cells.append(f"{cost:.1f}; {waits(chosen, 'first day')}")
        print(f"{told:16}" + "".join(f"{cell:>26}" for cell in cells))


def print_store(days: int) -> None:
    """Print what the same days come to through the store and in memory."""
    print(f"\nthrough the store, {days} days: requests, and hours until an edit of the first day is seen")
    outlets: Sequence[tuple[int, float]] = ((4, 1.0), (20, 8.0), (40, 0.0))
    for seed, (size, eagerness) in enumerate(outlets):
        memory = crawl(MemoryBook(seed), size, eagerness, days, seed)
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            with StoreBook(Path(folder) / "store.db", DELAY, AT_ONCE) as book:
                stored = crawl(book, size, eagerness, days, seed)
            seconds = time.monotonic() - begun
        asked = sum(stored.days.values())
        print(
            f"{size:4} a day, {eagerness:g} times: store {asked}, {waits([stored], 'first day')};"
            f" memory {sum(memory.days.values())}, {waits([memory], 'first day')};"
            f" {seconds / max(asked, 1) * 1000:.2f} ms a re-check"
        )


if __name__ == "__main__":
    main()
