"""1,000 articles of 20 outlets, feed to store, beside the trafilatura command line over the same pages.

    python -m benchmarks.throughput [--articles 1000] [--outlets 20]

Prints articles a CPU second, wall seconds and peak memory (proportional set size over all processes) of both, from
one run. Pages are those of ../shared/corpora, repeated with other words.
"""

from __future__ import annotations

import argparse
import ctypes
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import feed, samples
from benchmarks.proxyweb import serve, write_web


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command and its children took."""

    wall: float
    own: float
    """CPU seconds of the command's main process and the children it waited for."""
    cpu: float
    """CPU seconds of all its processes."""
    peak_mb: float
    output: str


def main() -> None:
    """Run both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--outlets", type=int, default=20)
    options = parser.parse_args()
    adopt_orphans()
    work = Path(tempfile.mkdtemp(prefix="throughput-"))
    pages = [page.html for page in samples()]
    if not pages:
        sys.exit("../shared/corpora is not here")
    varied = [
        vary(html, number)
        for number, html in zip(range(options.articles), itertools.cycle(pages), strict=False)
    ]
    share = options.articles // options.outlets
    web, files = {}, work / "files"
    files.mkdir()
    for number, html in enumerate(varied):
        host = f"outlet{number // share:02d}.example"
        web[f"http://{host}/2026/11/{number}-story.html"] = (html, "text/html")
        (files / f"{number:05d}.html").write_bytes(html)
    for outlet in range(options.outlets):
        host = f"outlet{outlet:02d}.example"
        urls = [url for url in web if f"/{host}/" in url]
        web[f"http://{host}/rss.xml"] = (feed(host, urls), "application/rss+xml")
    write_web(work / "web", web)
    with serve(work / "web") as proxy:
        config = work / "newshawk.toml"
        config.write_text(declare(proxy, options.outlets))
        ours = measure([sys.executable, "-m", "crawler.cli.app", "crawl", "--json", "--config", str(config)])
    stored = sum(each["new"] for each in json.loads(ours.output)["outlets"].values())
    (work / "out").mkdir()
    theirs = measure(
        [
            str(Path(sys.executable).with_name("trafilatura")),
            "--input-dir",
            str(files),
            "--output-dir",
            str(work / "out"),
            "--parallel",
            "2",
        ]
    )
    print(f"{'':24}{'articles':>9}{'wall s':>9}{'main s':>9}{'cpu s':>9}{'art/cpu s':>11}{'peak MB':>9}")
    for name, count, cost in (
        ("newshawk crawl", stored, ours),
        ("trafilatura --parallel 2", len(list((work / "out").rglob("*.txt"))), theirs),
    ):
        print(
            f"{name:24}{count:9d}{cost.wall:9.1f}{cost.own:9.1f}{cost.cpu:9.1f}{count / cost.cpu:11.1f}"
            f"{cost.peak_mb:9.0f}"
        )
    print(f"ratio of CPU, newshawk / trafilatura: {ours.cpu / theirs.cpu:.2f}")


def vary(html: bytes, number: int) -> bytes:
    """Return the page with other words, so that repeats are no copies of one another."""
    return html.replace(b" the ", b" the%d " % number).replace(b" der ", b" der%d " % number)


def declare(proxy: str, outlets: int) -> str:
    """Return a config with the outlets and twenty rules."""
    head = f'[store]\npath = "newshawk.db"\n[network]\nproxy = "{proxy}"\ndelay = 0\n'
    head += '[mail]\ntransport = "file"\nfolder = "mail"\nfrom = "n@example.org"\n[ops]\nlisten = ""\n'
    head += '[[recipients]]\nid = "desk"\nemail = "desk@example.org"\n'
    for n in range(outlets):
        host = f"outlet{n:02d}.example"
        head += f'[[outlets]]\nid = "o{n}"\nname = "{host}"\nhosts = ["{host}"]\nfeeds = ["http://{host}/rss.xml"]\n'
    for n, word in enumerate(
        ["police", "government", "Wagner", "economy", "bank", "Berlin", "match", "music", "film", "energy"]
    ):
        head += f'[[rules]]\nid = "r{n}"\nquery = "{word}"\nto = ["desk"]\n'
    return head


def adopt_orphans() -> None:
    """Make this process the parent of what its descendants leave behind (prctl 36, Linux): a parser process
    belongs to its forkserver, which the command does not wait for, and would be missing in the bill."""
    ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)


def measure(command: list[str]) -> Cost:
    """Return what a command and all processes below it took; its output must be small."""
    others = set(family(os.getpid()))
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"NO_COLOR": "1"})
    assert process.stdout is not None
    peak, ended = [0.0], threading.Event()
    watching = threading.Thread(target=watch, args=(process.pid, peak, ended), daemon=True)
    watching.start()
    output = process.stdout.read()
    _, status, own = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - started
    ended.set()
    watching.join()
    own_cpu = own.ru_utime + own.ru_stime
    return Cost(wall=wall, own=own_cpu, cpu=own_cpu + left_behind(others), peak_mb=peak[0], output=output)


def left_behind(others: set[int]) -> float:
    """Wait for adopted processes, all but *others*; return their CPU seconds."""
    total = 0.0
    while orphans := set(children(os.getpid())) - others:
        for pid in orphans:
            _, _, used = os.wait4(pid, 0)
            total += used.ru_utime + used.ru_stime
    return total


def watch(pid: int, peak: list[float], ended: threading.Event) -> None:
    """Keep the highest proportional set size of the process and all below it, in MB."""
    while not ended.wait(0.2):
        peak[0] = max(peak[0], sum(pss(each) for each in family(pid)) / 1024)


def children(pid: int) -> list[int]:
    """Return the children of all threads of a process; none for one that is gone."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def pss(pid: int) -> int:
    """Return the proportional set size in kB; 0 for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
