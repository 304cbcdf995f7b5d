"""Damaged pages through the parser pool with its limits: each must end as a draft or an ExtractionError, in time.

    python -m benchmarks.fuzz [--rounds 20] [--seed 1] [--size 1.0]

Each round damages a page in every way of `DAMAGES`: one of the tests' own pages, or of ../shared/corpora where it is.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.corpora import samples
from crawler.errors import ExtractionError
from crawler.pool import PAGE_SECONDS, ParserPool
from tests.pages.scripts import SCRIPTS, page

PAGES = Path(__file__).resolve().parents[1] / "tests" / "pages"
GRACE = 5.0
"""Seconds beyond the limit in which a stopped worker must be replaced and the page be given up."""
MAX_BODY = 8 << 20
"""Bytes of the largest page that a crawl takes in."""
CHARSETS = ("utf-8", "windows-1251", "windows-1256", "gb18030", "shift_jis", "euc-kr", "utf-16", "latin-1")

Damage = Callable[[bytes, random.Random, float], bytes]
"""Returns the damaged bytes of a page; the last argument is how large the damage is, 1.0 for a hostile page."""


@dataclass(slots=True)
class Row:
    """What became of the pages that were damaged in one way."""

    endings: Counter[str] = field(default_factory=Counter)
    """By ending: ``draft``, or the word of the error."""
    slowest: float = 0.0
    """Seconds."""
    problems: list[str] = field(default_factory=list)


# --- damages --------------------------------------------------------------------------------------


def truncated(body: bytes, chance: random.Random, size: float) -> bytes:
    """The page ends somewhere."""
    return body[: chance.randrange(1, len(body))]


def flipped(body: bytes, chance: random.Random, size: float) -> bytes:
    """Every 200th byte or so is another one."""
    damaged = bytearray(body)
    for _ in range(len(body) // 200 + 1):
        damaged[chance.randrange(len(body))] = chance.randrange(256)
    return bytes(damaged)


def shuffled(body: bytes, chance: random.Random, size: float) -> bytes:
    """Pieces between tags stand in another order."""
    pieces = body.split(b"<")
    chance.shuffle(pieces)
    return b"<".join(pieces)


def repeated(body: bytes, chance: random.Random, size: float) -> bytes:
    """A fragment stands there again and again."""
    start = chance.randrange(len(body))
    piece = body[start : start + chance.randrange(20, 2000)]
    return body[:start] + piece * (int(3_000_000 * size) // max(1, len(piece)) + 1) + body[start:]


def nested(body: bytes, chance: random.Random, size: float) -> bytes:
    """The text stands in very many elements."""
    tag = chance.choice(
        [b"div", b"b", b"table><tr><td", b"ul><li", b"span", b"blockquote", b"article", b"a", b"font"]
    )
    at = _inside(body, chance)
    return body[:at] + b"<" + (tag + b"><") * int(60_000 * size) + b"p>" + body[at:]


def attributed(body: bytes, chance: random.Random, size: float) -> bytes:
    """An attribute of a few megabytes, or thousands of them."""
    name = chance.choice([b"class", b"style", b"itemprop", b"datetime", b"content", b"rel", b"href"])
    value = chance.choice(
        [b"author ", b"byline-", b"25/11/2026 ", b"a", b"&quot;", b"By Ann Lee and ", b"- "]
    )
    tag = chance.choice([b"div", b"meta", b"a", b"time", b"h1"])
    if chance.random() < 0.5:
        element = b"<" + tag + b" " + name + b'="' + value * (int(2_000_000 * size) // len(value)) + b'">x'
    else:
        element = (
            b"<"
            + tag
            + b"".join(b" %s%d=%s" % (name, n, value.strip()) for n in range(int(50_000 * size)))
            + b">x"
        )
    at = _inside(body, chance)
    return body[:at] + element + body[at:]


def mixed_charsets(body: bytes, chance: random.Random, size: float) -> bytes:
    """Parts of the page are in different charsets, and another one is declared."""
    text = body.decode("utf-8", "replace")
    cuts = sorted(chance.randrange(len(text)) for _ in range(3))
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    told = b"<meta charset=%s>" % chance.choice(CHARSETS).encode()
    return told + b"".join(part.encode(chance.choice(CHARSETS), "replace") for part in parts)


def tabled(body: bytes, chance: random.Random, size: float) -> bytes:
    """A table of very many cells."""
    row = b"<tr>" + b"<td>1,234 <b>x</b>" * 10
    at = _inside(body, chance)
    return body[:at] + b"<table>" + row * int(15_000 * size) + b"</table>" + body[at:]


def entities(body: bytes, chance: random.Random, size: float) -> bytes:
    """A flood of character references, in the text and in a title."""
    one = chance.choice(
        [b"&amp;", b"&#0;", b"&#xD800;", b"&#x110000;", b"&nbsp", b"&lt;p&gt;", b"&#8206;", b"&zwnj;"]
    )
    flood = one * int(300_000 * size)
    at = _inside(body, chance)
    return body[:at] + b"<title>" + flood + b"</title><p>" + flood + b"</p>" + body[at:]


def flooded(body: bytes, chance: random.Random, size: float) -> bytes:
    """Tens of thousands of one element that a reader of metadata looks at."""
    element = chance.choice(
        [
            b"<meta name=author content='Ann Lee'>", b"<meta property=og:title content='A headline'>",
            b"<time datetime=2026-11-25>today</time>", b"<h1>A headline of words</h1>", b"<span class=byline>By Ann Lee</span>",
            b"<a rel=author href=/a>Bo Ek</a>", b"<div class=author><p>Ann</p></div>", b"<p>By Ann Lee | 25.11.2026</p>",
            b"<br>", b"<a href=/x>more</a> ", b"<article><h1>x</h1></article>", b"<div class=published-date>25/11/2026</div>",
            b"<nav class=breadcrumb>Home / News</nav>", b"<p style='text-align:right'>Ann Lee</p>", b"<li><a href=/b>A long name of a thing</a>",
        ]
    )  # fmt: skip
    at = _inside(body, chance)
    return body[:at] + element * int(60_000 * size) + body[at:]


def worded(body: bytes, chance: random.Random, size: float) -> bytes:
    """A line of a megabyte that looks like a byline, a date, a title, over and over."""
    word = chance.choice(
        [b"By Ann Lee and ", b"25 November 2026 ", b"A ", b"- ", b"| ", b"Ann, ", b", ", b"12:30 ", b"2026-11-", b"a@b ",
         b"A" * 50, b"\xd8\xa8", b"\xe4\xb8\xad", b"de la ", b"http://", b"(", b" / "]
    )  # fmt: skip
    line = word * (int(1_000_000 * size) // len(word) + 1)
    start = chance.choice(
        [
            b"<h1>",
            b"<p>",
            b"<title>",
            b"<div class=byline>",
            b"<time>",
            b"<p class=date>",
            b"<nav class=breadcrumb>",
        ]
    )
    at = _inside(body, chance)
    return body[:at] + start + line + b"</h1></p></div>" + body[at:]


def scripted(body: bytes, chance: random.Random, size: float) -> bytes:
    """JSON-LD that nests, repeats or never ends, and scripts full of dates."""
    many = int(100_000 * size)
    script = chance.choice(
        [
            b'<script type="application/ld+json">' + b'{"@graph":[' * many,
            b'<script type="application/ld+json">[' + b'{"@type":"NewsArticle","headline":"x"},' * many + b"]</script>",
            b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"' + b"\\u0041" * many + b'"}</script>',
            b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","author":['
            + b'{"name":"Ann Lee"},' * many + b'{"name":"B"}]}</script>',
            b"<script>" + b'"datePublished":"2026-11-25x' * many + b"</script>",
            b"<script>" + b"<!--<script>" * many,
            b"<!--" + b"-- " * many,
            b"<style>" + b"a{}" * many,
        ]
    )  # fmt: skip
    at = _inside(body, chance)
    return body[:at] + script + body[at:]


def noise(body: bytes, chance: random.Random, size: float) -> bytes:
    """No page at all: random bytes, with a header's first bytes or without."""
    start = chance.choice(
        [b"", b"<html>", b"\xff\xfe", b"\x1f\x8b", b"%PDF-1.7", b"\x89PNG", b"<?xml version='1.0'?>"]
    )
    return start + chance.randbytes(int(400_000 * size) + 10)


DAMAGES: tuple[Damage, ...] = (
    truncated, flipped, shuffled, repeated, nested, attributed, mixed_charsets, tabled, entities, flooded, worded,
    scripted, noise,
)  # fmt: skip


def _inside(body: bytes, chance: random.Random) -> int:
    """Return a place before a tag in the page's body."""
    start = max(0, body.find(b"<body"))
    return max(0, body.find(b"<", chance.randrange(start, max(start + 1, len(body)))))


# --- the run --------------------------------------------------------------------------------------


def healthy(with_corpora: bool = True) -> list[bytes]:
    """Return the pages to damage: the tests' own, and every tenth of the corpora."""
    own = [path.read_bytes() for path in sorted(PAGES.rglob("*.html"))]
    scripts = [page(script).encode() for script in SCRIPTS]
    foreign = [sample.html for sample in samples()][::10] if with_corpora else []
    return [*own, *scripts, *foreign]


async def run(
    pages: list[bytes], *, rounds: int, seed: int, size: float, seconds: float = PAGE_SECONDS
) -> dict[str, Row]:
    """Return what became of *rounds* pages of each damage, *seconds* being the limit of the pool for one."""
    chance = random.Random(seed)
    table = {damage.__name__: Row() for damage in DAMAGES}
    async with ParserPool(2, timeout=seconds) as pool:
        gate = asyncio.Semaphore(pool.workers)

        async def one(damage: Damage, source: bytes, number: int) -> None:
            body = damage(source, random.Random(number), size)[:MAX_BODY]
            async with gate:
                await _read(pool, body, table[damage.__name__], f"{damage.__name__} {number}", seconds)

        for _ in range(rounds):
            source = chance.choice(pages)
            pages_read = (one(damage, source, chance.randrange(1 << 32)) for damage in DAMAGES)
            for damage, failure in zip(
                DAMAGES, await asyncio.gather(*pages_read, return_exceptions=True), strict=True
            ):
                if failure is not None:  # what the fuzz looks for: an ending that is neither of the two
                    table[damage.__name__].endings[type(failure).__name__] += 1
                    table[damage.__name__].problems.append(f"{damage.__name__}: {failure!r}")
        await _read(pool, page(SCRIPTS[0]).encode(), last := Row(), "the sound page at the end", seconds)
        if last.endings["draft"] != 1:
            last.problems.append(f"the sound page at the end: {dict(last.endings)}")
        table["(sound page)"] = last
    return table


async def _read(pool: ParserPool, body: bytes, row: Row, name: str, seconds: float) -> None:
    """Read one page and note how it ended in *row*."""
    began = time.monotonic()
    try:
        draft = await pool.page(
            body, url="https://www.example.org/news/2026/11/25/1", content_type="text/html"
        )
        row.endings["draft"] += 1
        if len(draft.title) > 10_000 or any("\x00" in line for line in draft.lines):
            row.problems.append(f"{name}: a draft that is not bounded or not text")
    except ExtractionError as error:
        row.endings[error.reason] += 1
        if error.reason == "extract_crash":
            row.problems.append(f"{name}: {_cause(error)}")
    took = time.monotonic() - began
    row.slowest = max(row.slowest, took)
    if took > seconds + GRACE:
        row.problems.append(f"{name}: {took:.1f} s, with a limit of {seconds:.1f} s")


def _cause(error: ExtractionError) -> str:
    """Return the last line of the trace that a worker sent along, and the place in our code where it was."""
    trace = [line.strip() for line in str(error.__cause__ or error).splitlines() if line.strip()]
    ours = [
        line
        for line in trace
        if line.startswith("File") and "/crawler/extract/" in line and "worker.py" not in line
    ]
    told = next((line for line in trace if re.match(r"[\w.]+(?:Error|Exception)\b", line)), "")
    return f"{told} {ours[-1] if ours else ''}"


def main() -> None:
    """Damage, read, print a table; exit 1 when a page ended in any other way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=float, default=1.0)
    options = parser.parse_args()
    table = asyncio.run(run(healthy(), rounds=options.rounds, seed=options.seed, size=options.size))
    print(f"{'damage':16}{'drafts':>8}{'slowest':>9}  other endings")
    for name, row in table.items():
        others = ", ".join(
            f"{count} {ending}" for ending, count in sorted(row.endings.items()) if ending != "draft"
        )
        print(f"{name:16}{row.endings['draft']:8}{row.slowest:8.1f}s  {others}")
    problems = [problem for row in table.values() for problem in row.problems]
    sys.exit("\n".join(problems) or None)


if __name__ == "__main__":
    main()
