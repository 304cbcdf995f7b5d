"""Thousands of unchanged feeds polled: CPU seconds a feed, for 304 and for 200 with the same body.

    python -m benchmarks.polling [--feeds 10000] [--per-outlet 100]

Each program polls the same feeds from the same server: first a pass that reads all of them, then passes in the same
process in which nothing has changed; the cheapest of these counts. newshawk's way is the whole one (spiders,
middlewares, gate, store); beside it stand the library ``reader``, which gets an environment of its own, and newsboat
where it is installed. The gate's delay is 0. ``--per-outlet``: feeds of one outlet, all at its one host; each outlet is
a crawl of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.environment import environment
from benchmarks.feedserver import feeds
from crawler.clock import utc_now
from crawler.config import load_config
from crawler.log import configure_logging
from crawler.runtime import Runtime
from schedules.crawls import Crawls
from schedules.session import run_in_reactor

WANTED = ("reader", "sgmllib3k")
"""Packages of reader's environment: the feedparser inside it imports sgmllib, which it does not name."""
PASSES = 3
"""The first reads the feeds, the others find them unchanged."""


def main() -> None:
    """Run each program against both servers and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--per-outlet", type=int, default=100)
    parser.add_argument("--passes", metavar="CONFIG", help=argparse.SUPPRESS)
    parser.add_argument(
        "--profile", action="store_true", help="Print where newshawk's unchanged passes spend it."
    )
    options = parser.parse_args()
    if options.passes:
        run_in_reactor(lambda: polls(Path(options.passes), profiled=options.profile))
        return
    work = Path(tempfile.mkdtemp(prefix="polling-"))
    try:
        compare(work, options.feeds, options.per_outlet, profiled=options.profile)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def compare(work: Path, count: int, per_outlet: int, *, profiled: bool) -> None:
    """Print what each program takes for each kind of answer."""
    reader_python = None if profiled else environment(work / "reader", WANTED)
    print(f"{count} feeds, {per_outlet} an outlet, unchanged: CPU milliseconds a feed")
    print(f"{'':12}{'304':>8}{'200':>8}")
    ours, theirs = {}, {}
    for mode in ("304", "200"):
        folder = work / mode
        folder.mkdir()
        with feeds(mode) as proxy:
            ours[mode] = newshawk(folder, proxy, count, per_outlet, profiled=profiled)
        if reader_python is not None:
            with feeds(mode) as proxy:
                theirs[mode] = reader(reader_python, folder, proxy, count, per_outlet)
    print(row("newshawk", ours, count))
    if theirs:
        print(row("reader", theirs, count))
        print(f"{'ratio':12}" + "".join(f"{ours[mode] / theirs[mode]:8.2f}" for mode in ours))
    print("newsboat: " + newsboat(work, count, per_outlet))


def row(name: str, took: dict[str, float], count: int) -> str:
    """Return a line of the table."""
    return f"{name:12}" + "".join(f"{seconds / count * 1000:8.2f}" for seconds in took.values())


def addresses(count: int, per_outlet: int) -> list[tuple[str, str]]:
    """Return (outlet, feed) pairs."""
    pairs = ((f"outlet{number // per_outlet}", number % per_outlet) for number in range(count))
    return [(outlet, f"http://{outlet}.example/rss/{place}.xml") for outlet, place in pairs]


# --- newshawk -------------------------------------------------------------------------------------


def newshawk(folder: Path, proxy: str, count: int, per_outlet: int, *, profiled: bool) -> float:
    """Return the CPU seconds of a pass over unchanged feeds."""
    config = folder / "newshawk.toml"
    config.write_text(declare(proxy, count, per_outlet), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.polling", "--passes", str(config)]
    done = subprocess.run(
        command + (["--profile"] if profiled else []), stdout=subprocess.PIPE, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if profiled:
        print(done.stdout)
    if told["failed"]:
        sys.exit(f"newshawk: {told['failed']} outlets failed")
    return float(min(told["cpu"][1:]))


def declare(proxy: str, count: int, per_outlet: int) -> str:
    """Return a config with all feeds."""
    by_outlet: dict[str, list[str]] = {}
    for outlet, url in addresses(count, per_outlet):
        by_outlet.setdefault(outlet, []).append(url)
    head = f'[store]\npath = "newshawk.db"\n[network]\nproxy = "{proxy}"\ndelay = 0\n[ops]\nlisten = ""\n'
    return head + "".join(
        f'[[outlets]]\nid = "{outlet}"\nname = "{outlet}"\nhosts = ["{outlet}.example"]\nfeeds = {json.dumps(urls)}\n'
        for outlet, urls in by_outlet.items()
    )


async def polls(config_file: Path, *, profiled: bool) -> None:
    """Poll all outlets PASSES times in this process; print the CPU seconds of each pass and the outlets that failed."""
    configure_logging("ERROR")
    config = load_config(config_file)
    runtime = Runtime.build(config, utc_now)
    await runtime.start()
    crawls, took, failed = Crawls(runtime), [], 0
    profile = None
    for number in range(PASSES):
        if profiled and number == 1:
            import cProfile

            profile = cProfile.Profile()
            profile.enable()
        before, started = cpu(), time.monotonic()
        reports = await crawls.crawl_all(config.outlets, "crawl")
        took.append(cpu() - before)
        failed = sum(1 for report in reports.values() if report.error is not None)
        print(f"pass {number}: {time.monotonic() - started:.1f} s", flush=True)
    if profile is not None:
        import pstats

        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    await asyncio.wait_for(runtime.stop(), 60)
    print(json.dumps({"cpu": took, "failed": failed}))


def cpu() -> float:
    """Return the CPU seconds of this process and of children it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


# --- the others -----------------------------------------------------------------------------------


def reader(python: Path, folder: Path, proxy: str, count: int, per_outlet: int) -> float:
    """Return the CPU seconds of a pass of the reader library over unchanged feeds."""
    script = Path(__file__).with_name("reader_polls.py")
    urls = "\n".join(url for _, url in addresses(count, per_outlet))
    done = subprocess.run(
        [str(python), str(script), str(folder / "reader.db"), str(PASSES)],
        input=urls,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=os.environ | {"http_proxy": proxy},
    )
    told = json.loads(done.stdout)
    if told["failed"]:
        sys.exit(f"reader: {told['failed']} feeds failed")
    return float(min(told["cpu"][1:]))


def newsboat(work: Path, count: int, per_outlet: int) -> str:
    """Return a line of newsboat's CPU milliseconds a feed for 304 and 200, or why there are none."""
    program = shutil.which("newsboat")
    if program is None:
        return "left out, it is not installed (Debian: apt-get install newsboat)"
    told = []
    for mode in ("304", "200"):
        folder = work / f"newsboat-{mode}"
        folder.mkdir()
        (folder / "urls").write_text("\n".join(url for _, url in addresses(count, per_outlet)))
        with feeds(mode) as proxy:
            (folder / "config").write_text(
                f'use-proxy yes\nproxy "{proxy.removeprefix("http://")}"\nreload-threads 1\n'
            )
            command = [
                program,
                "-u",
                str(folder / "urls"),
                "-c",
                str(folder / "cache.db"),
                "-C",
                str(folder / "config"),
            ]
            passes = [children_of([*command, "-x", "reload"]) for _ in range(PASSES)]
        told.append(f"{mode}: {min(passes[1:]) / count * 1000:.2f}")
    return ", ".join(told) + " (each pass a process of its own)"


def children_of(command: list[str]) -> float:
    """Return the CPU seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
