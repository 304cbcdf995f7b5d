"""Whose an address is, and which article it names. Pure.

The key of an article is (outlet, kind, value); hosts, schemes and slugs do not count once an
``article_id`` pattern hits. See "Identity" in docs/design.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import re2

from crawler.dates import date_in_address
from crawler.errors import AddressRefused, ConfigError
from crawler.items import IdPattern, Key, Outlet
from crawler.redirectors import is_redirector, is_sealed
from crawler.urls import (
    canonical_url,
    host_of,
    path_and_query,
    readable,
    resolve_wrapper,
    scheme_ok,
    sorted_query,
    with_host,
)

Ownership = Literal["host", "alias", "twin"]
TWIN_LABELS = ("amp", "m", "mobile", "www")
"""First labels under which the same site answers."""
MAX_REFUSED = 500
"""Characters kept of an address that is not one; a hash tells longer ones apart."""

PATH = "path"
"""Kind of a key that no pattern gave: the canonical path with its query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClass:
    """What one link is to an outlet."""

    url: str
    """As found, wrappers resolved."""
    address: str
    """Canonical, on the outlet's canonical host; of a foreign link canonical where it stands; of
    what is no address the characters as found, bounded."""
    ledger_key: str
    """Unique in the outlet: ``/path?query`` for own addresses, else as *address*."""
    key: Key
    """Meant for own addresses; of a refused link it repeats the ledger key under kind ``path``."""
    refusal: str = ""
    """Empty for an own address, else the ledger's word: foreign, wrapper, scheme, malformed, userinfo,
    too_long."""


def classify_link(outlet: Outlet, url: str) -> LinkClass:
    """Return whose the link is and what it names. Never raises, whatever the characters."""
    found = resolve_wrapper(url)
    try:
        return _classed(outlet, found, canonical_url(found))
    except AddressRefused as refused:
        return _refused(url, refused.reason if scheme_ok(found) else "scheme")


def _classed(outlet: Outlet, found: str, canonical: str) -> LinkClass:
    if ownership(outlet, host_of(canonical)) is None:
        key = sorted_query(canonical)
        return LinkClass(
            url=found,
            address=canonical,
            ledger_key=key,
            key=Key(kind=PATH, value=key),
            refusal=_stranger(outlet, canonical),
        )
    return LinkClass(
        url=found,
        address=outlet_address(outlet, canonical),
        ledger_key=ledger_key(outlet, canonical),
        key=article_key(outlet, canonical),
    )


def _stranger(outlet: Outlet, canonical: str) -> str:
    """Return why an address elsewhere is not asked; '' when it is asked where it leads."""
    if is_redirector(outlet, canonical):
        return ""
    return "wrapper" if is_sealed(canonical) else "foreign"


def _refused(url: str, reason: str) -> LinkClass:
    """Return a link that is no address, in characters that a store and a terminal can hold."""
    text = "".join(char if char.isprintable() else "\ufffd" for char in url[: MAX_REFUSED + 1])
    if len(url) > MAX_REFUSED:
        digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        text = f"{text[:MAX_REFUSED]}…{digest}"
    return LinkClass(url=text, address=text, ledger_key=text, key=Key(kind=PATH, value=text), refusal=reason)


# --- whose ----------------------------------------------------------------------------------------


def ownership(outlet: Outlet, host: str) -> Ownership | None:
    """Return how *host* (a port counts, ``127.0.0.1:8001``) belongs to the outlet, None if foreign.

    ``host``: asked and ours. ``alias``: ours, never asked. ``twin``: the www., bare, m. or amp. form
    of one of these, ours but not listed, so never asked. Never by suffix: 112481749.r.worldcdn.net is
    another publisher than 599046384.r.worldcdn.net.
    """
    name = _plain_host(host)
    if name in _names(outlet.hosts):
        return "host"
    if name in _names(outlet.aliases):
        return "alias"
    if _core(name) in _cores(outlet.hosts) or _core(name) in _cores(outlet.aliases):
        return "twin"
    return None


def is_same_site(host: str, other: str) -> bool:
    """Return whether two hosts are one, or the www., bare, m. or amp. forms of one."""
    return _core(_plain_host(host)) == _core(_plain_host(other))


def is_own_host(outlet: Outlet, host: str, served: str) -> bool:
    """Return whether *host* may speak for an article alone: it is the one that served its text (*served*), the
    outlet's canonical host, or the www or bare form of one of these."""
    own = (served, outlet.canonical_host or outlet.hosts[0])
    return any(is_same_site(host, each) for each in own)


def at_our_host(outlet: Outlet, url: str) -> str:
    """Return an address of a list (a sitemap, a page of a feed or section) at a host of the outlet that may be
    asked; '' for a foreign one and for what is no address."""
    try:
        owner = ownership(outlet, host_of(url))
        if owner is None:
            return ""
        return url if owner == "host" else with_host(url, outlet.hosts[0])
    except AddressRefused:
        return ""


@lru_cache(maxsize=4096)
def _plain_host(host: str) -> str:
    """Return the host in lower case and punycode, without final dot and default port."""
    try:
        return host_of("http://" + host.removesuffix(":443"))
    except AddressRefused:
        return host.lower()


def _core(name: str) -> str:
    while True:
        label, _, rest = name.partition(".")
        if label not in TWIN_LABELS or "." not in rest:
            return name
        name = rest


@lru_cache(maxsize=1024)
def _names(hosts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_plain_host(host) for host in hosts)


@lru_cache(maxsize=1024)
def _cores(hosts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_core(_plain_host(host)) for host in hosts)


def outlet_address(outlet: Outlet, url: str) -> str:
    """Return the citation: the canonical address on the outlet's canonical host, its scheme kept.

    A foreign address is only made canonical.

    Raises:
        AddressRefused: as canonical_url.
    """
    canonical = canonical_url(url)
    if ownership(outlet, host_of(canonical)) is None:
        return canonical
    return with_host(canonical, outlet.canonical_host or outlet.hosts[0])


def ledger_key(outlet: Outlet, url: str) -> str:
    """Return what is unique in the outlet's ledger: ``/path?query`` with the parameters in order of
    name for own addresses (one over all hosts and schemes), else the whole canonical address.

    Raises:
        AddressRefused: as canonical_url.
    """
    canonical = sorted_query(canonical_url(url))
    if ownership(outlet, host_of(canonical)) is None:
        return canonical
    return path_and_query(canonical)


# --- which article --------------------------------------------------------------------------------


def article_key(outlet: Outlet, url: str, on: date | None = None) -> Key:
    """Return the key of the article: kind and group 1 of the first pattern that hits, else ``path``.

    Patterns are searched without regard to case in path and query of the canonical address, whose
    parameters keep the order in which they came, and in the same text with UTF-8 escapes read. A
    pattern with ``valid_until`` counts up to that day: the day in the address, else *on* (a
    publication day known otherwise); when neither is known the pattern counts.

    Raises:
        AddressRefused: as canonical_url. ConfigError: a pattern that cannot be compiled.
    """
    return key_and_pattern(outlet, url, on)[0]


def key_and_pattern(outlet: Outlet, url: str, on: date | None = None) -> tuple[Key, IdPattern | None]:
    """Return the key of the article and the pattern that gave it, None for kind ``path``. Raises as article_key."""
    canonical = canonical_url(url)
    target = path_and_query(canonical)
    forms = (target, readable(target)) if "%" in target else (target,)
    for pattern in _valid(outlet.article_id, canonical, on):
        if value := _identifier(compiled(pattern.pattern), forms):
            return Key(kind=pattern.kind, value=value), pattern
    return Key(kind=PATH, value=sorted_query(target)), None


def patterns_told(outlet: Outlet) -> str:
    """Return the outlet's ``article_id`` as JSON text: by what the keys in a store were made."""
    told = [
        {"kind": each.kind, "pattern": each.pattern}
        | ({"valid_until": each.valid_until.isoformat()} if each.valid_until else {})
        for each in outlet.article_id
    ]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _valid(patterns: tuple[IdPattern, ...], canonical: str, on: date | None) -> Iterable[IdPattern]:
    if all(pattern.valid_until is None for pattern in patterns):
        return patterns
    printed = date_in_address(canonical).at
    day = printed.date() if printed else on
    return [p for p in patterns if p.valid_until is None or day is None or day <= p.valid_until]


def _identifier(pattern: Any, forms: tuple[str, ...]) -> str:
    """Return group 1 of the first hit (of alternatives the group that took part; without groups the
    whole hit), else ''."""
    for form in forms:
        if hit := pattern.search(form):
            return next((group for group in hit.groups() if group), "") if hit.groups() else hit[0]
    return ""


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> Any:
    """Return the pattern compiled by RE2: linear time whatever the address, case ignored.

    Raises:
        ConfigError: with the cause and the cure.
    """
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ConfigError(f"article_id {pattern!r}: {_cause(error)}") from error


def pattern_problem(pattern: str) -> str:
    """Return why RE2 refuses an ``article_id`` pattern, and the cure; '' when it is fine."""
    try:
        if compiled(pattern).groups < 1:
            return "no group: put the part that identifies the article in parentheses, as in /(\\d+)/."
    except ConfigError as error:
        return str(error).partition(": ")[2]
    return ""


def _cause(error: Exception) -> str:
    text = error.args[0] if error.args else error
    told = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    if "(?" in told or "\\" in told:
        told += ". Look-around and back-references are not available: patterns run in linear time (RE2)"
    return told + "."
