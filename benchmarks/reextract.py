"""How fast kept pages are read again: the pages of ../shared/corpora in a store, read by ``newshawk reextract``.

    python -m benchmarks.reextract [--times 3]

Each page is an article whose stored text is a single line, so that every text changes: the dearest case. Then all are
read once more (--all), which changes none. Pages per second, and processor time and memory of the process that writes;
the parsers have their own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.corpora import samples
from crawler.clock import utc_now
from crawler.config import Config, load_config
from crawler.fingerprint import fingerprint
from crawler.identity import article_key, outlet_address
from crawler.items import Article, Discovery, FeedEntry, Link, Page, PollOutcome, Validators
from storage.store import Store

HOST = "www.corpora.test"
CONFIG = f"""
[store]
path = "newshawk.db"
[mail]
transport = "file"
folder = "mail"
from = "newshawk@example.org"
[[outlets]]
id = "corpora"
name = "Corpora"
hosts = ["{HOST}"]
feeds = ["http://{HOST}/feed"]
"""
BATCH = 50


def main() -> None:
    """Run the whole benchmark."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=3, help="Each page so often.")
    times: int = options.parse_args().times
    with tempfile.TemporaryDirectory(prefix="reextract-") as name:
        folder = Path(name)
        (folder / "newshawk.toml").write_text(CONFIG, encoding="utf-8")
        bodies = [page.html for page in samples()] * times
        if not bodies:
            sys.exit("../shared/corpora is not here")
        fill(load_config(folder / "newshawk.toml"), bodies)
        kilobytes = sum(map(len, bodies)) // len(bodies) // 1000
        print(f"{len(bodies)} pages of {kilobytes} kB, {os.cpu_count()} cores")
        tell("dry run", folder, "--dry-run")
        tell("all texts change", folder, "--force")
        tell("none does", folder, "--all")


def fill(config: Config, bodies: list[bytes]) -> None:
    """Make a store with an article for each of these pages, its text a line that no page holds."""
    (outlet,) = config.outlets
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with Store.open(config.store.path) as store:
        store.sync_config(config.outlets, (), now)
        run_id = store.begin_run(outlet.id, now, "crawl")
        urls = [f"http://{HOST}/page/{number}" for number in range(len(bodies))]
        found = Discovery(
            outlet_id=outlet.id,
            source=outlet.sources[0],
            outcome=PollOutcome.LISTED,
            at=now,
            host=HOST,
            url=outlet.sources[0].url,
            entries=tuple(FeedEntry(url=url) for url in urls),
            validators=Validators(body_sha256="aa"),
        )
        links = store.record_discovery(run_id, outlet, found).to_fetch
        made = [_article(config, link, body, now) for link, body in zip(links, bodies, strict=True)]
        for part in _parts(made):
            store.write(part, run_id, outlet, now)
        store.finish_run(run_id, utc_now(), {}, None, None)


def _parts(made: list[Article]) -> Iterator[list[Article]]:
    for start in range(0, len(made), BATCH):
        yield made[start : start + BATCH]


def _article(config: Config, link: Link, body: bytes, now: datetime) -> Article:
    (outlet,) = config.outlets
    text = f"An earlier reading of page {link.id}."
    page = Page(
        link=link,
        at=now,
        url=link.url,
        requested_url=link.url,
        host=HOST,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=body,
    )
    return Article(
        page=page,
        address=outlet_address(outlet, link.url),
        key=article_key(outlet, link.url),
        title=text,
        body=text,
        fingerprint=fingerprint(text, text),
    )


def tell(name: str, folder: Path, *options: str) -> None:
    """Run the command and print how fast it was, with the largest memory of its first process."""
    command = [sys.executable, "-m", "crawler.cli.app", "reextract", "--json", *options]
    started, worked, peak = time.monotonic(), _worked(), 0
    with (
        (folder / "report.json").open("w+", encoding="utf-8") as report_file,
        subprocess.Popen(command, cwd=folder, stdout=report_file) as process,
    ):
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(0.05)
        report_file.seek(0)
        report = json.load(report_file)["outlets"]["corpora"]
    seconds, processor = time.monotonic() - started, _worked() - worked
    print(
        f"{name:<18}{report['read']} pages in {seconds:.1f} s: {report['read'] / seconds:.0f} a second,"
        f" {1000 * processor / report['read']:.0f} ms of processor each beside the parsers, {peak >> 20} MB; same {report['same']}, changed {report['changed'] + report['gained'] + report['lost']},"
        f" withheld {report['withheld']}, no article {report['no_article']}, failed {report['failed']}"
    )


def _worked() -> float:
    """Return the processor seconds of all processes that ended under this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident(pid: int) -> int:
    """Return the bytes of memory that a process has, 0 when it has just ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
