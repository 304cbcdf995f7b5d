"""A quiet day, from the feed to the mail: ops hears that all is well, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.path.newsroom import EXAMPLE, FIRE, Newsroom
from tests.path.test_feed_to_mail import FIRE_URL, LIBRARY_URL, publish
from tests.world.server import World

Make = Callable[..., Newsroom]
DAY = timedelta(days=1)
NINE = timedelta(hours=3)
"""The newsroom's clock begins at 06:00 UTC."""


def test_one_mail_on_a_day_on_which_nothing_matched_and_none_on_others(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    room.change('listen = ""', 'listen = ""\nto = "second"')
    publish(world, LIBRARY_URL)
    for hours in (0, 3, 4):
        room.crawl(after=timedelta(hours=hours))
    assert room.mails() == [], "the first day has nothing to look back on"
    for hours in (-2, 0, 1, 9):
        room.crawl(after=DAY + NINE + timedelta(hours=hours))
    (beat,) = room.mails()
    assert beat["Subject"] == "[newshawk] All is well: nothing matched"
    assert beat["To"] == "one@example.org, two@example.org"
    publish(world, FIRE_URL, LIBRARY_URL)
    room.crawl(after=DAY + NINE + timedelta(hours=10))
    room.crawl(after=2 * DAY + NINE)
    assert [mail["To"] for mail in room.mails()[1:]] == ["desk@example.org"], "the alert, and no heartbeat"
    room.crawl(after=3 * DAY + NINE)
    assert len(room.mails()) == 3


def test_an_outlet_that_fails_is_in_the_subject(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    room.change('listen = ""', 'listen = ""\nto = "second"')
    publish(world, LIBRARY_URL)
    room.crawl(after=NINE)
    for host in ("www.example.com", "example-mirror.net"):
        world.break_host(host, "reset")
    room.crawl(after=DAY + NINE)
    (beat,) = room.mails()
    assert beat["Subject"].startswith("[newshawk] Not well: 1 of 1 outlet not healthy")


def test_switched_off_or_without_ops_there_is_none(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, LIBRARY_URL)
    for number in range(3):
        room.crawl(after=number * DAY + NINE)
    room.change('listen = ""', 'listen = ""\nto = "second"\nheartbeat = ""')
    for number in range(3, 6):
        room.crawl(after=number * DAY + NINE)
    assert room.mails() == []
