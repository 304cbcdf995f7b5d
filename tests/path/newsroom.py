"""A whole newshawk against the local web: a config in a folder, passes at any time, and what came of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, cast

from crawler.config import load_config
from crawler.errors import StoreError
from schedules.backfillpass import Asked, backfill_pass
from schedules.passes import PassReport, clock_from, crawl_pass
from storage.store import Store
from tests.world.reactor import reactor_thread
from tests.world.server import World

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

HEAD = """
[store]
path = "newshawk.db"
[network]
proxy = "{proxy}"
delay = 0
ca_file = "{ca_file}"
[mail]
transport = "file"
folder = "mail"
from = "newshawk@example.org"
[ops]
listen = ""
[[recipients]]
id = "desk"
email = "desk@example.org"
[[recipients]]
id = "second"
email = ["one@example.org", "two@example.org"]
"""

EXAMPLE = """
[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com", "example-mirror.net"]
aliases = ["old.example.com"]
feeds = ["http://www.example.com/rss.xml"]
article_id = '/story/(\\d+)'
"""

FIRE = """
[[rules]]
id = "fire"
query = "fire AND harbour"
to = ["desk"]
"""


class Newsroom:
    """One config, one store, and the mails that left."""

    def __init__(self, folder: Path, world: World, *tables: str) -> None:
        self.folder, self.world = folder, world
        self._changes: list[tuple[str, str]] = []
        self.declare(*tables)

    def declare(self, *tables: str) -> None:
        """Write the config: the head that all share, and these tables."""
        head = HEAD.format(proxy=self.world.proxy, ca_file=self.world.ca_file)
        for old, new in self._changes:
            head = head.replace(old, new)
        self.config.write_text(head + "".join(tables), encoding="utf-8")

    def change(self, old: str, new: str) -> None:
        """Change the head of the config, now and in later declarations."""
        text = self.config.read_text(encoding="utf-8")
        assert old in text
        self._changes.append((old, new))
        self.config.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def config(self) -> Path:
        """The config file."""
        return self.folder / "newshawk.toml"

    def crawl(self, *, after: timedelta = timedelta()) -> dict[str, dict[str, Any]]:
        """Run one pass that starts *after* START; return the outlets of ``crawl --json``."""
        return {name: each.as_json() for name, each in self.crawl_report(after=after).outlets.items()}

    def crawl_report(self, *, after: timedelta = timedelta()) -> PassReport:
        """Run one pass and return all of its report."""
        config = load_config(self.config)
        return reactor_thread().run(crawl_pass(config, config.outlets, clock_from(START + after)))

    def backfill(
        self, since: str, outlet: str = "example", *, after: timedelta = timedelta(), **asked: Any
    ) -> dict[str, Any]:
        """Run one turn of a backfill that starts *after* START; return the outlet of ``backfill --json``."""
        config = load_config(self.config)
        (chosen,) = (each for each in config.outlets if each.id == outlet)
        until = asked.pop("until", None)
        given = Asked(
            outlet=chosen,
            given=f"{since} {until or ''}",
            since=datetime.fromisoformat(since).replace(tzinfo=UTC),
            until=until and datetime.fromisoformat(until).replace(tzinfo=UTC),
            **asked,
        )
        done = reactor_thread().run(backfill_pass(config, given, clock_from(START + after)))
        return done.report.as_json()

    def store(self) -> Store:
        """The store, read only."""
        return Store.open(self.folder / "newshawk.db", read_only=True)

    def rows(self) -> list[dict[str, Any]]:
        """What ``newshawk export`` gives."""
        with self.store() as store:
            return list(store.export_rows(None))

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        """What an analyst's query gives."""
        from sqlite_utils.utils import sqlite3

        connection = sqlite3.connect(f"file:{self.folder / 'newshawk.db'}?mode=ro", uri=True)
        try:
            return cast("list[tuple[Any, ...]]", connection.execute(query).fetchall())
        finally:
            connection.close()

    def faults_of_sums(self) -> list[tuple[Any, ...]]:
        """Runs whose sums did not agree with the ledger; none where there is no store that can be read."""
        try:
            with self.store():
                return self.sql("SELECT text FROM notes WHERE kind = 'sums'")
        except StoreError:
            return []

    def mails(self) -> list[EmailMessage]:
        """The mails that left, oldest first."""
        return list(self._mails())

    def _mails(self) -> Iterator[EmailMessage]:
        for path in sorted((self.folder / "mail").glob("*.eml")):
            yield cast("EmailMessage", BytesParser(policy=policy.default).parsebytes(path.read_bytes()))


def adds_up(counts: dict[str, Any]) -> bool:
    """Return True when found is the sum of the rest."""
    rest = ("known", "new", "revised", "duplicate", "unchanged", "skipped", "failed", "pending")
    return bool(counts["found"] == sum(counts[name] for name in rest))


def told(report: dict[str, Any]) -> str:
    """Return counts that are not zero, for messages."""
    return json.dumps({name: value for name, value in report.items() if value})
