"""What a host name tells: whose site it is, its country, an id for its outlet. Pure, offline."""

from __future__ import annotations

import re
from collections.abc import Container
from urllib.parse import urlsplit

from crawler.errors import AddressRefused, UsageError
from crawler.identity import TWIN_LABELS
from crawler.urls import host_of

_SECOND_LEVEL = frozenset(
    "ac co com edu gob gov go gouv ltd mil ne net nom or org press web".split()  # noqa: SIM905
)
"""Labels below a country's domain under which it registers names: bbc.co.uk, almanar.com.lb."""
_NO_COUNTRY = frozenset(
    "ac ai cc co eu fm gg im io is la ly me mn nu sh st su to tv vc ws".split()  # noqa: SIM905
)
"""Two-letter domains that are bought for how they look, or that are no country's."""
MAX_ID = 60


def site_of(host: str) -> str:
    """Return the registered name that *host* is part of: ``bbc.co.uk`` of ``feeds.bbc.co.uk``.

    An approximation without the public suffix list; an IP address, a bare name or a host with a port is its
    own site.
    """
    labels = host.split(".")
    if ":" in host or len(labels) < 3 or labels[-1].isdigit():
        return host
    is_second_level = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if is_second_level else labels[-2:])


def same_site(one: str, other: str) -> bool:
    """Return whether two hosts are parts of one registered name."""
    return site_of(one) == site_of(other)


def core_of(host: str) -> str:
    """Return the host without ``www.``, ``m.``, ``mobile.`` and ``amp.``."""
    while True:
        label, _, rest = host.partition(".")
        if label not in TWIN_LABELS or "." not in rest:
            return host
        host = rest


def country_of(host: str) -> str:
    """Return the country of a host's domain in two letters, '' where the domain does not tell."""
    last = host.rpartition(".")[2]
    if not re.fullmatch(r"[a-z]{2}", last) or last in _NO_COUNTRY:
        return ""
    return "GB" if last == "uk" else last.upper()


def id_for(host: str, taken: Container[str]) -> str:
    """Return an id for the outlet at *host* that is not *taken*: ``presstv``, ``french-presstv``, ``presstv-2``."""
    core = core_of(host)
    site = site_of(core)
    plain = (
        core if site == core and (":" in core or core.rpartition(".")[2].isdigit()) else _named(core, site)
    )
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:MAX_ID].strip("-") or "outlet"
    number, chosen = 1, slug
    while chosen in taken:
        number += 1
        chosen = f"{slug}-{number}"
    return chosen


def _named(core: str, site: str) -> str:
    """Return what stands before the domain's ending, names below the site in front: ``french.presstv``."""
    below = core.removesuffix(site)
    return below + site.partition(".")[0]


def addresses_of(given: str) -> list[str]:
    """Return the addresses that *given* may mean, the likelier first: a bare host speaks https or http.

    Raises:
        UsageError: it is no address.
    """
    text = given.strip()
    bare = not re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE)
    found = [f"{scheme}://{text.removeprefix('//')}" for scheme in ("https", "http")] if bare else [text]
    try:
        host = host_of(found[0])
    except AddressRefused as refused:
        raise UsageError(
            f'"{given[:200]}" is no address that can be asked ({refused.reason}). Write https://www.example.com/.'
        ) from None
    if bare and "." not in host and not host.startswith(("localhost", "[")):
        raise UsageError(f'"{given[:200]}" is no address. Write https://www.example.com/ or www.example.com.')
    parts = [urlsplit(url) for url in found]
    return [part._replace(path=part.path or "/", fragment="").geturl() for part in parts]
