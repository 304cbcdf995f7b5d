"""kill -9 at random moments between match and delivery; then nothing may be lost, and nothing be there twice but under the
Message-ID of an alert that is marked so.

    python -m benchmarks.crashmail [--kills 100] [--seed 1]

A process stores articles that match, one after the other, and sends their alerts to a real mail server (of this process).
It is killed at a random moment and started again, until it was killed so often; the last one runs to its end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.reading import connect
from crawler.alerts.smtp import Server, SmtpTransport
from crawler.items import Recipient, Rule
from crawler.query import Matcher
from schedules.deliver import deliver
from storage.store import Store
from tests.storage.world import OTHER, OUTLET, World
from tests.world.post import Post, post_office

READERS = (
    Recipient(id="desk", emails=("desk@example.org",)),
    Recipient(id="pair", emails=("one@example.org", "two@example.org")),
)
RULES = (
    Rule(id="bridge", query="bridge", to=("desk", "pair"), severity="high"),
    Rule(id="karlow", query="karlow", to=("desk",), severity="high"),
)
"""Urgent: the storm guard holds nothing."""
EACH = 3
"""Articles that are stored between two deliveries."""


@dataclass(frozen=True)
class _Mail:
    sender: str = "newshawk@example.org"
    public_url: str = ""


@dataclass(frozen=True)
class _Place:
    path: Path


@dataclass(frozen=True)
class _Config:
    store: _Place
    mail: _Mail = _Mail()
    recipients: tuple[Recipient, ...] = READERS
    rules: tuple[Rule, ...] = RULES


def main() -> None:
    """Run, kill, check; exit 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2, metavar=("STORE", "PORT"), help=argparse.SUPPRESS)
    parser.add_argument("--finish", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        asyncio.run(work(Path(options.child[0]), int(options.child[1]), finish=options.finish))
        return
    problems = asyncio.run(run(options.kills, random.Random(options.seed)))
    sys.exit("\n".join(problems) or None)


async def run(kills: int, chance: random.Random) -> list[str]:
    """Return what was found wrong after *kills* kills and a last process that ran to its end."""
    path = Path(tempfile.mkdtemp(prefix="crashmail-")) / "newshawk.db"
    post = Post()
    prepare(path)
    async with post_office(post) as port:
        for _ in range(kills):
            process = await child(path, port)
            assert process.stdout is not None
            await process.stdout.readline()  # it holds the store and begins
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            await process.wait()
        process = await child(path, port, "--finish")
        await process.communicate()
    problems = [] if process.returncode == 0 else [f"the last process ended with {process.returncode}"]
    return problems + audit(path, post, kills)


async def child(path: Path, port: int, *more: str) -> asyncio.subprocess.Process:
    """Start a process that stores and sends."""
    command = (sys.executable, "-m", "benchmarks.crashmail", "--child", str(path), str(port), *more)
    return await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)


def prepare(path: Path) -> None:
    """Make a store whose outlet is known."""
    now = datetime.now(UTC).replace(microsecond=0)
    with Store.open(path) as store:
        store.sync_config((OUTLET, OTHER), RULES, now - timedelta(days=1))
        world = World(store=store, path=path, now=now)
        world.begin()
        world.make_known()


async def work(path: Path, port: int, *, finish: bool) -> None:
    """Store articles and send what is due, until killed; with *finish* send what is left and return."""
    with Store.open(path) as store:
        store.set_matcher(Matcher(RULES), RULES, READERS)
        world = World(store=store, path=path, now=datetime.now(UTC).replace(microsecond=0))

        async def call(verb: str, *args: Any) -> Any:
            return getattr(store, verb)(*args)

        print("begins", flush=True)
        anew = True
        while anew or not finish:
            if not finish:
                world.begin()
                for _ in range(EACH):
                    write(world)
            server = Server(
                host="127.0.0.1",
                port=port,
                security="none",
                sender="n@example.org",
                timeout=5,
                data_timeout=5,
            )
            await deliver(call, _Config(_Place(path)), SmtpTransport(server), datetime.now(UTC), anew=anew)
            anew = False


def write(world: World) -> None:
    """Store the next article, of a story of its own."""
    number = (world.value("SELECT max(id) FROM links") or 0) + 1
    text = " ".join(f"word{number}x{place} of Karlow" for place in range(40)) + " A bridge was closed."
    world.store_article(
        f"http://www.example.com/Detail/2026/11/23/{number}/a", f"Bridge {number} closed", text
    )


def audit(path: Path, post: Post, kills: int) -> list[str]:
    """Return what is lost or doubled, and print the figures."""
    store = connect(path)
    rows = store.execute(
        "SELECT o.rule_id, o.recipient_id, o.state, o.unknown_outcome, a.url FROM outbox AS o"
        " JOIN articles AS a ON a.id = o.article_id"
    ).fetchall()
    (articles,) = store.execute("SELECT count(*) FROM articles").fetchone()
    emails = {reader.id: reader.emails for reader in READERS}
    expected = {(address, row[4]) for row in rows for address in emails[row[1]]}
    marked = {(address, row[4]) for row in rows if row[3] for address in emails[row[1]]}
    told = post.told()
    twice = {each for each, times in told.items() if times > 1}
    ids = Counter((message["Message-ID"], addresses) for message, addresses in post.mails)
    problems = []
    if len(rows) != articles * sum(len(rule.to) for rule in RULES):
        problems.append(f"{len(rows)} alerts of {articles} articles")
    if unsent := [row for row in rows if row[2] != "sent"]:
        problems.append(f"{len(unsent)} alerts are not sent")
    if lost := expected - set(told):
        problems.append(f"lost: {sorted(lost)[:5]}")
    if unmarked := twice - marked:
        problems.append(f"twice and not marked: {sorted(unmarked)[:5]}")
    if sum(times - 1 for times in told.values()) != _repeats(ids, post):
        problems.append("something was told twice under two Message-IDs")
    with Store.open(path, read_only=True) as checked:
        problems += checked.check()
    print(
        f"{kills} kills, {articles} articles, {len(rows)} alerts, {len(post.mails)} mails; marked as perhaps twice: "
        f"{len(marked)}, there twice: {len(twice)}; {'; '.join(problems) or 'nothing lost, nothing twice unmarked'}"
    )
    return problems


def _repeats(ids: Counter[tuple[str, tuple[str, ...]]], post: Post) -> int:
    """Return how often an address was told again by a mail that it had already."""
    links = {}
    for message, addresses in post.mails:
        part = message.get_body(("plain",))
        assert part is not None
        urls = {line for line in part.get_content().splitlines() if line.startswith("http")}
        links[message["Message-ID"], addresses] = len(urls) * len(addresses)
    return sum((times - 1) * links[each] for each, times in ids.items())


if __name__ == "__main__":
    main()
