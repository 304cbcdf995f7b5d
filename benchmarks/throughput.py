"""1,000 articles of 20 outlets, feed to store, beside the trafilatura command line over the same pages.

    python -m benchmarks.throughput [--articles 1000] [--outlets 20]

Prints articles a CPU second, wall seconds and peak memory (proportional set size over all processes) of both, from
one run. Pages are those of ../shared/corpora, repeated with other words.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import feed, samples
from benchmarks.proxyweb import serve, write_web


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command and its children took."""

    wall: float
    cpu: float
    peak_mb: float
    output: str


def main() -> None:
    """Run both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--outlets", type=int, default=20)
    options = parser.parse_args()
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
    print(f"{'':24}{'articles':>9}{'wall s':>9}{'cpu s':>9}{'art/cpu s':>11}{'peak MB':>9}")
    for name, count, cost in (
        ("newshawk crawl", stored, ours),
        ("trafilatura --parallel 2", len(list((work / "out").rglob("*.txt"))), theirs),
    ):
        print(
            f"{name:24}{count:9d}{cost.wall:9.1f}{cost.cpu:9.1f}{count / cost.cpu:11.1f}{cost.peak_mb:9.0f}"
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


def measure(command: list[str]) -> Cost:
    """Return what a command took, children included; its output must be small."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"NO_COLOR": "1"})
    peak = [0.0]
    watching = threading.Thread(target=watch, args=(process, peak), daemon=True)
    watching.start()
    output, _ = process.communicate()
    wall = time.monotonic() - started
    watching.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall=wall, cpu=cpu, peak_mb=peak[0], output=output)


def watch(process: subprocess.Popen[str], peak: list[float]) -> None:
    """Keep the highest proportional set size of the process and all below it, in MB."""
    while process.poll() is None:
        peak[0] = max(peak[0], sum(pss(pid) for pid in family(process.pid)) / 1024)
        time.sleep(0.2)


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in family(int(child)))]


def pss(pid: int) -> int:
    """Return the proportional set size in kB; 0 for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
