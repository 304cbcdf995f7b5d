"""What one answer to a re-check leaves to be asked in the same run: an article's own hosts, the page again, a mirror."""

from __future__ import annotations

from crawler.hosthealth import HostHealth
from crawler.identity import is_own_host
from crawler.items import Link, LinkState, Outcome, Outlet, Page
from crawler.mirrorlook import mirror_to_ask
from crawler.reasons import DIVERGENT, UNCONFIRMED


class SecondLooks:
    """The second looks that one run of an outlet has to take. Each article is asked for once more at most."""

    def __init__(self, outlet: Outlet, health: HostHealth) -> None:
        self.outlet, self.health = outlet, health
        self._contested: list[Link] = []
        self._unconfirmed: list[Link] = []
        self._to_compare: list[tuple[Link, str]] = []
        self._asked_twice: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._contested or self._unconfirmed or self._to_compare)

    def weigh(self, page: Page, outcome: Outcome) -> None:
        """Keep what the answer to a re-check leaves open."""
        if outcome.state in (LinkState.UNCHANGED, LinkState.REVISION) and page.link.article_id is not None:
            mirror = mirror_to_ask(self.outlet, page.link, self.health.awake(self.outlet))
            if mirror is not None and self._is_own(page.host, page.link):
                self._to_compare.append((page.link, mirror))
        if outcome.reason == DIVERGENT and not self._has_asked_original(page):
            self._contested.append(page.link)
        if outcome.reason == UNCONFIRMED and page.link.id not in self._asked_twice:
            self._asked_twice.add(page.link.id)
            self._unconfirmed.append(page.link)

    def take_contested(self) -> list[Link]:
        """Return, once, the re-checks in which a mirror alone showed another text: their own hosts are asked."""
        taken, self._contested = self._contested, []
        return taken

    def take_unconfirmed(self) -> list[Link]:
        """Return, once, the re-checks of which another answer has to tell whether the page was edited."""
        taken, self._unconfirmed = self._unconfirmed, []
        return taken

    def take_to_compare(self) -> list[tuple[Link, str]]:
        """Return, once, the re-checks that an own host answered, each with the mirror whose page is compared now."""
        taken, self._to_compare = self._to_compare, []
        return taken

    def _has_asked_original(self, page: Page) -> bool:
        return any(
            attempt.reason not in ("ok", "resting") and self._is_own(attempt.host, page.link)
            for attempt in page.attempts
        )

    def _is_own(self, host: str, link: Link) -> bool:
        return is_own_host(self.outlet, host, link.host)
