"""The address guard: which addresses may be asked, and which may be dialled.

Two lines of defence. ``check_address`` judges what is written in an address: scheme, port, userinfo,
literal private addresses in all their disguises, names that are private by convention. The resolver
that ``install_guard`` puts on the reactor judges what a name stands for, and hands on only what may be
dialled: what was checked is what is dialled, so a name that changes its mind in between gains nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from typing import Any

from twisted.internet.interfaces import IAddress, IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.errors import AddressRefused
from crawler.urls import WEB_PORTS, host_of

PRIVATE_NAMES = ("localhost", "local", "internal", "localdomain", "lan", "home.arpa", "intranet")
"""Names, and endings of names, that no public server has (RFC 6761, 6762, 8375; ICANN on .internal)."""
DNS_TIMEOUT = 10.0
"""Seconds for resolving one name."""
REMEMBERED = 1000
"""Names whose private addresses are remembered for the wording of an error."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_EXTRA = (
    ipaddress.ip_network("100.64.0.0/10"),  # carrier-grade NAT
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays
    ipaddress.ip_network("fec0::/10"),  # site-local, deprecated
    ipaddress.ip_network("64:ff9b:1::/48"),  # NAT64 of a local net (RFC 8215)
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def check_address(
    url: str, *, allow_private: bool = False, via_proxy: bool = False, ports: Collection[int] = ()
) -> None:
    """Return when the address may be asked, as far as its text tells; nothing is resolved.

    Through a proxy the same rules hold: a proxy must not be made to reach into a private net either.
    *ports* are admitted beside WEB_PORTS; *allow_private* admits private addresses and names, and any port.

    Raises:
        AddressRefused: malformed, scheme, userinfo, too_long, port or private.
    """
    host = host_of(url)  # parsed as browsers do: 127.1, 0x7f000001, full-width digits are read as meant
    name, port = _split(host)
    if not allow_private and port is not None and port not in WEB_PORTS and port not in ports:
        raise AddressRefused(url, "port")
    if allow_private:
        return
    address = literal(name)
    if address is None and _is_private_name(name):
        raise AddressRefused(url, "private")
    if address is not None and is_private(address):
        raise AddressRefused(url, "private")
    if via_proxy and address is None and "." not in name:
        raise AddressRefused(url, "private")  # a bare name is one of the proxy's own net


def is_private(address: Address) -> bool:
    """Return whether an address is anything but a public host, or wraps an IPv4 address in disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:  # what DNS64 gives for public sites in nets without IPv4 (RFC 6147)
            return is_private(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.ipv4_mapped or address.sixtofour or address.teredo or int(address) >> 32 == 0:
            return True
    if any(address in network for network in _EXTRA if network.version == address.version):
        return True
    return not address.is_global or address.is_multicast or address.is_reserved


def literal(name: str) -> Address | None:
    """Return the address that a host name spells out, None for a real name."""
    try:
        return ipaddress.ip_address(name.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _split(host: str) -> tuple[str, int | None]:
    name, colon, port = host.rpartition(":")
    if colon and port.isdecimal() and not name.endswith(":") and (name.endswith("]") or ":" not in name):
        return name, int(port)
    return host, None


def _is_private_name(name: str) -> bool:
    return any(name == ending or name.endswith("." + ending) for ending in PRIVATE_NAMES)


class Guard:
    """What the process may dial. One for all crawls."""

    def __init__(
        self, *, allow_private: bool = False, ports: Collection[int] = (), dns_timeout: float = DNS_TIMEOUT
    ) -> None:
        self.allow_private, self.ports = allow_private, ports
        self.dns_timeout = dns_timeout
        self._proxies: set[str] = set()
        self._private: dict[str, str] = {}

    def check(self, url: str, *, via_proxy: bool = False) -> None:
        """Return when the address may be asked.

        Raises:
            AddressRefused: as check_address; also for a direct request to the proxy's own name.
        """
        check_address(url, allow_private=self.allow_private, via_proxy=via_proxy, ports=self.ports)
        if not self.allow_private and not via_proxy and _split(host_of(url))[0] in self._proxies:
            raise AddressRefused(url, "private")

    def trust_proxy(self, url: str) -> None:
        """Let the resolver give private addresses for the name of a configured proxy."""
        self._proxies.add(_split(host_of(url))[0])

    def may_dial(self, name: str, address: str) -> bool:
        """Return whether *address*, which *name* resolved to, may be dialled; remember it if not."""
        found = literal(address)
        if self.allow_private or name in self._proxies or (found is not None and not is_private(found)):
            return True
        if len(self._private) >= REMEMBERED:
            self._private.pop(next(iter(self._private)))
        self._private[name] = address
        return False

    def private_address_of(self, name: str) -> str:
        """Return the private address that a name last resolved to; empty if it did not."""
        return self._private.get(name, "")


def install_guard(reactor: Any, guard: Guard) -> None:
    """Make all names that *reactor* resolves go through *guard*. A second call replaces the first guard."""
    present = reactor.nameResolver
    original = present.original if isinstance(present, GuardedResolver) else present
    reactor.installNameResolver(GuardedResolver(reactor, original, guard))


@implementer(IHostnameResolver)
class GuardedResolver:
    """A resolver that hands on only addresses which may be dialled, and answers within a time limit."""

    def __init__(self, reactor: Any, original: Any, guard: Guard) -> None:
        self.reactor, self.original, self.guard = reactor, original, guard

    def resolveHostName(  # noqa: N802  Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve a name. When nothing may be dialled the receiver gets no address: a failed look-up."""
        filtered = _Filtered(resolutionReceiver, hostName, self.guard)
        filtered.timer = self.reactor.callLater(self.guard.dns_timeout, filtered.end)
        return self.original.resolveHostName(filtered, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Filtered:
    """Between the resolver and the one who asked: passes on what may be dialled, once, in time."""

    def __init__(self, receiver: Any, name: str, guard: Guard) -> None:
        self._receiver, self._name, self._guard = receiver, name.rstrip("."), guard
        self._ended = False
        self.timer: Any = None

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        if not self._ended and self._guard.may_dial(self._name, str(getattr(address, "host", ""))):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.end()

    def end(self) -> None:
        """Tell the one who asked that no more comes: all was said, or the time is over."""
        if self._ended:
            return
        self._ended = True
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        self._receiver.resolutionComplete()
