"""Outlets that take texts from each other: each stores articles in one store."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.items import Outcome, Outlet, Precision, Source, SourceKind, TimeSource, Timestamp
from crawler.query import Matcher
from tests.storage.world import DESK, World

WORDS = [
    f"{first}{second}"
    for first in ("ka", "lo", "mi", "ru", "se", "ta")
    for second in ("bel", "dor", "fin", "gan")
]
WORDS += [f"{word}{ending}" for word in WORDS for ending in ("a", "en", "is", "ot", "um", "y")]


def prose(seed: int, sentences: int = 30) -> str:
    """Return sentences of ten words, three a paragraph."""
    chance = random.Random(seed)
    told = [f"{' '.join(chance.choices(WORDS, k=10)).capitalize()}." for _ in range(sentences)]
    return "\n".join(" ".join(told[at : at + 3]) for at in range(0, sentences, 3))


def cut(body: str, share: float) -> str:
    """Return the first words of a text."""
    words = body.split(" ")
    return " ".join(words[: int(len(words) * share)])


def house(name: str, zone: str = "UTC") -> Outlet:
    """Return an outlet of this id."""
    source = Source(kind=SourceKind.FEED, url=f"http://{name}.example.org/feed")
    return Outlet(
        id=name, name=name.title(), hosts=(f"{name}.example.org",), sources=(source,), timezone=zone
    )


def stated(at: datetime, precision: Precision = Precision.MINUTE) -> Timestamp:
    """Return a publication time as a page states it; of a day its midnight UTC."""
    if precision is Precision.DAY:
        at = at.replace(hour=0, minute=0)
    return Timestamp(at=at, precision=precision, source=TimeSource.PAGE)


@dataclass
class Newsroom:
    """A world with several outlets."""

    world: World
    houses: dict[str, Outlet] = field(default_factory=dict)
    count: int = 0

    def open(self, *names: str, **zones: str) -> None:
        """Let these outlets be configured, their feeds being known."""
        self.houses |= {name: house(name) for name in names} | {
            name: house(name, zone) for name, zone in zones.items()
        }
        store, now = self.world.store, self.world.now
        store.sync_config(tuple(self.houses.values()), self.world.rules, now)
        store.set_matcher(Matcher(self.world.rules), self.world.rules, (DESK,))
        for outlet in self.houses.values():
            self.world.outlet = outlet
            self.world.begin()
            self.world.discover(source=outlet.sources[0], host=outlet.hosts[0])

    def publish(
        self, name: str, body: str, title: str = "", *, at: Timestamp | None = None, **later: float
    ) -> Outcome:
        """Store an article of an outlet, discovered after some time."""
        self.count += 1
        world, outlet = self.world, self.houses[name]
        world.outlet = outlet
        world.begin(**later)
        url = f"http://{outlet.hosts[0]}/{self.count}/piece"
        (link,) = world.discover(url, source=outlet.sources[0], host=outlet.hosts[0]).to_fetch
        given: dict[str, Any] = {} if at is None else {"published": at}
        page = world.page(link, host=outlet.hosts[0])
        (outcome,) = world.write(
            world.article(link, title or f"Title {self.count}", body, page=page, **given)
        )
        return outcome
