"""A month of alerts with a moved clock: every mail in its window, every alert in one mail, none missing, none twice.

    python -m benchmarks.month [--days 34] [--seed 1]

50 rules of all cadences and severities, 10 readers in 6 time zones with and without quiet hours, over the days on which the
clocks change in Sydney (forward), Berlin and New York (back). Real store, real mail server. What is expected is worked out
apart from newshawk: minute by minute on the reader's clock.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.crashmail import _Config, _Place
from crawler.alerts.smtp import Server, SmtpTransport
from crawler.items import Recipient, Rule
from crawler.query import Matcher
from schedules.deliver import deliver
from storage.store import Store
from tests.storage.world import OTHER, OUTLET, World
from tests.world.post import Post, post_office

START = datetime(2026, 9, 30, 0, 0, tzinfo=UTC)
TICK = timedelta(minutes=15)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "UTC",
)
QUIETS = ("", "22:00-07:00", "23:30-06:15", "", "01:00-03:00")
CADENCES = ("immediate", "immediate", "hourly", "daily 07:00", "daily 02:30", "mon 08:15", "sun 02:30")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RULES, READERS, EACH_DAY = 50, 10, 30

Key = tuple[str, str, str]
"""Reader, rule, text: what a reader is told once."""


@dataclass
class Expected:
    """What is to be told, and when it is due."""

    due: dict[Key, datetime] = field(default_factory=dict)
    urgent: set[str] = field(default_factory=set)


def main() -> None:
    """Run, check; exit 1 when a mail is missing, doubled or out of its window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=34)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    problems = asyncio.run(run(options.days, random.Random(options.seed)))
    sys.exit("\n".join(problems[:20]) or None)


async def run(days: int, chance: random.Random, start: datetime = START) -> list[str]:
    """Return what was wrong in *days* days."""
    readers = tuple(
        Recipient(
            id=f"reader{n}",
            emails=(f"reader{n}@example.org",),
            timezone=ZONES[n % len(ZONES)],
            quiet=QUIETS[n % len(QUIETS)],
        )
        for n in range(READERS)
    )
    rules = tuple(
        Rule(
            id=f"rule{n}",
            query=f"term{n}x",
            to=tuple(chance.sample([who.id for who in readers], chance.randint(1, 3))),
            cadence=CADENCES[n % len(CADENCES)],
            severity="high" if n % 8 == 0 else "normal",
        )
        for n in range(RULES)
    )
    expected = Expected(urgent={rule.id for rule in rules if rule.severity == "high"})
    post = Post()
    path = Path(tempfile.mkdtemp(prefix="month-")) / "newshawk.db"
    with Store.open(path) as store:
        store.sync_config((OUTLET, OTHER), rules, start - timedelta(days=1))
        world = World(store=store, path=path, now=start)
        world.begin()
        world.make_known()
        store.set_matcher(Matcher(rules), rules, readers)
        config = _Config(store=_Place(path), recipients=readers, rules=rules)
        async with post_office(post) as port:
            await _live(world, config, port, days, chance, expected)
    return _audit(post, readers, expected, days)


async def _live(
    world: World, config: _Config, port: int, days: int, chance: random.Random, expected: Expected
) -> None:
    """Let the days pass, tick by tick; then a week in which nothing happens, so that all digests leave."""

    async def call(verb: str, *args: Any) -> Any:
        return getattr(world.store, verb)(*args)

    server = Server(host="127.0.0.1", port=port, security="none", sender="n@example.org")
    per_day = timedelta(days=1) // TICK
    texts: list[str] = []
    number = 0
    for tick in range((days + 8) * per_day):
        if tick < days * per_day:
            for _ in range(EACH_DAY * 2):
                if chance.random() < 0.5 / per_day:
                    number += 1
                    _publish(world, number, texts, chance, config, expected)
        await deliver(call, config, SmtpTransport(server), world.now)
        world.now += TICK


def _publish(
    world: World, number: int, texts: list[str], chance: random.Random, config: _Config, expected: Expected
) -> None:
    """Store an article of a story of its own, or a copy of an earlier text under another address."""
    if texts and chance.random() < 0.15:
        text = chance.choice(texts[-20:])
    else:
        terms = " ".join(f"term{n}x" for n in chance.sample(range(RULES), chance.randint(1, 4)))
        text = f"Story text{number}t of {terms}. " + " ".join(f"w{number}x{n}" for n in range(60))
        texts.append(text)
        _expect(text, world.now, config, expected)
    name = text.split()[1]
    url = f"http://www.example.com/Detail/2026/11/23/{number}/a"
    world.begin()
    world.store_article(url, f"Headline {name}", text)


def _expect(text: str, now: datetime, config: _Config, expected: Expected) -> None:
    readers = {who.id: who for who in config.recipients}
    for rule in config.rules:
        if f"{rule.query} " in text.replace(".", " "):
            expected.due.update(
                {(who, rule.id, text.split()[1]): due(rule, readers[who], now) for who in rule.to}
            )


def due(rule: Rule, reader: Recipient, now: datetime) -> datetime:
    """Return when an alert leaves, by walking the reader's clock in quarters of an hour."""
    zone = ZoneInfo(reader.timezone)
    at = now
    if rule.cadence != "immediate":
        at += TICK
        while not _is_time(rule.cadence, at, zone):
            at += TICK
    while rule.severity != "high" and _is_quiet(reader.quiet, at, zone):
        at += TICK
    return at


def _is_time(cadence: str, at: datetime, zone: ZoneInfo) -> bool:
    """Return whether a cadence's time is now: for the first time today, and when the clock skipped it at the end of the
    gap."""
    local = at.astimezone(zone)
    if cadence == "hourly":
        return local.minute == 0
    day, clock = cadence.split()
    if day != "daily" and DAYS[local.weekday()] != day:
        return False
    if f"{local:%H:%M}" == clock:
        return local.fold == 0
    before = (at - TICK).astimezone(zone)
    skipped = local.utcoffset() != before.utcoffset() and before.date() == local.date()
    return skipped and f"{before:%H:%M}" < clock < f"{local:%H:%M}"


def _is_quiet(quiet: str, at: datetime, zone: ZoneInfo) -> bool:
    if not quiet:
        return False
    begin, end = quiet.split("-")
    clock = f"{at.astimezone(zone):%H:%M}"
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def _audit(post: Post, readers: tuple[Recipient, ...], expected: Expected, days: int) -> list[str]:
    """Return what is missing, doubled or out of its window, and print the figures."""
    who = {reader.emails[0]: reader for reader in readers}
    told: Counter[Key] = Counter()
    problems, digests = [], 0
    for message, (address,) in post.mails:
        reader, at = who[address], parsedate_to_datetime(message["Date"])
        digests += "Digest" in message["Subject"]
        keys = {(reader.id, rule, text) for rule, text in _told_in(message)}
        told.update(keys)
        urgent = any(rule in expected.urgent for _, rule, _ in keys)
        if not urgent and _is_quiet(reader.quiet, at, ZoneInfo(reader.timezone)):
            problems.append(f"{reader.id} was woken at {at:%d %b %H:%M}")
        problems += [
            f"{key} left at {at:%d %b %H:%M}, due {expected.due[key]:%d %b %H:%M}"
            for key in keys & expected.due.keys()
            if at != expected.due[key]
        ]
    problems += [f"missing: {key}" for key in sorted(expected.due.keys() - told.keys())]
    problems += [f"not expected: {key}" for key in sorted(told.keys() - expected.due.keys())]
    problems += [f"in {times} mails: {key}" for key, times in told.items() if times > 1]
    print(
        f"{days} days, {len({text for _, _, text in expected.due})} stories with a match, {len(expected.due)} alerts, "
        f"{len(post.mails)} mails, {digests} of them digests of several stories; "
        f"{problems[0] if problems else 'each alert in one mail, each mail at its minute'}"
    )
    return problems


def _told_in(message: Any) -> set[tuple[str, str]]:
    """Return (rule, text) of what a mail tells: each headline stands below the rules that it matches."""
    part = message.get_body(("plain",))
    found: set[tuple[str, str]] = set()
    rules: list[str] = []
    for line in part.get_content().splitlines():
        if head := re.match(r"\[([\w, ]+)\]", line):
            rules = head[1].split(", ")
        if headline := re.search(r"Headline (text\d+t)", line):
            found |= {(rule, headline[1]) for rule in rules}
        if line.startswith("--"):
            break
    return found


if __name__ == "__main__":
    main()
