"""The address guard at each place where an address comes in: page, redirect, source, sitemap, robots.txt, with a proxy
and without. Nothing is ever asked of an address that is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.downloader import agreed_host
from crawler.errors import AddressRefused, FetchFailed
from crawler.failover import Candidate, Fetch, Purpose, redirected_request, request_for
from crawler.guard import Guard, install_guard
from crawler.items import Source, SourceKind
from tests.crawler.test_guard import PRIVATE
from tests.world.answers import Answer, feed, html, redirect
from tests.world.crawling import HOSTS, OUTLET, PATH, Config, Net, fetch_page, fetch_source, link
from tests.world.server import World

TEXT = "The governor said on Monday that the bridge would open to traffic in spring, two years late."
ARTICLE = html("Bridge to open", *[TEXT] * 8)
URL = f"http://www.presstv.ir{PATH}"
ONE_HOST = replace(OUTLET, hosts=HOSTS[:1])
TRICKS = [
    *PRIVATE,
    "http://www.presstv.ir@10.0.0.1/",
    "http://www.presstv.ir:80@10.0.0.1/",
    "http://www.presstv.ir\\@10.0.0.1/",
    "http:\\\\10.0.0.1/",
    "//10.0.0.1/",
    "///10.0.0.1/",
    "http:10.0.0.1/",
    "http://10.0.0.1:80:80/",
    "http://127。0。0。1/",
    "http://127%2E0%2E0%2E1/",
    "http://0x7f.0.0.0x1/",
    "http://017700000001/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://localhost./",
    "http://router.lan/",
    "http://metadata/",
    "http://metadata.google.internal./",
    "http://www.presstv.ir:22/",
    "http://www.presstv.ir:6379/",
    "gopher://www.presstv.ir/",
    "file:///etc/passwd",
    "\thttp://10.0.0.1/",
    "http://10.0.0.1/%0d%0aHost:%20www.presstv.ir",
]


@pytest.fixture
def net(world: World) -> Net:
    return Net(config=Config(proxy=world.proxy, ca_files=(world.ca_file,)))


def only_ours(world: World) -> bool:
    """Whether nothing but the outlet's own hosts, on their own ports, was asked for or connected to."""
    asked = {one.host for one in world.asked} | {name.removesuffix(":443") for name in world.connects}
    return asked <= set(HOSTS)


@pytest.mark.parametrize("target", TRICKS)
def test_no_redirect_leads_there(world: World, net: Net, target: str) -> None:
    location = target.encode("utf-8").decode("latin-1")
    world.put(HOSTS[0], PATH, Answer(status=302, headers=(("Location", location),)))
    got = fetch_page(net, URL, outlet=ONE_HOST)
    assert got.response is None
    assert got.reasons[0] in {
        "foreign",
        "bad_redirect",
        "port",
        "private",
        "redirects",
        "front_page",
        "http_404",
    }
    assert only_ours(world)


@pytest.mark.parametrize("via_proxy", [False, True])
@pytest.mark.parametrize(
    "host", ["10.0.0.1", "127.0.0.1:8080", "[::1]", "localhost", "news.internal", "2130706433", "www.presstv.ir:22"]
)  # fmt: skip
def test_no_source_or_page_that_a_config_names_is_asked_there(
    world: World, net: Net, host: str, via_proxy: bool
) -> None:
    net = net if via_proxy else Net(config=Config(ca_files=(world.ca_file,)))
    source = Source(kind=SourceKind.FEED, url=f"http://{host}/rss.xml")
    outlet = replace(OUTLET, hosts=(host,), sources=(source,))
    assert fetch_source(net, source, outlet=outlet).reasons == ["port" if host.endswith(":22") else "private"]
    got = fetch_page(net, f"http://{host}{PATH}", outlet=outlet)
    assert set(got.reasons) <= {"port", "private", "resting"}
    assert (world.connections, world.asked) == (0, [])


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/robots.txt",
        "http://[::1]/robots.txt",
        "http://2130706433/",
        "file:///etc/passwd",
    ],
)
def test_no_robots_file_leads_there(world: World, net: Net, target: str) -> None:
    world.put(HOSTS[0], "/robots.txt", redirect(target))
    world.put(HOSTS[0], PATH, ARTICLE)
    assert fetch_page(net, URL, outlet=ONE_HOST).reasons == ["ok"]
    assert only_ours(world)


def test_a_port_that_the_config_admits_is_asked_and_no_other(world: World, net: Net) -> None:
    net = replace(net, guard=Guard(ports=(8001,)))
    for port, reasons in ((8001, ["ok"]), (8002, ["port"])):
        host = f"www.presstv.ir:{port}"
        world.put(host, "/rss.xml", feed("/a"))
        source = Source(kind=SourceKind.FEED, url=f"http://{host}/rss.xml")
        assert (
            fetch_source(net, source, outlet=replace(OUTLET, hosts=(host,), sources=(source,))).reasons
            == reasons
        )


@pytest.mark.parametrize(
    "target",
    [
        "http://www.presstv.ir\\@10.0.0.1/x",
        "http://10.0.0.1\\@www.presstv.ir/x",
        "http://www.presstv.ir:80#@10.0.0.1/",
    ],
)
def test_what_two_parsers_read_differently_is_asked_of_neither(world: World, net: Net, target: str) -> None:
    """The guard reads addresses as browsers do, Scrapy as RFC 3986 does; a request for such a one goes nowhere else."""
    fetch = Fetch(
        purpose=Purpose.PAGE, outlet=ONE_HOST, candidates=(Candidate(host=HOSTS[0], url=URL),), link=link(URL)
    )

    def ask(callback: Any, errback: Any) -> Any:
        return redirected_request(request_for(fetch, callback, errback), target)

    from tests.world.crawling import _crawl

    (got,) = _crawl(net, [ask], {})
    assert isinstance(got.error, FetchFailed)
    assert only_ours(world)


@pytest.mark.parametrize("url", ["http://www.presstv.ir\\@10.0.0.1/x", "http://10.0.0.1\\@www.presstv.ir/x"])
def test_the_host_that_is_gated_is_the_one_that_is_dialled(url: str) -> None:
    with pytest.raises(AddressRefused):
        agreed_host(url)
    assert agreed_host("http://www.presstv.ir:8080/x?@10.0.0.1/#@") == "www.presstv.ir:8080"


class Rebinding:
    """A resolver that gives a name another address each time it is asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *_: object) -> Any:
        receiver.resolutionBegan(None)
        receiver.addressResolved(IPv4Address("TCP", self.addresses.pop(0), port))
        receiver.resolutionComplete()
        return receiver


@implementer(IReactorPluggableNameResolver)
class Reactor(MemoryReactorClock):
    """Twisted's reactor for tests: what would be dialled is in ``tcpClients``."""

    def __init__(self, resolver: Any) -> None:
        super().__init__()
        self.nameResolver = resolver

    def installNameResolver(self, resolver: Any) -> Any:
        before, self.nameResolver = self.nameResolver, resolver
        return before


def test_a_name_that_changes_its_mind_is_dialled_only_where_it_was_checked() -> None:
    resolver = Rebinding("93.184.216.34", "127.0.0.1", "10.10.34.35", "93.184.216.34")
    reactor, guard, refused = Reactor(resolver), Guard(), []
    install_guard(reactor, guard)
    for _ in range(4):
        HostnameEndpoint(reactor, "news.example.org", 80).connect(Factory()).addErrback(refused.append)
        reactor.advance(1)
    assert [client[:2] for client in reactor.tcpClients] == [("93.184.216.34", 80)] * 2
    assert [failure.check(DNSLookupError) for failure in refused] == [DNSLookupError] * 2
    assert guard.private_address_of("news.example.org") == "10.10.34.35"
    assert resolver.addresses == []  # one look-up a dial: nothing is resolved again behind the guard


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "::ffff:127.0.0.1"]
)
def test_a_literal_address_goes_through_the_guard_when_it_is_dialled(address: str) -> None:
    """Should one slip past the text's check, the dial refuses it."""
    reactor = Reactor(Rebinding(address))
    install_guard(reactor, Guard())
    refused: list[Any] = []
    HostnameEndpoint(reactor, address, 80).connect(Factory()).addErrback(refused.append)
    reactor.advance(60)
    assert reactor.tcpClients == []
    assert len(refused) == 1
