"""The download handler: guard, proxy, TLS, time limits."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.address import IPv4Address

from crawler import dialling
from crawler.errors import AllHostsFailed, ConfigError
from crawler.guard import Guard
from crawler.items import Source, SourceKind
from crawler.trust import TrustPolicy
from tests.world.answers import Answer, feed, html
from tests.world.crawling import HOSTS, OUTLET, PATH, Config, Net, fetch_page, fetch_source
from tests.world.reactor import reactor_thread
from tests.world.server import World

TEXT = "The governor said on Monday that the bridge would open to traffic in spring, two years late."
ARTICLE = html("Bridge to open", *[TEXT] * 8)
HTTPS = f"https://www.presstv.ir{PATH}"
ONE_HOST = replace(
    OUTLET, hosts=HOSTS[:1], sources=(Source(kind=SourceKind.FEED, url="https://www.presstv.ir/rss.xml"),)
)


@pytest.fixture
def net(world: World) -> Net:
    return Net(config=Config(proxy=world.proxy, ca_files=(world.ca_file,)))


def test_https_through_the_proxy_with_a_trusted_certificate(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, ARTICLE)
    got = fetch_page(net, HTTPS, outlet=ONE_HOST)
    assert got.reasons == ["ok"]
    assert world.connects == ["www.presstv.ir:443"] * len(world.connects)
    assert world.asked_urls() == [HTTPS]


@pytest.mark.parametrize(
    ("flaw", "cause"),
    [
        ("expired", "expired"),
        ("self_signed", "self-signed"),
        ("wrong_host", "another host than www.presstv.ir"),
    ],
)
def test_a_bad_certificate_fails_closed_with_its_cause(world: World, net: Net, flaw: str, cause: str) -> None:
    world.put(HOSTS[0], PATH, ARTICLE)
    world.break_host(HOSTS[0], flaw, "https")
    got = fetch_page(net, HTTPS, outlet=ONE_HOST)
    assert got.reasons == ["tls"]
    assert cause in got.attempts[0].detail
    assert world.asked == []


def test_an_authority_that_nobody_told_us_of_is_not_trusted(world: World) -> None:
    world.put(HOSTS[0], PATH, ARTICLE)
    got = fetch_page(Net(config=Config(proxy=world.proxy)), HTTPS, outlet=ONE_HOST)
    assert got.reasons == ["tls"]
    assert world.asked == []


def test_a_ca_file_without_certificates_is_a_mistake_in_the_config(tmp_path: Path) -> None:
    empty = tmp_path / "ca.pem"
    empty.write_text("nothing")
    for path in (empty, tmp_path / "absent.pem"):
        with pytest.raises(ConfigError):
            TrustPolicy((path,))


def test_a_port_that_does_not_speak_tls_is_told(world: World, net: Net) -> None:
    world.break_host(HOSTS[0], "no_tls", "https")
    assert fetch_page(net, HTTPS, outlet=ONE_HOST).reasons == ["tls"]


@pytest.mark.parametrize(("fault", "told"), [("refuse", "502"), ("drop_connect", "hung up")])
def test_a_proxy_that_opens_no_way_is_told_at_once(world: World, net: Net, fault: str, told: str) -> None:
    world.break_host(HOSTS[0], fault, "https")
    got = fetch_page(net, HTTPS, outlet=ONE_HOST)
    assert got.reasons == ["proxy"]
    assert told in got.attempts[0].detail


@pytest.mark.timeout(20)  # the whole time-out is 30 s
def test_a_proxy_that_never_answers_connect_costs_its_own_limit_only(
    world: World, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialling, "CONNECT_TIMEOUT", 0.5)
    world.break_host(HOSTS[0], "silent_connect", "https")
    got = fetch_page(net, HTTPS, outlet=ONE_HOST)
    assert got.reasons == ["proxy"]
    assert "did not answer" in got.attempts[0].detail


def test_a_proxy_that_is_down_is_told_as_the_proxy() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        net = Net(config=Config(proxy=address))
        assert fetch_page(net, HTTPS, outlet=ONE_HOST).reasons == ["proxy"]
        got = fetch_source(net, OUTLET.sources[0], outlet=replace(OUTLET, hosts=HOSTS[:1]))
        assert (got.reasons, got.attempts[0].detail) == (["proxy"], f"robots.txt: {address}: refused")


@pytest.mark.parametrize("url", [HTTPS, HTTPS.replace("https:", "http:")])
def test_a_proxy_with_a_password_gets_it_and_nobody_else(world: World, net: Net, url: str) -> None:
    world.auth = "desk:s:e c"
    world.put(HOSTS[0], PATH, ARTICLE)
    config = replace(net.config, proxy=world.proxy.replace("//", "//desk:s%3Ae%20c@"))
    assert fetch_page(replace(net, config=config), url, outlet=ONE_HOST).reasons == ["ok"]
    if url == HTTPS:
        assert all(not asked.header("Proxy-Authorization") for asked in world.asked)


def test_an_outlets_own_proxy_goes_before_the_common_one(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, ARTICLE)
    outlet = replace(ONE_HOST, proxy=world.proxy)
    config = replace(net.config, proxy="http://127.0.0.1:1")
    assert fetch_page(replace(net, config=config), HTTPS, outlet=outlet).reasons == ["ok"]


def test_private_addresses_are_not_asked_of_a_proxy(world: World, net: Net) -> None:
    outlet = replace(OUTLET, hosts=("10.0.0.1",))
    got = fetch_source(net, Source(kind=SourceKind.FEED, url="http://10.0.0.1/rss.xml"), outlet=outlet)
    assert got.reasons == ["private"]
    assert world.asked == []


def direct(world: World, *, tls: bool = False, allow_private: bool = True) -> tuple[Net, str]:
    net = Net(config=Config(ca_files=(world.ca_file,)), guard=Guard(allow_private=allow_private))
    return net, world.listen("site", tls=tls)


@pytest.mark.parametrize("tls", [False, True])
def test_without_a_proxy_hosts_with_ports_are_served(world: World, tls: bool) -> None:
    net, host = direct(world, tls=tls)
    world.put("site", "/rss.xml", feed("/a"))
    source = Source(kind=SourceKind.FEED, url=f"http{'s' if tls else ''}://{host}/rss.xml")
    outlet = replace(OUTLET, hosts=(host,), sources=(source,))
    assert fetch_source(net, source, outlet=outlet).reasons == ["ok"]


class Rebinding:
    """A resolver that gives one name a private address."""

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *_: object) -> Any:
        receiver.resolutionBegan(None)
        receiver.addressResolved(IPv4Address("TCP", "127.0.0.1", port))
        receiver.resolutionComplete()
        return receiver


@pytest.fixture
def rebinding() -> Iterator[None]:
    async def swap(resolver: Any) -> Any:
        from twisted.internet import reactor

        return reactor.installNameResolver(resolver)  # type: ignore[attr-defined]

    before = reactor_thread().run(swap(Rebinding()))
    yield
    reactor_thread().run(swap(before))


@pytest.mark.usefixtures("rebinding")
def test_a_public_name_that_stands_for_a_private_address_is_not_dialled(world: World) -> None:
    net, _ = direct(world, allow_private=False)
    source = Source(kind=SourceKind.FEED, url="http://news.example.org:8080/rss.xml")
    outlet = replace(OUTLET, hosts=("news.example.org:8080",), sources=(source,))
    got = fetch_source(net, source, outlet=outlet)
    assert got.reasons == ["private"]
    assert "127.0.0.1" in got.attempts[0].detail
    assert world.connections == 0


def test_nobody_listens_is_refused_and_no_such_name_is_dns() -> None:
    net = Net(guard=Guard(allow_private=True))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for host, reason in (
            (f"127.0.0.1:{closed.getsockname()[1]}", "refused"),
            ("no-such-host.invalid", "dns"),
        ):
            source = Source(kind=SourceKind.FEED, url=f"http://{host}/rss.xml")
            got = fetch_source(net, source, outlet=replace(OUTLET, hosts=(host,), sources=(source,)))
            assert isinstance(got.error, AllHostsFailed)
            assert got.reasons == [reason]


def test_headers_are_kept_as_they_came(world: World, net: Net) -> None:
    headers = (("X-b", "2"), ("x-A", "1"), ("X-B", "3"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    world.put(HOSTS[0], PATH, replace(ARTICLE, headers=headers))
    got = fetch_page(net, HTTPS, outlet=ONE_HOST)
    assert got.capture is not None
    assert got.capture.raw_headers[1:-1] == headers
    assert got.capture.raw_headers[-1][0] == "Content-Length"


def test_a_pooled_connection_is_used_again(world: World, net: Net) -> None:
    world.put(HOSTS[0], PATH, ARTICLE)
    world.put(HOSTS[0], "/robots.txt", Answer(body="User-agent: *\nAllow: /", content_type="text/plain"))
    assert fetch_page(net, HTTPS, outlet=ONE_HOST).reasons == ["ok"]
    assert world.connections == 1
