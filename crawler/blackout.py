"""A whole country out of reach is one event, not one for each of its outlets. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

LEAST = 3
"""Outlets of a country that fail together, at least."""
SHARE = 0.8
"""Their share of the country's outlets, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackout:
    """Outlets of one country that are out of reach on every host at the same time."""

    country: str
    outlets: tuple[str, ...]
    """Ids of those that fail."""
    watched: int
    """How many outlets of the country there are."""

    def __str__(self) -> str:
        count = len(self.outlets)
        many = f"all {count}" if count == self.watched else f"{count} of {self.watched}"
        return (
            f"blackout: {many} outlets of {self.country} are out of reach on every host:"
            f" {', '.join(self.outlets)}. One event, perhaps the country's or the way there; each is asked on."
        )


def blackouts(countries: Mapping[str, str], failing: Collection[str]) -> list[Blackout]:
    """Return the blackouts. *countries*: of each outlet by id, empty when unknown; *failing*: ids of outlets that
    no host served at their last poll."""
    by_country: dict[str, list[str]] = {}
    for outlet_id, country in countries.items():
        if country:
            by_country.setdefault(country, []).append(outlet_id)
    found = []
    for country, outlets in sorted(by_country.items()):
        down = tuple(sorted(set(outlets) & set(failing)))
        if len(down) >= LEAST and len(down) >= SHARE * len(outlets):
            found.append(Blackout(country=country, outlets=down, watched=len(outlets)))
    return found
