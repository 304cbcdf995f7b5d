"""An outlet over three hosts that takes articles away in four ways and brings some back, while its hosts are flaky."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

from tests.path.newsroom import Newsroom
from tests.world.answers import Answer, Asked, feed, html, redirect
from tests.world.server import World

HOSTS = ("www.example.com", "one.example.net", "two.example.net")
TABLE = """
[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com", "one.example.net", "two.example.net"]
feeds = ["http://www.example.com/rss.xml"]
article_id = '/story/(\\d+)'
"""
WAYS = ("404", "410", "soft_404", "front_page")
_TROUBLES = ("503", "challenge", "reset", "truncated", "429")
_PLACES = ("Selm", "Karlow", "Ansbeck", "Torrin", "Oude", "Mirrow", "Felde", "Haspen", "Lunt", "Corva")
_THINGS = ("bridge", "school", "harbour", "library", "mill", "market", "tram", "theatre", "dyke", "hospital")
_DEEDS = ("opened again", "was closed", "burned down", "is to be sold", "was named anew", "lost its roof")


def path_of(number: int) -> str:
    """Return the path of an article."""
    return f"/story/{number}/news"


def page_of(number: int) -> Answer:
    """Return the page of an article, each with words of its own."""
    chance = random.Random(number)
    lines = [
        f"The {chance.choice(_THINGS)} of {chance.choice(_PLACES)} {chance.choice(_DEEDS)} on day"
        f" {chance.randrange(400)} of the plan, said {chance.choice(_PLACES)} clerk number {chance.randrange(10_000)}."
        for _ in range(7)
    ]
    return html(f"Report {number} from {_PLACES[number % 10]}", *lines)


@dataclass
class Vanishing:
    """The world of the scene: what was taken away, what is back, and how flaky the hosts are."""

    world: World
    room: Newsroom
    count: int
    removed: int
    flakiness: float = 0.15
    """Share of answers about articles that stay which are no answers."""
    now: timedelta = timedelta()
    gone: dict[int, str] = field(default_factory=dict)
    """Number of an article and the way in which it was taken away."""
    only_there: set[int] = field(default_factory=set)
    """Articles that the last host alone does not have."""
    turn: int = 0

    def build(self) -> None:
        """Put feed and pages up, all in order, and let them be stored."""
        urls = [f"http://{HOSTS[0]}{path_of(number)}" for number in self.numbers]
        self.world.put(HOSTS[0], "/rss.xml", feed(*urls))
        for host in HOSTS:
            self.world.put(host, "/", html("Example News", "All the news of the day."))
            for number in self.numbers:
                self.world.put(host, path_of(number), self._answering(host, number))
        flakiness, self.flakiness = self.flakiness, 0.0
        self.pass_after(0)
        self.flakiness = flakiness

    @property
    def numbers(self) -> range:
        """The numbers of all articles."""
        return range(1, self.count + 1)

    @property
    def chosen(self) -> list[int]:
        """The numbers of those that are taken away."""
        return [1 + index * (self.count // self.removed) for index in range(self.removed)]

    def remove(self) -> None:
        """Take the chosen ones away, each fourth in one way; of some others the last host has no page."""
        self.gone = {number: WAYS[index % 4] for index, number in enumerate(self.chosen)}
        stays = [number for number in self.numbers if number not in self.gone]
        self.only_there = set(stays[:: max(len(stays) // 10, 1)])

    def restore(self, count: int) -> list[int]:
        """Bring so many back; return their numbers."""
        back = sorted(self.gone)[:count]
        for number in back:
            del self.gone[number]
        return back

    def pass_after(self, hours: float) -> None:
        """Crawl once, *hours* after the last pass."""
        self.now += timedelta(hours=hours)
        self.turn += 1
        self.room.crawl(after=self.now)

    def _answering(self, host: str, number: int) -> object:
        page = page_of(number)

        def answer(asked: Asked) -> Answer:
            if number in self.gone:
                return _absent(self.gone[number])
            if number in self.only_there and host == HOSTS[-1]:
                return _absent("404")
            chance = random.Random(f"{host} {number} {self.turn}")
            if chance.random() < self.flakiness:
                return _trouble(chance.choice(_TROUBLES))
            return page

        return answer

    def removals(self) -> dict[int, tuple[str, bool]]:
        """Return of each article found removed in which way, and whether it was found back."""
        rows = self.room.sql("SELECT url, how, returned_at IS NOT NULL FROM removals ORDER BY gone_at")
        return {int(url.split("/")[4]): (how, bool(back)) for url, how, back in rows}

    def missing_on_one(self) -> set[int]:
        """Return the articles that one mirror alone is found not to have."""
        rows = self.room.sql(
            "SELECT d.url FROM mirror_divergence AS d WHERE kind = 'gone' AND ended_at IS NULL"
            f" AND host = '{HOSTS[-1]}'"
        )
        return {int(url.split("/")[4]) for (url,) in rows}


def _absent(way: str) -> Answer:
    match way:
        case "front_page":
            return redirect(f"http://{HOSTS[0]}/")
        case "soft_404":
            return html("Page not found", "The page that you look for is not here.")
        case _:
            return html("Error", "Nothing is here.", status=int(way))


def _trouble(kind: str) -> Answer:
    match kind:
        case "challenge":
            page = html(
                "Just a moment...", "Checking your browser before accessing www.example.com", status=403
            )
            return Answer(body=page.body, status=403, headers=(("cf-mitigated", "challenge"),))
        case "reset" | "truncated":
            return Answer(body="<html><body>half", fault=kind)
        case _:
            return Answer(body="try later", status=int(kind))
