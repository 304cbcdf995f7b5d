"""What stories cost in a large store: adding an article, asking for its story, and the views of them.

    python -m benchmarks.stories [--sizes 10000,100000,1000000] [--asks 400]

A store of each size is filled with made-up articles; their rows and bands go straight into the tables, since a million
articles would take the writer an hour. A band is a random number of 63 bits; three articles in ten have two bands of a
hundred boilerplate ones, so that at a million each stands in 6,000 articles, and one in twenty is another outlet's copy of
an earlier one. Then each store is opened anew, in a process of its own, and articles are added by the writer and asked
for by the code that the writer uses: strangers, strangers with boilerplate bands, and copies. Times of asking are those of the
processor, the others those of the clock; peak memory is that of the process. Exits 1 when asking at the largest size takes more than twice as long as at the one before.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crawler.fingerprint import BANDS, fingerprint
from crawler.identity import article_key, outlet_address
from crawler.items import (
    Article,
    Discovery,
    FeedEntry,
    Fingerprint,
    Outlet,
    Page,
    PollOutcome,
    Source,
    SourceKind,
    Validators,
)
from storage import copies, standings
from storage.connection import Connection
from storage.store import Store
from storage.values import stored

OUTLETS = 40
WORDS = 240
"""Words of a made-up text."""
COMMON = 100
"""Boilerplate bands, two of which three articles in ten have."""
START = datetime(2026, 1, 1, tzinfo=UTC)
CHUNK = 50_000
BATCH = 25
"""Articles that are added in one transaction, as a crawl does."""
STANDINGS = 3_000
"""Stories that are told by the writer's own code, for the views; it would take long for all of a million."""
Numbers = npt.NDArray[np.uint64]


# --- made-up articles -----------------------------------------------------------------------------


def mixed(values: Numbers) -> Numbers:
    """Return numbers of 64 bits that look random, the same for the same values."""
    values = (values + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def original(number: int) -> int:
    """Return the article that a number is a copy of, itself for most."""
    return number - 10 if number % 20 == 11 and number > 20 else number


def bands_of(numbers: Numbers, place: int) -> Numbers:
    """Return the bands of articles at one of the 42 places; each place has a part of the numbers of its own."""
    part = np.uint64((1 << 63) // BANDS)
    drawn = mixed(numbers * np.uint64(BANDS) + np.uint64(place)) % part
    if place < 2:
        common = mixed(numbers % np.uint64(COMMON) + np.uint64(7_000_000_000 + place)) % part
        drawn = np.where(mixed(numbers) % np.uint64(10) < np.uint64(3), common, drawn)
    return drawn + np.uint64(place) * part


def all_bands(number: int) -> tuple[int, ...]:
    """Return the bands of one article."""
    of = np.array([original(number)], dtype=np.uint64)
    return tuple(int(bands_of(of, place)[0]) for place in range(BANDS))


_WORDS = [
    f"{a}{b}{c}"
    for a in ("ka", "lo", "mi", "ru")
    for b in ("bel", "dor", "fin", "gan")
    for c in ("a", "is", "um")
]


def text(number: int) -> str:
    """Return the made-up text of an article."""
    return " ".join(random.Random(original(number)).choices(_WORDS, k=WORDS))


def outlet(number: int) -> Outlet:
    """Return one of the made-up outlets."""
    host = f"o{number}.example"
    source = Source(kind=SourceKind.FEED, url=f"http://{host}/feed")
    return Outlet(id=f"o{number}", name=f"Outlet {number}", hosts=(host,), sources=(source,))


# --- filling --------------------------------------------------------------------------------------


def fill(path: Path, size: int) -> None:
    """Make a store of *size* articles."""
    with Store.open(path) as store:
        store.sync_config([outlet(number) for number in range(OUTLETS)], (), START)
    db = Connection.open(path, read_only=False)
    for pragma in ("foreign_keys = OFF", "synchronous = OFF", "journal_mode = OFF", "cache_size = -200000"):
        db.execute(f"PRAGMA {pragma}")
    with db.transaction():
        db.many(
            "INSERT INTO stories (id, created_at) VALUES (?, ?)",
            [(n, stored(START)) for n in range(1, size + 1)],
        )
        for begin in range(1, size + 1, CHUNK):
            _add_articles(db, range(begin, min(begin + CHUNK, size + 1)))
        for place in range(BANDS):
            _add_bands(db, place, size)
    with db.transaction():
        several = [
            row[0] for row in db.rows("SELECT story_id FROM articles GROUP BY story_id HAVING count(*) > 1")
        ]
        for story_id in several[:STANDINGS]:
            standings.refresh(db, story_id)
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def _add_articles(db: Connection, numbers: range) -> None:
    links, articles, revisions = [], [], []
    for number in numbers:
        own, url = f"o{number % OUTLETS}", f"http://o{number % OUTLETS}.example/{number}"
        at = stored(START + timedelta(seconds=20 * number))
        links.append((number, own, url, f"/{number}", f"/{number}", at))
        articles.append((number, own, str(number), number, url, original(number), at))
        body = text(number)
        revisions.append((number, own, url, body, at, f"{number:064x}"))
    db.many(
        "INSERT INTO links (id, outlet_id, url, address, ledger_key, host, key_kind, key_value, state,"
        " first_seen_at, last_seen_at, settled_at, article_id)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?2, 'path', ?5, 'new', ?6, ?6, ?6, ?1)",
        links,
    )
    db.many(
        "INSERT INTO articles (id, outlet_id, key_kind, key_value, link_id, url, story_id, revision, first_seen_at,"
        " last_seen_at, revised_at, published_at, published_precision, published_source, checked_at)"
        " VALUES (?1, ?2, 'path', ?3, ?4, ?5, ?6, 1, ?7, ?7, ?7, ?7, 'second', 'page', ?7)",
        articles,
    )
    db.many(
        "INSERT INTO revisions (article_id, number, seen_at, host, fetched_url, title, byline, section, language,"
        " published_precision, published_source, image_url, image_caption, word_count, text_sha256, method, body)"
        " VALUES (?1, 1, ?5, ?2, ?3, 'Title ' || ?1, '[]', '', 'en', 'none', 'none', '', '', 240, ?6, 'rule', ?4)",
        revisions,
    )


def _add_bands(db: Connection, place: int, size: int) -> None:
    """Add one band of each article, in the order of the table: far quicker than in that of articles."""
    numbers = np.arange(1, size + 1, dtype=np.uint64)
    of = np.where((numbers % 20 == 11) & (numbers > 20), numbers - np.uint64(10), numbers)
    bands = bands_of(of, place)
    order = np.lexsort((numbers, bands))
    for begin in range(0, size, 200_000):
        part = order[begin : begin + 200_000]
        rows = list(zip(bands[part].tolist(), numbers[part].tolist(), strict=True))
        db.many("INSERT INTO story_bands (band, article_id) VALUES (?, ?)", rows)


# --- measured -------------------------------------------------------------------------------------


def questions(size: int, count: int) -> Iterator[tuple[str, copies.Arriving]]:
    """Yield texts that look for their story, of each kind *count*."""
    chance = random.Random(size)
    for number in range(size + 1, size + 1 + count):
        body = text(10 * number)
        own = fingerprint("", body).bands
        yield "stranger", _arriving(body, own)
        common = next(n for n in iter(lambda: chance.randrange(1, size), None) if _has_boilerplate(n))
        yield "boilerplate", _arriving(body, (*all_bands(common)[:2], *own[2:]))
        copied = chance.randrange(1, size)
        yield "copy", _arriving(f"{text(copied)} {text(10 * number)[:400]}", all_bands(copied))


def _has_boilerplate(number: int) -> bool:
    of = np.array([original(number)], dtype=np.uint64)
    return bool(mixed(of)[0] % np.uint64(10) < 3)


def _arriving(body: str, bands: tuple[int, ...]) -> copies.Arriving:
    given = Fingerprint(text_sha256="", bands=bands)
    return copies.Arriving(
        outlet_id="o1", title="Another title", day="2026-12-24", body=body, fingerprint=given
    )


def measure(path: Path, size: int, asks: int) -> dict[str, Any]:
    """Return what one store costs, in microseconds, milliseconds and megabytes."""
    told: dict[str, Any] = {"file_mb": path.stat().st_size / 2**20}
    asked = list(questions(size, asks))
    with Store.open(path) as store:
        for arriving in asked[: len(asked) // 4]:
            copies.sharing(store._db, arriving[1])  # what a daemon has in its cache
        times: dict[str, list[float]] = {}
        for kind, arriving in asked:
            began = time.process_time()
            found = copies.sharing(store._db, arriving)
            times.setdefault(kind, []).append((time.process_time() - began) * 1e6)
            if bool(found) != (kind == "copy"):
                sys.exit(f"a {kind} was {'found' if found else 'not found'}")
        told |= {kind: statistics.median(each) for kind, each in times.items()}
        told["slow"] = max(statistics.quantiles(each, n=20)[-1] for each in times.values())
        told["peak_mb"] = peak_mb()
        told["add"] = add(store, size)
        for view in ("first_to_publish", "outlet_order"):
            told[view] = milliseconds(lambda view=view: store._db.all(f"SELECT * FROM {view} LIMIT 100"))  # type: ignore[misc]
        told["members"] = milliseconds(
            lambda: store._db.all("SELECT * FROM story_members WHERE story_id = 21")
        )
        told["list"] = max(
            milliseconds(lambda order=order: store.stories(order))
            for order in ("largest", "newest", "fastest")
        )  # type: ignore[misc]
    return told


def peak_mb() -> float:
    """Return the most memory that this process had; ru_maxrss would bring along that of the one which started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long the second call takes."""
    call()
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1e3


def add(store: Store, size: int) -> float:
    """Return the microseconds that the writer takes for an article, its story found and its bands added."""
    own, now = outlet(0), START + timedelta(days=400)
    run_id = store.begin_run(own.id, now, "crawl")
    spent, count = 0.0, 8 * BATCH
    for begin in range(0, count, BATCH):
        urls = [f"http://o0.example/new/{size + begin + each}" for each in range(BATCH)]
        discovery = Discovery(
            outlet_id=own.id,
            source=own.sources[0],
            outcome=PollOutcome.LISTED,
            at=now,
            host=own.hosts[0],
            url=own.sources[0].url,
            entries=tuple(FeedEntry(url=url, title="") for url in urls),
            validators=Validators(body_sha256=str(begin)),
        )
        links = store.record_discovery(run_id, own, discovery).to_fetch
        batch = []
        for number, link in enumerate(links):
            body = text(30 * (size + begin + number))
            page = Page(
                link=link,
                at=now,
                url=link.url,
                requested_url=link.url,
                host=own.hosts[0],
                status=200,
                body=b"",
            )
            address = outlet_address(own, link.url)
            given = fingerprint("New", body)
            batch.append(
                Article(
                    page=page,
                    title="New",
                    body=body,
                    address=address,
                    key=article_key(own, address),
                    fingerprint=given,
                )
            )
        began = time.perf_counter()
        outcomes = store.write(batch, run_id, own, now)
        spent += time.perf_counter() - began
        if any(outcome.state != "new" for outcome in outcomes):
            sys.exit(f"not all were new: {outcomes}")
    return spent / count * 1e6


ROWS = {
    "stranger": "us to ask: a stranger",
    "boilerplate": "us to ask: a stranger with boilerplate",
    "copy": "us to ask: a copy",
    "slow": "us to ask: the slowest kind, 19 of 20 within",
    "add": "us to add an article, all of the writer",
    "peak_mb": "MB of memory while asking",
    "file_mb": "MB of the store",
    "list": "ms of newshawk stories, the slowest order",
    "members": "ms of story_members, one story",
    "first_to_publish": "ms of first_to_publish, 100 rows",
    "outlet_order": "ms of outlet_order, 100 rows",
}


def main() -> None:
    """Fill and measure a store of each size, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="articles of the stores")
    parser.add_argument("--asks", type=int, default=400, help="texts of each kind that are asked for")
    parser.add_argument("--measure", nargs=2, metavar=("FILE", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(Path(options.measure[0]), int(options.measure[1]), options.asks)))
        return
    sizes, told = [int(size) for size in options.sizes.split(",")], []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="stories-") as folder:
            path = Path(folder) / "newshawk.db"
            began = time.perf_counter()
            fill(path, size)
            print(f"{size:,} articles: filled in {time.perf_counter() - began:.0f} s", flush=True)
            command = [sys.executable, "-m", "benchmarks.stories", "--measure", str(path), str(size)]
            command += ["--asks", str(options.asks)]
            told.append(
                json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            )
    print(f"\n{'':48}" + "".join(f"{size:>12,}" for size in sizes))
    for name, label in ROWS.items():
        print(f"{label:48}" + "".join(f"{each[name]:>12,.{0 if each[name] >= 10 else 1}f}" for each in told))
    if len(told) > 1 and any(
        told[-1][kind] > 2 * told[-2][kind] for kind in ("stranger", "boilerplate", "copy")
    ):
        sys.exit("asking takes more than twice as long in the largest store as in the one before")


if __name__ == "__main__":
    main()
