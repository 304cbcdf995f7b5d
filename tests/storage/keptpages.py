"""Pages of an outlet in one template: much that recurs, a little that is the page's own."""

from __future__ import annotations

import random

from tests.storage.world import World

WORDS = [
    "river",
    "harbour",
    "council",
    "bridge",
    "report",
    "winter",
    "market",
    "teacher",
    "engine",
    "valley",
    "window",
    "letter",
    "garden",
]


def template(outlet: str, size: int = 12_000) -> tuple[bytes, bytes]:
    """Return what all pages of an outlet have before and after the text; hard to compress by itself."""
    chance = random.Random(outlet)
    noise = "".join(f'<i class="c{chance.getrandbits(48):x}">' for _ in range(size // 26)).encode()
    return b"<html><head>" + noise + b"</head><body><main>", b"</main>" + noise[::-1] + b"</body></html>"


def page(outlet: str, number: int, size: int = 12_000) -> bytes:
    """Return the page of one article."""
    head, tail = template(outlet, size)
    chance = random.Random(f"{outlet} {number}")
    text = "".join(f"<p>{' '.join(chance.choices(WORDS, k=40))}</p>" for _ in range(12))
    return head + f"<h1>Report {number}</h1>{text}".encode() + tail


def address(number: int) -> str:
    """Return the address of an article."""
    return f"http://www.example.com/Detail/2026/11/23/{number}/report"


def store_page(world: World, number: int, body: bytes | None = None) -> int:
    """Store an article with its page; return its number."""
    link = world.found(address(number))
    given = world.page(link, body=page("example", number) if body is None else body)
    text = f"Report {number} says: " + " ".join(random.Random(number).choices(WORDS, k=60))
    (outcome,) = world.write(world.article(link, f"Report {number}", text, page=given))
    assert outcome.article_id is not None
    return outcome.article_id


def press(world: World) -> int:
    """Make the outlet's dictionary and compress its older pages again; return the bytes saved."""
    made = world.store.make_dictionary("example")
    assert made is not None
    world.store.add_dictionary(made, world.now)
    saved = 0
    while (done := world.store.press_older("example")) is not None:
        saved += world.store.put_pressed(done)
    return saved
