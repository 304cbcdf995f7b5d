"""kill -9 at random moments of crawls and of the daemon; then nothing may be lost and nothing be there twice.

    python -m benchmarks.crash [--kills 25] [--seed 1]

A local web of outlets whose feeds were polled once while empty; then articles appear. Crawls and the daemon are killed
in turn with everything they started. After each kill the store is checked; at the end a crawl runs through.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

from benchmarks.corpora import feed
from benchmarks.proxyweb import serve, write_web
from benchmarks.reading import connect
from storage.store import Store

OUTLETS, ARTICLES = 6, 100
"""Articles are for each outlet."""
PLACES = [
    "Arvand",
    "Belmora",
    "Castrin",
    "Delvane",
    "Estoril",
    "Farsund",
    "Galway",
    "Hestia",
    "Irvane",
    "Jorvik",
]


def main() -> None:
    """Run, kill, check; exit 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    problems = run(options.kills, random.Random(options.seed))
    sys.exit("\n".join(problems) or None)


def run(kills: int, chance: random.Random) -> list[str]:
    """Return what was found wrong after *kills* kills and a last crawl; prints each step."""
    work = Path(tempfile.mkdtemp(prefix="crash-"))
    config = work / "newshawk.toml"
    write_web(work / "empty", web(with_articles=False))
    write_web(work / "full", web(with_articles=True))
    problems: list[str] = []
    with serve(work / "empty") as proxy:
        config.write_text(declare(proxy))
        command(config, "crawl").wait()
    with serve(work / "full") as proxy:
        config.write_text(declare(proxy))
        for number in range(kills):
            verb = ("crawl", "run")[number % 2]
            process = command(config, verb)
            time.sleep(chance.uniform(2.5, 8.0))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            with Store.open(work / "newshawk.db", read_only=True) as store:
                found = store.check()
            problems += [f"kill {number + 1} of {verb}: {each}" for each in found]
            print(f"kill {number + 1:3d} of {verb:5}: {found or 'ok'}; {count(work)}", flush=True)
        for _ in range(2):
            last = command(config, "crawl")
            if last.wait() != 0:
                problems.append(f"the last crawl ended with {last.returncode}")
    problems += audit(work)
    print("after the last crawl:", count(work), "; ".join(problems) or "nothing lost, nothing twice")
    return problems


def command(config: Path, verb: str) -> subprocess.Popen[bytes]:
    """Start newshawk in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.cli.app", verb, "--config", str(config)],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=(config.parent / "log").open("ab"),
    )


def audit(work: Path) -> list[str]:
    """Return what is missing or doubled, compared with the web that was served."""
    problems = []
    store = connect(work / "newshawk.db")
    expected = OUTLETS * ARTICLES
    for told, query, wanted in (
        ("addresses in the ledger", "select count(*) from links", expected),
        ("links ended as new", "select count(*) from links where state = 'new'", expected),
        ("articles", "select count(*) from articles", expected),
        ("revisions", "select count(*) from revisions", expected),
        (
            "distinct alerts",
            "select count(distinct rule_id || ' ' || story_id || ' ' || recipient_id) from outbox",
            expected,
        ),
        ("alerts sent", "select count(*) from outbox where state = 'sent'", expected),
    ):
        (found,) = store.execute(query).fetchone()
        if found != wanted:
            problems.append(f"{found} {told}, not {wanted}")
    ids = Counter(
        message_from_bytes(path.read_bytes())["Message-ID"] for path in (work / "mail").glob("*.eml")
    )
    twice = [each for each, times in ids.items() if times > 1]
    print(
        f"{sum(ids.values())} mails with {len(ids)} Message-IDs; sent again after a lost answer: {len(twice)}"
    )
    return problems


def count(work: Path) -> str:
    """Return a line of figures."""
    store = connect(work / "newshawk.db")
    links = dict(store.execute("select state, count(*) from links group by 1").fetchall())
    alerts = dict(store.execute("select state, count(*) from outbox group by 1").fetchall())
    return f"links {links}, outbox {alerts}, mails {len(list((work / 'mail').glob('*.eml')))}"


def declare(proxy: str) -> str:
    """Return the config: one rule that every article matches."""
    head = f'[store]\npath = "newshawk.db"\n[network]\nproxy = "{proxy}"\ndelay = 0.3\n'
    head += '[mail]\ntransport = "file"\nfolder = "mail"\nfrom = "n@example.org"\n[ops]\nlisten = ""\n'
    head += '[[recipients]]\nid = "desk"\nemail = "desk@example.org"\n'
    head += '[[rules]]\nid = "all"\nquery = "harbour"\nto = ["desk"]\nseverity = "high"\n'
    for n in range(OUTLETS):
        host = f"outlet{n}.example"
        head += f'[[outlets]]\nid = "o{n}"\nname = "{host}"\nhosts = ["{host}"]\nevery = "30s"\n'
        head += f'feeds = ["http://{host}/rss.xml"]\n'
    return head


def web(*, with_articles: bool) -> dict[str, tuple[bytes, str]]:
    """Return the pages of the local web."""
    pages: dict[str, tuple[bytes, str]] = {}
    for outlet in range(OUTLETS):
        host = f"outlet{outlet}.example"
        urls = [
            f"http://{host}/2026/11/23/{outlet}{n:04d}/story" for n in range(ARTICLES if with_articles else 0)
        ]
        pages[f"http://{host}/rss.xml"] = (feed(host, urls), "application/rss+xml")
        for n, url in enumerate(urls):
            pages[url] = (article(outlet, n), "text/html")
    return pages


def article(outlet: int, number: int) -> bytes:
    """Return a page whose text is like no other's."""
    chance = random.Random(1000 * outlet + number)
    place = chance.choice(PLACES)
    sentences = [
        f"Officials in {place} {verb} {chance.randint(100, 999)} {what} on {day} near the harbour of district {chance.randint(1, 9999)}."
        for verb, what, day in zip(
            chance.sample(
                ["counted", "moved", "lost", "bought", "sold", "repaired", "inspected", "opened"], 8
            ),
            chance.sample(
                ["boats", "cranes", "houses", "engines", "trucks", "bridges", "schools", "farms"], 8
            ),
            chance.sample(
                ["Monday", "Tuesday", "Friday", "Sunday", "Thursday", "Saturday", "May 1", "June 2"], 8
            ),
            strict=True,
        )
    ]
    paragraphs = "".join(f"<p>{each}</p>" for each in sentences)
    title = f"{place} counts its harbour, part {outlet}-{number}"
    return f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()


if __name__ == "__main__":
    main()
