"""No answer costs more than its bounds: bytes, encodings, head, redirects and time, of pages, sources and robots.txt."""

from __future__ import annotations

import gzip
import resource
import zlib
from collections.abc import Callable
from dataclasses import replace

import brotli
import pytest
import zstandard

from tests.world.answers import Answer, feed, html
from tests.world.crawling import HOSTS, OUTLET, PATH, Config, Net, fetch_page, fetch_source
from tests.world.server import World

TEXT = "The governor said on Monday that the bridge would open to traffic in spring, two years late."
ARTICLE = html("Bridge to open", *[TEXT] * 8)
URL = f"http://www.presstv.ir{PATH}"
ONE_HOST = replace(OUTLET, hosts=HOSTS[:1])
BOMB = b"<p>x" * (50 * 1024 * 1024)
"""200 MB."""


@pytest.fixture
def net(world: World) -> Net:
    return Net(config=Config(proxy=world.proxy, ca_files=(world.ca_file,)))


def encoded(body: bytes, *names: str) -> Answer:
    return Answer(body=body, headers=(("Content-Encoding", ", ".join(names)),))


def nested(times: int) -> bytes:
    body = str(ARTICLE.body).encode()
    for _ in range(times):
        body = gzip.compress(body)
    return body


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    return {
        "gzip": gzip.compress(BOMB, 6),
        "deflate": zlib.compress(BOMB, 6),
        "br": brotli.compress(BOMB, quality=2),
        "zstd": zstandard.ZstdCompressor().compress(BOMB),
    }


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_dropped_at_the_limit_and_the_mirror_serves(
    world: World, net: Net, bombs: dict[str, bytes], name: str
) -> None:
    world.put(HOSTS[0], PATH, encoded(bombs[name], name))
    world.put(HOSTS[0], "/rss.xml", encoded(bombs[name], name))
    world.put(HOSTS[1], PATH, ARTICLE)
    world.put(HOSTS[1], "/rss.xml", feed(URL))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert fetch_page(net, URL).reasons == ["too_large", "ok"]
    assert fetch_source(net).reasons[-1] == "ok"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # KiB; whole it has 200,000


def test_fifty_encodings_are_not_undone(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, encoded(nested(50), *["gzip"] * 50))
    world.put(HOSTS[1], PATH, ARTICLE)
    assert fetch_page(net, URL).reasons == ["too_large", "ok"]


def test_fifty_encodings_of_which_one_is_told_are_no_page(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, encoded(nested(50), "gzip"))
    world.put(HOSTS[1], PATH, ARTICLE)
    assert fetch_page(net, URL).reasons == ["not_html", "ok"]


def test_encodings_that_servers_use_are_undone(world: World, net: Net) -> None:
    body = str(ARTICLE.body).encode()
    bodies = {
        ("gzip",): gzip.compress(body),
        ("br",): brotli.compress(body),
        ("zstd",): zstandard.ZstdCompressor().compress(body),
        ("gzip", "gzip"): gzip.compress(gzip.compress(body)),
    }
    for names, sent in bodies.items():
        world.put(HOSTS[0], PATH, encoded(sent, *names))
        got = fetch_page(net, URL, outlet=ONE_HOST)
        assert got.response is not None
        assert got.response.body == body


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("cut", [10, 60, -9])
@pytest.mark.parametrize("name", ENCODERS)
def test_a_body_whose_encoding_breaks_off_is_no_whole_page(
    world: World, net: Net, name: str, cut: int
) -> None:
    body = str(ARTICLE.body).encode()
    world.put(HOSTS[0], PATH, encoded(ENCODERS[name](body)[:cut], name))
    world.put(HOSTS[1], PATH, ARTICLE)
    got = fetch_page(net, URL)
    assert got.reasons[-1] == "ok"
    assert got.response is not None
    assert got.response.body == body


@pytest.mark.parametrize("cut", [-1, -4, -8])
def test_a_checksum_that_is_missing_is_no_loss(world: World, net: Net, cut: int) -> None:
    body = str(ARTICLE.body).encode()
    world.put(HOSTS[0], PATH, encoded(gzip.compress(body)[:cut], "gzip"))
    got = fetch_page(net, URL, outlet=ONE_HOST)
    assert got.response is not None
    assert got.response.body == body


@pytest.mark.parametrize("fault", ["slow_head", "trickle", "hang"])
def test_time_is_bounded_for_head_and_body_of_whatever_is_asked(world: World, net: Net, fault: str) -> None:
    for path in (PATH, "/rss.xml"):
        world.put(HOSTS[0], path, replace(ARTICLE, fault=fault))
    world.put(HOSTS[1], PATH, ARTICLE)
    world.put(HOSTS[1], "/rss.xml", feed(URL))
    assert fetch_page(net, URL, DOWNLOAD_TIMEOUT=0.7).reasons == ["timeout", "ok"]
    assert fetch_source(replace(net, health=Net().health), DOWNLOAD_TIMEOUT=0.7).reasons == ["timeout", "ok"]


@pytest.mark.parametrize("length", [True, False])
def test_a_flood_is_cut_at_the_limit(world: World, net: Net, length: bool) -> None:
    flood = Answer(fault="flood", length=False, headers=(("Content-Length", "4000000000"),) if length else ())
    world.put(HOSTS[0], PATH, flood)
    world.put(HOSTS[0], "/robots.txt", replace(flood, content_type="text/plain"))
    world.put(HOSTS[1], PATH, ARTICLE)
    assert fetch_page(net, URL).reasons == ["too_large", "ok"]


@pytest.mark.parametrize("promised", ["4000000000", "99999", "-5", "abc", "10, 20"])
def test_a_content_length_that_lies_gives_no_half_page(world: World, net: Net, promised: str) -> None:
    body = str(ARTICLE.body)
    world.put(HOSTS[0], PATH, Answer(body=body, length=False, headers=(("Content-Length", promised),)))
    world.put(HOSTS[1], PATH, ARTICLE)
    got = fetch_page(net, URL, DOWNLOAD_TIMEOUT=3)
    assert got.reasons[-1] == "ok"
    assert got.response is not None
    assert got.response.body == body.encode()


def test_a_redirect_to_an_address_of_a_megabyte_goes_nowhere(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, Answer(status=302, headers=(("Location", "/" + "a" * 20_000),)))
    world.put(HOSTS[1], PATH, ARTICLE)
    got = fetch_page(net, URL)
    assert got.reasons[0] in {"bad_redirect", "protocol", "reset"}
    assert got.reasons[-1] == "ok"
    assert [len(url) < 100 for url in world.asked_urls()] == [True, True]
