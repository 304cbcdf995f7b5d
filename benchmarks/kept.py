"""What kept pages cost: ratio and time without and with a dictionary, and how a store's file grows and shrinks.

    python -m benchmarks.kept [--pages 3000] [--days 300]

First each page of the outlets with six pages or more in ../shared/corpora is compressed with what the other pages of its
outlet give, and so are pages of a made-up outlet with three layouts; ratio is the geometric mean over outlets. Then a store
is filled with pages of the made-up outlet, a dictionary is made, older pages are compressed again, half of them is taken,
as many are added, and the file is shrunk and backed up. Times are those of the processor. Exits 1 if a page did not come back as it was.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard

from benchmarks.corpora import by_host, samples
from crawler.cli.warcfile import write_pages
from crawler.fingerprint import fingerprint
from crawler.identity import article_key, outlet_address
from crawler.items import (
    Article,
    Discovery,
    FeedEntry,
    IdPattern,
    Outlet,
    Page,
    PollOutcome,
    Source,
    SourceKind,
    Validators,
)
from crawler.items.kept import PageLimits
from storage import captures
from storage.connection import Connection
from storage.pressing import choose, digested, joined
from storage.store import Store

FEWEST = 6
"""Pages of an outlet of the corpora that is measured."""
FIRST = 200
"""Pages that a store has before its dictionary."""
PIECE = 4096
"""zstd trains on samples far smaller than a page: pages are cut into these."""
Pages = Sequence[bytes]
Make = Callable[[Pages], zstandard.ZstdCompressionDict | None]
FEED = Source(kind=SourceKind.FEED, url="http://made-up.example/rss.xml")
OUTLET = Outlet(
    id="made-up",
    name="Made-up Wire",
    hosts=("made-up.example",),
    sources=(FEED,),
    article_id=(IdPattern(pattern=r"/(\d+)$"),),
)
START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = [
    "river",
    "harbour",
    "council",
    "bridge",
    "report",
    "winter",
    "market",
    "teacher",
    "engine",
    "valley",
    "window",
    "letter",
    "garden",
]


@dataclass(slots=True)
class Cost:
    """Sums over the pages of one outlet."""

    size: int = 0
    stored: int = 0
    pages: int = 0
    pressing: float = 0.0
    reading: float = 0.0
    making: float = 0.0


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--days", type=int, default=300)
    options = parser.parse_args()
    outlets = {host: [page.html for page in pages] for host, pages in by_host(list(samples())).items()}
    outlets = {host: pages for host, pages in outlets.items() if len(pages) >= FEWEST}
    made_up = {"made-up": [made_up_page(number) for number in range(12)]}
    whole = True
    for name, measured in (("corpora", outlets), ("made-up outlet", made_up)):
        if not measured:
            print(f"{name}: not here\n")
            continue
        pages = [page for each in measured.values() for page in each]
        print(
            f"{name}: {len(measured)} outlets, {len(pages)} pages of {sum(map(len, pages)) // len(pages):,} bytes"
        )
        print(f"{'':42} ratio   compress  decompress   make")
        whole = _compare(measured) and whole
        print()
    return 0 if _fill(options.pages, options.days) and whole else 1


# --- compression ----------------------------------------------------------------------------------


def _compare(outlets: dict[str, list[bytes]]) -> bool:
    ways: tuple[tuple[str, int, Make], ...] = (
        ("without a dictionary, level 3", 3, _none),
        ("without a dictionary, level 6", 6, _none),
        ("without a dictionary, level 9", 9, _none),
        ("trained by zstd, 110 KiB, level 3", 3, lambda pages: _trained(pages, 110 << 10)),
        ("trained by zstd, 512 KiB, level 3", 3, lambda pages: _trained(pages, 512 << 10)),
        ("one page, level 3", 3, lambda pages: digested(pages[0])),
        ("three chosen pages (as stored), level 3", 3, _chosen),
        ("three chosen pages, level 6", 6, _chosen),
    )
    whole = True
    for told, level, make in ways:
        whole = _print(told, level, outlets, make) and whole
    return whole


def _print(told: str, level: int, outlets: dict[str, list[bytes]], make: Make) -> bool:
    costs, whole = [], True
    for pages in outlets.values():
        cost = Cost()
        for place in range(len(pages)):
            whole = _measure(pages, place, level, make, cost) and whole
        costs.append(cost)
    count = sum(each.pages for each in costs)
    ratio = math.exp(sum(math.log(each.size / each.stored) for each in costs) / len(costs))
    times = [
        1000 * sum(getattr(each, name) for each in costs) / count
        for name in ("pressing", "reading", "making")
    ]
    print(f"  {told:40} {ratio:5.1f} {times[0]:7.2f} ms {times[1]:8.2f} ms {times[2]:6.0f} ms", flush=True)
    return whole


def _measure(pages: list[bytes], place: int, level: int, make: Make, cost: Cost) -> bool:
    begun = time.process_time()
    ready = make(pages[:place] + pages[place + 1 :])
    if ready is not None:
        ready.precompute_compress(level=level)
    cost.making += time.process_time() - begun
    presser = zstandard.ZstdCompressor(level=level, dict_data=ready)
    reader = zstandard.ZstdDecompressor(dict_data=ready)
    reader.decompress(presser.compress(b"warm"))
    begun = time.process_time()
    pressed = presser.compress(pages[place])
    between = time.process_time()
    back = reader.decompress(pressed)
    cost.reading += time.process_time() - between
    cost.pressing += between - begun
    cost.size, cost.stored, cost.pages = cost.size + len(back), cost.stored + len(pressed), cost.pages + 1
    return back == pages[place]


def _none(_: Pages) -> None:
    return None


def _trained(pages: Pages, size: int) -> zstandard.ZstdCompressionDict:
    pieces = [page[start : start + PIECE] for page in pages for start in range(0, len(page), PIECE)]
    return zstandard.train_dictionary(size, pieces, k=1000, d=8)


def _chosen(pages: Pages) -> zstandard.ZstdCompressionDict:
    return digested(joined(pages, choose(pages)))


def made_up_page(number: int, age: int = 0) -> bytes:
    """Return a page of one of three layouts; a little of the template is another each day of *age*."""
    layout = random.Random(f"layout {number % 3}")
    scripts = "".join(
        f'<i class="c{layout.getrandbits(64):x}" data-x="{layout.getrandbits(32)}">' for _ in range(1800)
    )
    daily = random.Random(f"day {age}")
    rail = "".join(
        f'<a href="/{daily.getrandbits(40)}">{" ".join(daily.choices(WORDS, k=9))}</a>' for _ in range(40)
    )
    own = random.Random(number)
    text = "".join(f"<p>{' '.join(own.choices(WORDS, k=60))} {own.getrandbits(30)}</p>" for _ in range(14))
    return f"<html><head>{scripts}</head><body><h1>Report {number}</h1>{text}<nav>{rail}</nav></body></html>".encode()


# --- a store --------------------------------------------------------------------------------------


def _fill(pages: int, days: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="kept-") as folder:
        path = Path(folder) / "newshawk.db"
        with Store.open(path) as store:
            store.sync_config((OUTLET,), (), START)
            return _life(store, path, pages, days)


def _life(store: Store, path: Path, pages: int, days: int) -> bool:
    print(f"a store with {pages} pages over {days} days, then as many again")
    seconds = _write(store, 0, FIRST, days, pages)
    _tell(store, path, f"without a dictionary, {1000 * seconds / FIRST:.2f} ms a page")
    begun = time.process_time()
    made = store.make_dictionary("made-up")
    assert made is not None
    store.add_dictionary(made, START)
    told = f"a dictionary of {len(made.captures)} pages, {len(made.content):,} bytes"
    print(
        f"  {told}: {time.process_time() - begun:.2f} s; ratio {made.ratio_before} before, {made.ratio} with it"
    )
    seconds = _write(store, FIRST, pages, days, pages)
    _tell(store, path, f"with it, {1000 * seconds / (pages - FIRST):.2f} ms a page")
    begun, saved = time.process_time(), 0
    while (done := store.press_older("made-up")) is not None:
        saved += store.put_pressed(done)
    _tell(
        store,
        path,
        f"older pages compressed again in {time.process_time() - begun:.2f} s, {saved:,} bytes saved",
    )
    _take(store, path, days)
    seconds = _write(store, pages, pages + pages // 2, days, pages)
    _tell(store, path, f"{pages // 2} pages more, {1000 * seconds / (pages // 2):.2f} ms a page")
    begun = time.process_time()
    store.shrink()
    _tell(store, path, f"shrunk in {time.process_time() - begun:.2f} s")
    begun = time.process_time()
    before = _memory()
    target = path.with_name("pages.warc.gz")
    with target.open("wb") as file:
        written = write_pages(store, store.pages(), file, "", "")
    rate, size = written.pages / (time.process_time() - begun), target.stat().st_size
    told = f"{written.pages} pages as WARC, {rate:.0f} a second, {size:,} bytes; {written.stubs} stubs"
    print(f"  {told}; {_memory() - before:.0f} MB of memory more")
    _back_up(store, path.with_name("copy.db"))
    faults = []
    for bodies in (False, True):
        begun = time.process_time()
        faults += store.check(bodies=bodies)
        print(f"  checked {'with' if bodies else 'without'} bodies in {time.process_time() - begun:.2f} s")
    print(f"  faults: {faults or 'none'}")
    return not faults


def _back_up(store: Store, copy: Path) -> None:
    """Tell what a backup takes, and how much of it is the check of the chain."""
    begun = time.process_time()
    done = store.backup(copy)
    whole = time.process_time() - begun
    db = Connection.open(copy, read_only=True)
    begun = time.process_time()
    faults = list(captures.chain_faults(db))
    chain = time.process_time() - begun
    db.close()
    each = f"{1e6 * chain / max(1, done.captures):.0f} us a capture"
    print(
        f"  backed up in {whole:.2f} s, {chain:.2f} s of it for the chain of {done.captures}, {each}; {len(faults)} faults"
    )


def _memory() -> float:
    """Return the most memory that the process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _take(store: Store, path: Path, days: int) -> None:
    begun = time.process_time()
    limits = PageLimits(pages=timedelta(days=days // 2))
    plan = store.plan_taking(limits, START + timedelta(days=days))
    between = time.process_time()
    for first in range(0, len(plan.captures), 100):
        store.drop_bodies(plan.captures[first : first + 100], START)
    told = f"{len(plan.captures)} taken: planned in {between - begun:.3f} s, done in {time.process_time() - between:.2f} s"
    _tell(store, path, told)


def _tell(store: Store, path: Path, told: str) -> None:
    store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = store.kept()
    free = store._db.value("PRAGMA freelist_count") * store._db.value("PRAGMA page_size")
    print(
        f"  {told}: {kept['pages']} pages in {kept['stored']:,} bytes, {kept['ratio']} times smaller;"
        f" file {path.stat().st_size:,} with {free:,} free",
        flush=True,
    )


def _write(store: Store, first: int, last: int, days: int, pages: int) -> float:
    """Store articles with these numbers; return the seconds that writing took."""
    seconds = 0.0
    for start in range(first, last, 20):
        numbers = range(start, min(start + 20, last))
        at = START + timedelta(days=days * start / pages)
        run_id = store.begin_run("made-up", at, "crawl")
        urls = [f"http://made-up.example/{number}" for number in numbers]
        discovery = Discovery(
            outlet_id="made-up",
            source=FEED,
            outcome=PollOutcome.LISTED,
            at=at,
            host="made-up.example",
            url=FEED.url,
            entries=tuple(FeedEntry(url=url) for url in urls),
            validators=Validators(),
        )
        links = store.record_discovery(run_id, OUTLET, discovery).to_fetch
        batch = [_article(link, number, at) for link, number in zip(links, numbers, strict=True)]
        begun = time.process_time()
        store.write(batch, run_id, OUTLET, at)
        seconds += time.process_time() - begun
    return seconds


def _article(link: object, number: int, at: datetime) -> Article:
    url = f"http://made-up.example/{number}"
    body = made_up_page(number, (at - START).days)
    page = Page(
        link=link,  # type: ignore[arg-type]
        at=at,
        url=url,
        requested_url=url,
        host="made-up.example",
        status=200,
        headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
        body=body,
        raw_sha256="00" * 32,
        raw_size=len(body),
    )
    own = random.Random(number)
    text = "\n".join(" ".join(f"w{own.getrandbits(17)}" for _ in range(60)) for _ in range(6))
    address = outlet_address(OUTLET, url)
    return Article(
        page=page,
        address=address,
        key=article_key(OUTLET, address),
        title=f"Report {number}",
        body=text,
        language="en",
        word_count=360,
        fingerprint=fingerprint(f"Report {number}", text),
    )


if __name__ == "__main__":
    sys.exit(main())
