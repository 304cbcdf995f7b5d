"""An outlet is redesigned: its rules miss, a break opens, ops is told by mail, the rules are mended, alerts leave once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import cast

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.path.newsroom import FIRE, Newsroom
from tests.world.answers import Answer, feed
from tests.world.reactor import reactor_thread
from tests.world.server import World

HOST = "www.example.com"
OUTLET = """
[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]
article_id = '/story/(\\d+)'
[[outlets.pages]]
body = ["{body}"]
"""
OPS = """
[[recipients]]
id = "night"
email = "night@example.org"
timezone = "Europe/London"
"""
FURTHER = "Nobody saw who lit the fire at the harbour of Cork, and the police ask for films."
"""Of other news that the rule asks for too."""
FULL = "A fire broke out in the harbour of Port Selm at night and burnt for six hours."
NOUNS = [
    "council",
    "bridge",
    "school",
    "market",
    "doctor",
    "engine",
    "river",
    "garden",
    "winter",
    "ticket",
    "museum",
    "teacher",
    "border",
    "letter",
]
VERBS = [
    "opens",
    "closes",
    "repairs",
    "visits",
    "sells",
    "paints",
    "counts",
    "guards",
    "moves",
    "follows",
    "measures",
    "finds",
]
Make = Callable[..., Newsroom]


class Inbox:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = cast("bytes", envelope.original_content)
        mail = cast("EmailMessage", BytesParser(policy=policy.default).parsebytes(raw))
        self.mails.append((list(envelope.rcpt_tos), mail))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to an address, oldest first."""
        return [mail for addresses, mail in self.mails if address in addresses]


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """A running mail server and its port."""
    taken = Inbox()

    async def start() -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: SMTP(taken, hostname="mx.example.org"), "127.0.0.1", 0)

    async def stop() -> None:
        server.close()

    server = reactor_thread().run(start())
    yield taken, server.sockets[0].getsockname()[1]
    reactor_thread().run(stop())


def paragraphs(number: int, first: str = "") -> list[str]:
    """Return a text of its own."""
    chance = random.Random(number)

    def sentence() -> str:
        words = [
            chance.choice(NOUNS),
            chance.choice(VERBS),
            "the",
            chance.choice(NOUNS),
            f"of street {chance.randint(2, 999)}",
        ]
        return f"The {' '.join(words)} after {chance.randint(2, 60)} days, people near the {chance.choice(NOUNS)} said."

    lines = [" ".join(sentence() for _ in range(3)) for _ in range(chance.randint(5, 8))]
    return [first, *lines] if first else lines


def page(number: int, lines: list[str]) -> Answer:
    """Return a page as the outlet has always built it."""
    text = "".join(f'<p class="story-p">{line}</p>' for line in lines)
    return Answer(
        body=f"""<html><head><title>Story {number}</title></head><body class="site-old">
        <div class="top-bar"><ul class="top-menu"><li class="top-item"><a href="/">Home</a></li></ul></div>
        <div class="col-main"><div class="story-box"><h1 class="story-title">Story number {number} of the day</h1>
        <span class="story-by">By Ada Writer</span><div class="story-body">{text}</div></div></div>
        <div class="col-right"><div class="box-ads"></div></div><div class="foot-bar">Imprint</div></body></html>"""
    )


def redesigned(number: int, lines: list[str]) -> Answer:
    """Return a page after the redesign: beside a teaser the text stands in what looks like a comment box."""
    text = "".join(f'<p class="x-par">{line}</p>' for line in lines)
    return Answer(
        body=f"""<html><head><title>Story {number}</title></head><body class="x-root">
        <header class="x-head"><nav class="x-nav"><a class="x-link" href="/">Home</a></nav></header>
        <main class="x-main"><div class="x-hero"><h1 class="x-heading">Story number {number} of the day</h1>
        <div class="x-intro"><p class="x-lede">What happened on day {number}, told in short by our reporters.</p></div></div>
        <div id="comments" class="x-comments comments">{text}</div></main>
        <footer class="x-foot"><div class="x-legal">Imprint</div></footer></body></html>"""
    )


def publish(
    world: World,
    numbers: range,
    build: Callable[[int, list[str]], Answer],
    first: str = "",
    further: str = "",
) -> None:
    """Serve articles, the newest first in the feed; the last of them begins with a sentence of its own, and so may the
    one before."""
    urls = [f"http://{HOST}/story/{number}/page" for number in reversed(numbers)]
    world.put(HOST, "/rss.xml", feed(*urls))
    for number in numbers:
        lines = paragraphs(number, {numbers[-1]: first, numbers[-2]: further}.get(number, ""))
        world.put(HOST, f"/story/{number}/page", build(number, lines))


def body_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return cast("str", part.get_content())


@pytest.fixture
def room(newsroom: Make, world: World, inbox: tuple[Inbox, int]) -> Newsroom:
    """A newsroom whose outlet was read for eleven days."""
    made = newsroom(OUTLET.format(body="div.story-body"), OPS, FIRE)
    made.change(
        'transport = "file"\nfolder = "mail"', f'host = "127.0.0.1"\nport = {inbox[1]}\nsecurity = "none"'
    )
    made.change('listen = ""', 'listen = ""\nto = ["night"]')
    for day in range(11):
        publish(world, range(day * 10 + 1, day * 10 + 11), page)
        made.crawl(after=timedelta(days=day))
    return made


def test_a_redesign_from_its_first_page_to_the_late_alerts(
    room: Newsroom, world: World, inbox: tuple[Inbox, int]
) -> None:
    mails = inbox[0]
    days = timedelta(days=11)
    assert room.sql("SELECT count(*) FROM breaks") == [(0,)]
    assert mails.mails == []

    publish(world, range(200, 212), redesigned, FULL, FURTHER)
    report = room.crawl(after=days)["example"]
    assert report["new"] == 12
    (row,) = room.sql("SELECT id, kind, closed_at, new_template FROM breaks")
    assert row == (1, "text", None, 1)
    assert room.sql("SELECT count(*) FROM quarantine") == [(12,)]
    (told,) = mails.to("night@example.org")
    assert "Example News: the texts of new pages are in doubt" in told["Subject"]
    text = body_of(told)
    assert "the outlet's own rules find no text: 0% before, 100%" in text
    assert text.index("Before") < text.index("Now")
    assert "newshawk outlets breaks example" in text
    assert "<table" in body_of(told, "html")
    assert mails.to("desk@example.org") == []

    room.crawl(after=days + timedelta(minutes=20))
    assert len(mails.mails) == 1, "told once"

    room.declare(OUTLET.format(body="div.x-comments"), OPS, FIRE)
    publish(world, range(212, 223), redesigned)
    room.crawl(after=days + timedelta(hours=2))
    assert room.sql("SELECT how FROM breaks") == [("fixed",)]
    room.crawl(after=days + timedelta(hours=2, minutes=1))
    assert room.sql("SELECT count(*) FROM quarantine") == [(0,)]
    (alert,) = mails.to("desk@example.org")
    assert "Late digest: 2 stories" in alert["Subject"], "in doubt both were one story, by the same few words"
    assert "Edited" not in alert["Subject"]
    assert "doubt" not in body_of(alert)
    assert "and burnt for six hours" in body_of(alert)
    assert "and the police ask for films" in body_of(alert)
    _, over = mails.to("night@example.org")
    assert "sound again" in over["Subject"]
    assert over["References"] == told["References"]
    assert over["Message-ID"] != told["Message-ID"]

    room.crawl(after=days + timedelta(days=2))
    assert len(mails.mails) == 3, "everything was told once"
    (found,) = [each for each in room.rows() if each["url"].endswith("/story/211/page")]
    assert found["body"].startswith(FULL)


def test_re_checks_of_sound_articles_during_a_break_are_no_edits(room: Newsroom, world: World) -> None:
    before = {row["id"]: row["body"] for row in room.rows()}
    for number in range(101, 111):
        world.put(HOST, f"/story/{number}/page", redesigned(number, paragraphs(number)))
    publish(world, range(200, 212), redesigned)
    room.crawl(after=timedelta(days=11))
    room.crawl(after=timedelta(days=11, hours=23))
    after = {row["id"]: row["body"] for row in room.rows()}
    assert {number: after[number] for number in before} == before
    assert room.sql("SELECT count(*) > 0 FROM doubtful_texts") == [(1,)]
    assert room.sql("SELECT count(*) FROM revisions WHERE number > 1") == [(0,)]
