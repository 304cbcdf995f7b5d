"""Whose an address is, over config and catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.config import Config
from crawler.errors import AddressRefused, UsageError
from crawler.items import Outlet
from crawler.outlets.load import catalogue
from crawler.outlets.owner import ad_hoc, outlet_named, owner_of

EXAMPLE = Outlet(
    id="example", name="Example", hosts=("www.example.com",), aliases=("old.example.net",), formerly=("ex",)
)
TWIN = Outlet(id="twin", name="Twin", hosts=("example.com",))


def owned(config: Config, url: str) -> tuple[str, str] | None:
    owner = owner_of(config, url)
    return None if owner is None else (owner.outlet.id, owner.known)


def test_a_host_goes_before_an_alias_and_that_before_a_twin() -> None:
    config = Config(outlets=(TWIN, EXAMPLE))
    assert owned(config, "https://www.example.com/a") == ("example", "watched")
    assert owned(config, "http://example.com/a") == ("twin", "watched")
    assert owned(config, "https://old.example.net/a") == ("example", "watched")
    assert owned(config, "https://example.org/a") is None


def test_a_disabled_outlet_and_one_of_the_catalogue_are_known_too() -> None:
    assert owned(Config(disabled=(EXAMPLE,)), "https://www.example.com/") == ("example", "disabled")
    presstv = catalogue()["presstv"]
    assert owned(Config(), f"https://{presstv.hosts[0]}/") == ("presstv", "catalogue")
    other = replace(presstv, hosts=("elsewhere.example",), aliases=())
    assert owned(Config(outlets=(other,)), f"https://{presstv.hosts[0]}/") != ("presstv", "catalogue")


def test_an_outlet_is_named_by_its_present_or_its_former_id() -> None:
    config = Config(outlets=(EXAMPLE,))
    assert outlet_named(config, "example").outlet is outlet_named(config, "ex").outlet
    with pytest.raises(UsageError, match='Did you mean "example"'):
        outlet_named(config, "exampel")


def test_an_outlet_for_any_host() -> None:
    assert ad_hoc("https://A.example:8443/x").outlet.hosts == ("a.example:8443",)
    with pytest.raises(AddressRefused):
        ad_hoc("ftp://a.example/")
