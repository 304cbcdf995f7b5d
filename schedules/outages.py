"""Says in the log which outlets are out of reach; those of one country that fail together as one event."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from crawler.blackout import blackouts
from crawler.items import Outlet

log = structlog.get_logger("newshawk.daemon")


class Outages:
    """What the daemon knows of outlets that no host serves."""

    def __init__(self) -> None:
        self._failing: set[str] = set()
        self._dark: set[str] = set()
        """Countries whose blackout has been told."""

    def tell(self, outlets: Iterable[Outlet], outlet_id: str, error: str | None) -> None:
        """Learn what a poll of an outlet came to and say what is new: a failure, a blackout, its end."""
        (self._failing.add if error is not None else self._failing.discard)(outlet_id)
        countries = {outlet.id: outlet.country for outlet in outlets}
        self._failing &= countries.keys()
        dark = {each.country: each for each in blackouts(countries, self._failing)}
        for country in sorted(dark.keys() - self._dark):
            found = dark[country]
            log.error("blackout", country=country, outlets=list(found.outlets), watched=found.watched)
        for country in sorted(self._dark - dark.keys()):
            log.info("blackout over", country=country)
        self._dark = set(dark)
        if error is not None and countries.get(outlet_id) not in dark:
            log.warning("not polled", outlet=outlet_id, error=error)
