"""What a robots.txt means, and for how long it is kept."""

from __future__ import annotations

import asyncio

import pytest

from crawler.robots import (
    FREE,
    KEPT,
    KEPT_UNREACHABLE,
    RobotsCache,
    Rules,
    product_token,
    robots_url,
    rules_of_answer,
    rules_of_failure,
)

UA = "newshawk (+https://example.org/bot)"
URL = "https://www.presstv.ir/Detail/2023/04/18/701800/Russia"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: NewsHawk\nDisallow: /Detail/", False),
        ("User-agent: newshawkish\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\nUser-agent: newshawk\nDisallow: /private", True),
        ("User-agent: *\nDisallow: /Detail/\nAllow: /Detail/2023/", True),
        ("User-agent: *\nDisallow: /*Russia$", False),
        ("\ufeffUser-agent: *\r\nDisallow: /Detail", False),
        ("Sitemap: https://www.presstv.ir/sitemap.xml", True),
    ],
)
def test_rules(text: str, allowed: bool) -> None:
    assert rules_of_answer(200, text.encode()).allows(URL, UA) is allowed


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 451])
def test_no_robots_file_means_free(status: int) -> None:
    assert rules_of_answer(status, b"User-agent: *\nDisallow: /") is FREE


@pytest.mark.parametrize("status", [429, 500, 502, 503, 530])
def test_a_server_error_means_not_now(status: int) -> None:
    assert rules_of_answer(status, b"").reason == "robots_unreachable"


@pytest.mark.parametrize(
    ("reason", "word"),
    [("dns", "dns"), ("tls", "tls"), ("truncated", "robots_unreachable"), ("foreign", ""), ("redirects", "")],
)
def test_what_a_failure_means(reason: str, word: str) -> None:
    assert rules_of_failure(reason, "why").reason == word


def test_the_last_half_line_of_a_long_file_is_dropped() -> None:
    padding = b"User-agent: *\n" + b"#" * (500 * 1024 - 14 - len(b"\nDisallow: /D"))
    rules = rules_of_answer(200, padding + b"\nDisallow: /Detail/private\n")
    assert rules.allows(URL, UA)


@pytest.mark.parametrize("delay", ["abc", "-5", "", "1e400", "nan"])
def test_a_crawl_delay_that_is_none_is_zero_or_capped_later(delay: str) -> None:
    rules = rules_of_answer(200, f"User-agent: *\nCrawl-delay: {delay}".encode())
    assert not rules.crawl_delay(UA) < 0


def test_names_and_addresses() -> None:
    assert product_token(UA) == "newshawk"
    assert product_token("Mozilla/5.0 (compatible)") == "Mozilla"
    assert robots_url("http://127.0.0.1:8001/a/b?c") == "http://127.0.0.1:8001/robots.txt"


def test_rules_are_kept_for_a_day_and_failures_for_minutes() -> None:
    now = [0.0]
    cache = RobotsCache(lambda: now[0])
    cache.keep("http://a/x", FREE)
    cache.keep("http://b/x", Rules(reason="timeout"))
    now[0] = KEPT_UNREACHABLE + 1
    assert cache.known("http://a/y") is FREE
    assert cache.known("http://b/y") is None
    now[0] = KEPT + 1
    assert cache.known("http://a/y") is None


async def test_who_waits_asks_himself_when_the_first_is_stopped() -> None:
    cache = RobotsCache()
    entered: list[str] = []

    async def ask(name: str) -> None:
        async with cache.asking(URL):
            if cache.known(URL) is None:
                entered.append(name)
                await asyncio.sleep(0 if name != "first" else 60)
                cache.keep(URL, FREE)

    first = asyncio.create_task(ask("first"))
    await asyncio.sleep(0)
    others = [asyncio.create_task(ask(name)) for name in ("second", "third")]
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, *others, return_exceptions=True)
    assert entered == ["first", "second"]
    assert cache._locks == {}
