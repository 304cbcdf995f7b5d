"""Which addresses may be asked, and which may be dialled."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.task import Clock

from crawler.errors import AddressRefused
from crawler.guard import Guard, check_address, install_guard


def refusal(url: str, **allowed: bool) -> str:
    """Return why an address is refused, '' when it is not."""
    try:
        check_address(url, **allowed)
    except AddressRefused as refused:
        return refused.reason
    return ""


PRIVATE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0.0.0.0:8080/",
    "http://127.0.0.1./",
    "http://１２７.０.０.１/",
    "http://①②⑦.0.0.1/",
    "http://10.10.34.35/",
    "http://172.16.5.4/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://192.0.2.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://240.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::10.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://foo.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://ｌｏｃａｌｈｏｓｔ/",
]


@pytest.mark.parametrize("url", PRIVATE)
@pytest.mark.parametrize("via_proxy", [False, True])
def test_private_addresses_are_refused_in_every_disguise(url: str, via_proxy: bool) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_address(url, via_proxy=via_proxy)
    assert refused.value.reason == "private"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://www.presstv.ir/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("data:text/html,hello", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://www.presstv.ir:22/", "port"),
        ("http://www.presstv.ir:6379/", "port"),
        ("http://user:secret@www.presstv.ir/", "userinfo"),
        ("http://www.presstv.ir@169.254.169.254/", "userinfo"),
        ("http://", "malformed"),
        ("http://exa mple.com/", "malformed"),
    ],
)
def test_what_is_no_public_web_address_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_address(url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "url",
    [
        "http://www.presstv.ir/rss.xml",
        "https://www.presstv.ir/",
        "http://www.presstv.ir:8080/",
        "https://www.presstv.ir:8443/",
        "http://8.8.8.8/",
        "http://[2606:4700::1111]/",
        "http://[64:ff9b::808:808]/",
        "https://пример.испытание/",
        "https://localhost.example.com/",
        "https://internal.example.com/",
    ],
)
def test_public_addresses_pass(url: str) -> None:
    assert refusal(url) == ""
    assert refusal(url, via_proxy=True) == ""


@pytest.mark.parametrize("url", ["http://127.0.0.1:41234/", "http://localhost:9/", "https://[::1]:8000/"])
def test_allow_private_admits_private_addresses_on_any_port(url: str) -> None:
    assert refusal(url) in ("port", "private")
    assert refusal(url, allow_private=True) == ""


def test_allow_private_admits_no_other_scheme() -> None:
    with pytest.raises(AddressRefused):
        check_address("file:///etc/passwd", allow_private=True)


def test_through_a_proxy_a_bare_name_of_its_net_is_refused() -> None:
    with pytest.raises(AddressRefused):
        check_address("http://intranet/", via_proxy=True)


class Answers:
    """A resolver that gives fixed addresses, or keeps silent."""

    def __init__(self, *addresses: str, silent: bool = False) -> None:
        self.addresses, self.silent = addresses, silent

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *_: object) -> Any:
        receiver.resolutionBegan(None)
        for host in self.addresses:
            kind = IPv6Address if ":" in host else IPv4Address
            receiver.addressResolved(kind("TCP", host, port))
        if not self.silent:
            receiver.resolutionComplete()
        return receiver


class Asking:
    """One who asks a resolver."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.complete = 0

    def resolutionBegan(self, resolution: object) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.got.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete += 1


class Reactor(Clock):
    """A reactor as far as the guard needs one."""

    def __init__(self, resolver: Any) -> None:
        super().__init__()
        self.nameResolver = resolver

    def installNameResolver(self, resolver: Any) -> None:
        self.nameResolver = resolver


def resolve(guard: Guard, resolver: Answers, name: str = "www.presstv.ir") -> tuple[Asking, Reactor]:
    reactor = Reactor(resolver)
    install_guard(reactor, guard)
    asking = Asking()
    reactor.nameResolver.resolveHostName(asking, name, portNumber=80)
    return asking, reactor


def test_only_public_addresses_of_a_name_are_dialled() -> None:
    asking, _ = resolve(Guard(), Answers("10.10.34.35", "93.184.216.34", "::1"))
    assert asking.got == ["93.184.216.34"]


def test_a_public_name_with_a_private_address_is_known_as_private() -> None:
    guard = Guard()
    asking, _ = resolve(guard, Answers("10.10.34.36"))
    assert (asking.got, asking.complete) == ([], 1)
    assert guard.private_address_of("www.presstv.ir") == "10.10.34.36"


def test_a_configured_proxy_may_be_private_but_may_not_be_asked_itself() -> None:
    guard = Guard()
    guard.trust_proxy("http://proxy.example:8080")
    asking, _ = resolve(guard, Answers("10.0.0.7"), "proxy.example")
    assert asking.got == ["10.0.0.7"]
    with pytest.raises(AddressRefused):
        guard.check("http://proxy.example:8080/admin")


def test_a_silent_resolver_ends_after_its_time() -> None:
    asking, reactor = resolve(Guard(dns_timeout=10), Answers(silent=True))
    assert asking.complete == 0
    reactor.advance(10)
    assert asking.complete == 1


def test_a_second_guard_replaces_the_first() -> None:
    reactor = Reactor(Answers("127.0.0.1"))
    install_guard(reactor, Guard())
    install_guard(reactor, Guard(allow_private=True))
    asking = Asking()
    reactor.nameResolver.resolveHostName(asking, "localhost")
    assert asking.got == ["127.0.0.1"]
    assert not reactor.getDelayedCalls()
