"""Serve the 401 pages of ../shared/corpora on loopback, crawl them whole, and score what was stored.

    python -m benchmarks.crawl_corpora [--work DIR]

Prints how each address ended, then the scorer's table for the stored texts and for plain trafilatura.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.corpora import CORPORA, Sample, by_host, feed, samples
from benchmarks.proxyweb import serve, write_web
from benchmarks.reading import connect

SCORER = CORPORA.parent / "tools" / "score_extraction.py"


def main() -> None:
    """Run the whole benchmark."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--work", type=Path, default=Path(tempfile.mkdtemp(prefix="corpora-")))
    work: Path = options.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    pages = list(samples())
    if not pages:
        sys.exit("../shared/corpora is not here")
    hosts = by_host(pages)
    web = {page.url: (page.html, "text/html") for page in pages}
    for host, group in hosts.items():
        web[f"http://{host}/newshawk-feed.xml"] = (
            feed(host, [each.url for each in group]),
            "application/rss+xml",
        )
    write_web(work / "web", web)
    with serve(work / "web") as proxy:
        config = work / "newshawk.toml"
        config.write_text(declare(proxy, list(hosts)))
        command = [sys.executable, "-m", "crawler.cli.app", "crawl", "--json", "--config", str(config)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"NO_COLOR": "1"})
    report = json.loads(done.stdout)
    sums = Counter[str]()
    for each in report["outlets"].values():
        sums.update({name: count for name, count in each.items() if isinstance(count, int)})
    print(f"exit {done.returncode}, {report['seconds']} s, {dict(sums)}")
    tell_endings(work / "newshawk.db")
    write_predictions(work, pages)
    score(work)


def declare(proxy: str, hosts: list[str]) -> str:
    """Return a config with an outlet for each host."""
    head = f'[store]\npath = "newshawk.db"\n[network]\nproxy = "{proxy}"\ndelay = 0\n'
    head += '[mail]\ntransport = "file"\nfolder = "mail"\nfrom = "n@example.org"\n[ops]\nlisten = ""\n'
    outlets = (
        f'[[outlets]]\nid = "o{n}"\nname = "{host}"\nhosts = ["{host}"]\nfeeds = ["http://{host}/newshawk-feed.xml"]\n'
        for n, host in enumerate(hosts)
    )
    return head + "".join(outlets)


def tell_endings(store: Path) -> None:
    """Print state and reason of every link, and the addresses that did not become articles."""
    database = connect(store)
    for state, reason, count in database.execute(
        "select state, reason, count(*) from links group by 1, 2 order by 3 desc"
    ):
        print(f"  {count:5d} {state} {reason or ''}")
    for state, reason, url in database.execute(
        "select state, reason, url from links where state not in ('new') order by 1, 2"
    ):
        print(f"    {state}/{reason}: {url}")


def write_predictions(work: Path, pages: list[Sample]) -> None:
    """Write what was stored as the scorer's prediction files."""
    command = [sys.executable, "-m", "crawler.cli.app", "export", "--config", str(work / "newshawk.toml")]
    rows = [
        json.loads(line)
        for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    ]
    stored = {row["fetched_url"]: row for row in rows}
    out: dict[str, list[str]] = {}
    for page in pages:
        row = stored.get(page.url, {})
        told = {
            "id": page.id,
            "title": row.get("title", ""),
            "body": row.get("body", ""),
            "date": row.get("published_local") or "",
            "authors": row.get("byline", []),
        }
        out.setdefault(page.corpus, []).append(json.dumps(told, ensure_ascii=False))
    (work / "pred").mkdir(exist_ok=True)
    for corpus, lines in out.items():
        (work / "pred" / f"{corpus}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def score(work: Path) -> None:
    """Print the scorer's tables."""
    for title, how in (
        ("newshawk, as stored", ["--pred", str(work / "pred")]),
        ("trafilatura, its defaults", ["--call", "benchmarks.extractors:trafilatura_default"]),
    ):
        print(f"\n{title}", flush=True)
        subprocess.run([sys.executable, str(SCORER), "--corpora", str(CORPORA), *how], check=True)


if __name__ == "__main__":
    main()
