"""An answer is kept as it was received, before anything is decoded."""

from __future__ import annotations

import gzip
import hashlib

from tests.world.answers import Answer, html
from tests.world.crawling import HOSTS, PATH, Net, fetch_page
from tests.world.server import World

URL = f"http://www.presstv.ir{PATH}"


def test_hash_and_size_are_those_of_the_bytes_on_the_wire(world: World, net: Net) -> None:
    plain = str(html("Bridge to open", "The bridge opens in spring. " * 20).body).encode()
    packed = gzip.compress(plain)
    world.put(HOSTS[0], PATH, Answer(body=packed, headers=(("Content-Encoding", "gzip"), ("X-Cache", "HIT"))))
    got = fetch_page(net, URL)
    assert got.response is not None
    assert got.capture is not None
    assert got.response.body == plain
    assert (got.capture.raw_sha256, got.capture.raw_size) == (hashlib.sha256(packed).hexdigest(), len(packed))
    assert ("Content-Encoding", "gzip") in got.capture.raw_headers
    assert got.capture.requested_url == URL


def test_text_that_says_gzip_and_is_not_is_read_as_text(world: World, net: Net) -> None:
    page = html("Bridge to open", "The bridge opens in spring. " * 20)
    world.put(HOSTS[0], PATH, Answer(body=page.body, headers=(("Content-Encoding", "gzip"),)))
    got = fetch_page(net, URL)
    assert got.reasons == ["ok"]
    assert got.response is not None
    assert got.response.body == str(page.body).encode()


def test_a_broken_gzip_gives_way_to_the_next_host(world: World, net: Net) -> None:
    page = html("Bridge to open", "The bridge opens in spring. " * 20)
    broken = b"\x1f\x8b\x08" + b"\xff" * 500
    world.put(HOSTS[0], PATH, Answer(body=broken, headers=(("Content-Encoding", "gzip"),)))
    world.put(HOSTS[1], PATH, page)
    assert fetch_page(net, URL).reasons[-1] == "ok"
