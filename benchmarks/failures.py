"""Twenty outlets with mirrors, and the 25 failures of real ones switched on one by one: is anything lost?

    python -m benchmarks.failures [--outlets 20] [--quick]

A local web (an HTTP proxy, TLS with certificates made for it) serves each outlet from three hosts. Each failure is switched on
at some outlets, which publish two articles at the same time; one pass runs, and a quarter of an hour later by newshawk's
clock, with the failure gone, another. The table tells what was found, how it ended while the failure lasted, how many
articles were missing in the end, how long it took until another host was asked for a page, and what ``status`` said.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.cli.figures import status_troubles
from crawler.config import load_config
from crawler.pool import ParserPool
from schedules.monitor import outlook
from schedules.passes import clock_from, crawl_pass
from storage.store import Store
from tests.path.newsroom import START, Newsroom
from tests.world.failures import FAILURES, Site, blackout, permanent_304, sites
from tests.world.reactor import reactor_thread
from tests.world.server import World

RULE = '\n[[rules]]\nid = "all"\nquery = "harbour OR حريق"\nto = ["desk"]\n'
STEP = timedelta(minutes=45)
"""Between two failures, by newshawk's clock: hosts have had their rest."""
MENDED_AFTER = timedelta(minutes=15)
LASTING = {permanent_304: timedelta(hours=25)}
"""Failures that are not mended, since what shall help is that newshawk doubts the host after this time."""
PATIENCE = 300.0
"""Seconds that one pass may take."""

Failure = Callable[[World, Site], None]


@dataclass
class Row:
    """What one failure came to."""

    failure: str
    outlets: int
    published: int
    ended: Counter[str] = field(default_factory=Counter)
    """State and reason of each address that was found, while the failure lasted."""
    missing: int = 0
    """Of those published while it lasted: articles without a row in the export once it was gone."""
    served_after: float | None = None
    """Seconds from the first request until another host than the first was asked for a page; None when none was."""
    hosts: int = 0
    """Hosts asked while it lasted."""
    seconds: float = 0.0
    said: str = ""
    """First line of ``status`` about one of the outlets."""


class KeptPool(ParserPool):
    """A parser pool that outlives the passes: a daemon starts its workers once, and so are passes here."""

    def close(self) -> None:
        """Keep the workers; ``end`` ends them."""

    def end(self) -> None:
        """End the workers."""
        super().close()


class Bench:
    """One newsroom over all failures, its clock moving on."""

    def __init__(self, folder: Path, world: World, outlets: int) -> None:
        self.world = world
        self.sites = list(sites(outlets))
        self.room = Newsroom(folder, world, *(site.declared() for site in self.sites), RULE)
        self.at = timedelta()
        self.pool = KeptPool()
        self._number = 100_000

    def run(self, failures: Sequence[Failure], on_row: Callable[[Row], None] = lambda _: None) -> list[Row]:
        """Poll everything once, then each failure; return their rows, each told to *on_row* as it comes."""
        for site in self.sites:
            site.publish(self.world)
        self._crawl(self.sites)
        rows = []
        for at, failure in enumerate(failures):
            rows.append(self._one(at, failure))
            on_row(rows[-1])
        return rows

    def _one(self, number: int, failure: Failure) -> Row:
        self.at += STEP
        struck = self._struck(number, failure)
        for site in struck:
            site.add(self._number, self._number + 1)
            self._number += 2
            site.publish(self.world)
            failure(self.world, site)
        row = Row(failure=failure.__name__, outlets=len(struck), published=2 * len(struck))
        self._under_failure(row, struck)
        self.at += LASTING.get(failure, MENDED_AFTER)
        for site in struck:
            if failure not in LASTING:
                site.publish(self.world)
        self._crawl(struck)
        published = {one.path for site in struck for one in site.added}
        row.missing = sum(path in published for site in struck for path in self._missing(site))
        for site in struck:
            site.publish(self.world)
        return row

    def _struck(self, number: int, failure: Failure) -> list[Site]:
        """Return the outlets at which a failure is switched on: three in turn, of a blackout a third of all."""
        wanted = max(3, len(self.sites) // 3) if failure is blackout else 3
        return [self.sites[(number * 3 + at) % len(self.sites)] for at in range(min(wanted, len(self.sites)))]

    def _under_failure(self, row: Row, struck: list[Site]) -> None:
        before = self._last_link()
        asked = len(self.world.dialled)
        started = time.monotonic()
        self._crawl(struck)
        row.seconds = time.monotonic() - started
        dialled = self.world.dialled[asked:]
        mirrors = {host for site in struck for host in site.hosts[1:]}
        row.hosts = len({host for _, host in dialled})
        pages = [
            one.at
            for one in self.world.asked
            if one.host in mirrors and one.at >= started and one.path.startswith("/story/")
        ]
        row.served_after = min(pages) - dialled[0][0] if pages and dialled else None
        states = self.room.sql(f"SELECT state, reason FROM links WHERE id > {before}")
        row.ended = Counter("/".join(filter(None, state)) for state in states)
        row.said = self._said(struck)

    def _crawl(self, chosen: Sequence[Site]) -> None:
        config = load_config(self.room.config)
        names = {site.id for site in chosen}
        outlets = [outlet for outlet in config.outlets if outlet.id in names]
        work = crawl_pass(config, outlets, clock_from(START + self.at), pool=self.pool)
        reactor_thread().run(work, timeout=PATIENCE)

    def _said(self, struck: Sequence[Site]) -> str:
        told = outlook(load_config(self.room.config), START + self.at)["outlets"]
        rows = {site.id: told[site.id] for site in struck}
        lines = status_troubles(rows, datetime.now(UTC))
        return lines[0] if lines else next(filter(None, map(_ill_host, rows.values())), "")

    def _last_link(self) -> int:
        return int(self.room.sql("SELECT coalesce(max(id), 0) FROM links")[0][0])

    def _missing(self, site: Site) -> list[str]:
        """Return the paths of stories that have no article."""
        rows = self.room.sql(f"SELECT url FROM export WHERE outlet = '{site.id}'")
        numbers = {url.split("/story/")[1].split("/")[0] for (url,) in rows}
        return [one.path for one in site.stories if str(one.number) not in numbers]

    def audit(self) -> list[str]:
        """Return what is wrong in the end: articles lost or doubled, alerts repeated, a store that is not whole."""
        problems = [f"{site.id} lacks {path}" for site in self.sites for path in self._missing(site)]
        articles = self.room.sql("SELECT count(*) FROM export")[0][0]
        wanted = sum(len(site.stories) for site in self.sites)
        if articles != wanted:
            problems.append(f"{articles} articles, not {wanted}")
        sent = Counter(mail["Message-ID"] for mail in self.room.mails())
        problems += [f"mail {each} left {times} times" for each, times in sent.items() if times > 1]
        with Store.open(self.room.folder / "newshawk.db") as store:
            problems += store.check(bodies=True)
        return problems


def _ill_host(row: dict[str, Any]) -> str:
    """Return what ``status`` says of a host that is not well, where it tells of hosts."""
    for host in row.get("hosts", ()):
        if reason := host.get("reason"):
            return f"{host.get('host')}: {reason}"
    return ""


def main() -> None:
    """Run, print the table; exit 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="four outlets, four failures")
    options = parser.parse_args()
    chosen = FAILURES[1::6] if options.quick else FAILURES
    with tempfile.TemporaryDirectory(prefix="failures-") as folder, World(Path(folder)) as world:
        started = time.monotonic()
        bench = Bench(Path(folder), world, 4 if options.quick else options.outlets)
        print(HEADINGS, flush=True)
        bench.run(chosen, on_row=lambda row: print(line(row), flush=True))
        bench.pool.end()
        problems = bench.audit()
        mails, articles = len(bench.room.mails()), sum(len(site.stories) for site in bench.sites)
        print(
            f"{len(bench.sites)} outlets, {articles} articles, {mails} mails, {time.monotonic() - started:.0f} s; in the end:"
        )
    print("\n".join(problems) or "nothing lost, nothing twice")
    sys.exit(1 if problems else 0)


HEADINGS = f"{'failure':28} outlets new lost  next host  hosts    took  ended; status said"


def line(row: Row) -> str:
    """Return a row of the table; what ``status`` said stands below it."""
    after = "-" if row.served_after is None else f"{row.served_after:.1f} s"
    ended = ", ".join(f"{count} {state}" for state, count in sorted(row.ended.items())) or "nothing found"
    told = (
        f"{row.failure:28} {row.outlets:7} {row.published:3} {row.missing:4} {after:>10} {row.hosts:6}"
        f" {row.seconds:5.1f} s  {ended}"
    )
    return f"{told}\n{'':28} {row.said[:110]}" if row.said else told


if __name__ == "__main__":
    main()
