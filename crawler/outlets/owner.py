"""Whose an address is, over all outlets that are known here: watched, disabled, of the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.declarations.values import did_you_mean
from crawler.errors import UsageError
from crawler.identity import ownership
from crawler.items import Outlet
from crawler.outlets.load import catalogue
from crawler.urls import canonical_url, host_of

if TYPE_CHECKING:
    from crawler.config import Config

AD_HOC = "ad hoc"
_NEAREST = ("host", "alias", "twin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """An outlet and how it is known here."""

    outlet: Outlet
    known: str
    """``watched``, ``disabled``, ``catalogue``, or ``ad hoc``: nobody declared it."""


def owner_of(config: Config, url: str) -> Owner | None:
    """Return the outlet that *url* (wrappers resolved) belongs to, None when nobody here declares its host.

    A watched outlet goes before a disabled one, that before the catalogue; a host that is asked before an
    alias, that before a ``www.`` or ``m.`` twin.

    Raises:
        AddressRefused: as canonical_url.
    """
    host = host_of(canonical_url(url))
    for known, outlets in _by_place(config):
        owned = [(ownership(outlet, host), outlet) for outlet in outlets]
        for way in _NEAREST:
            for found, outlet in owned:
                if found == way:
                    return Owner(outlet=outlet, known=known)
    return None


def outlet_named(config: Config, outlet_id: str) -> Owner:
    """Return the outlet of this id.

    Raises:
        UsageError: neither the config nor the catalogue has it.
    """
    ids: list[str] = []
    for known, outlets in _by_place(config):
        for outlet in outlets:
            if outlet.id == outlet_id or outlet_id in outlet.formerly:
                return Owner(outlet=outlet, known=known)
            ids.append(outlet.id)
    hint = did_you_mean(outlet_id, ids) or ' "newshawk outlets list" shows them.'
    raise UsageError(f'No outlet "{outlet_id}" in config or catalogue.{hint}')


def ad_hoc(url: str) -> Owner:
    """Return an outlet that has the host of *url* and nothing else: no pattern, no rule, no zone.

    Raises:
        AddressRefused: as canonical_url.
    """
    host = host_of(url)
    return Owner(outlet=Outlet(id=host, name=host, hosts=(host,)), known=AD_HOC)


def _by_place(config: Config) -> Iterator[tuple[str, tuple[Outlet, ...]]]:
    yield "watched", config.outlets
    yield "disabled", config.disabled
    configured = {outlet.id for outlet in (*config.outlets, *config.disabled)}
    yield "catalogue", tuple(outlet for outlet in catalogue().values() if outlet.id not in configured)
