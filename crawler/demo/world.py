"""Which host of the sample world answers what, in which act. No sockets here: server.py serves it.

Act 1 is an ordinary hour. In act 2 there are new articles, one is edited, Press TV's first host begins to
refuse after a few pages, its second shows a seizure notice, and only the mirror serves on.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from crawler.demo import lists, pages
from crawler.demo.articles import OUTLETS, SampleArticle, load_articles

PRESSTV_HOSTS = ("www.presstv.example", "presstv.example", "www.presstv-mirror.example")
"""The first is blocked and the second seized in act 2; the third serves on."""
SERVED_BEFORE_BLOCK = 2
"""Pages that the first host still gives in act 2."""
SPARED = "/900104/"
"""The page of the article that is edited: the first host still gives it, so that the edit is not the word of a
mirror alone."""
DEAD_LINK = ("http://www.northwire.example/world/report-that-was-withdrawn", "Report that was withdrawn")
CHALLENGED = ("http://www.northwire.example/world/queue-at-the-ostmark-border", "Queue at the Ostmark border")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer of the sample world."""

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str = "text/html; charset=utf-8"

    @property
    def etag(self) -> str:
        """Return the entity tag of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


NOT_FOUND = Answer(status=404, body=pages.plain_page("Page not found", "There is nothing here.").encode())
FORBIDDEN = Answer(
    status=403, body=pages.plain_page("403 Forbidden", "Access to this site is denied.").encode()
)


class SampleWorld:
    """The sample outlets as they stand in one act; safe to ask from several threads."""

    def __init__(self, start: datetime) -> None:
        self.act = 1
        self.requests: list[tuple[int, str, str, int]] = []
        """(act, host, path, status) of each answer, in order."""
        self._start = start
        self._lock = threading.Lock()
        self._sites: dict[str, Callable[[str, str], Answer]] = {
            "www.northwire.example": self._northwire,
            "northwire.example": self._northwire,
            "www.coastal-gazette.example": self._gazette,
            "www.sahand.example": self._sahand,
            **dict.fromkeys(PRESSTV_HOSTS, self._presstv),
        }

    def answer(self, url: str) -> Answer:
        """Return what the world says to a GET of *url*; an unknown host is a 502, as from a proxy."""
        parts = urlsplit(url)
        host, path = parts.hostname or "", unquote(parts.path)
        with self._lock:
            site = self._sites.get(host)
            if site is None:
                given = Answer(status=502, body=pages.plain_page("Bad gateway", f"No host {host}.").encode())
            elif path == "/robots.txt":
                given = Answer(
                    status=200, body=b"User-agent: *\nDisallow: /admin/\n", content_type="text/plain"
                )
            else:
                given = site(host, path)
            self.requests.append((self.act, host, path, given.status))
        return given

    def articles(self, outlet: str) -> tuple[SampleArticle, ...]:
        """Return the articles that *outlet* (a name of OUTLETS) shows now."""
        return load_articles(outlet, self._start, self.act)

    def count(self) -> int:
        """Return the number of articles that all outlets show now."""
        return sum(len(self.articles(outlet)) for outlet in OUTLETS)

    def _presstv(self, host: str, path: str) -> Answer:
        if self.act > 1 and host == PRESSTV_HOSTS[1]:
            return _page(pages.seizure_page(host))
        is_blocked = self.act > 1 and self._pages_given(host) >= SERVED_BEFORE_BLOCK and SPARED not in path
        if host == PRESSTV_HOSTS[0] and is_blocked:
            return FORBIDDEN
        articles = self.articles("presstv_sample")
        if path == "/rss.xml":
            return _xml(lists.presstv_feed(articles, self.act))
        if path == "/":
            return _page(pages.plain_page("Press TV (sample)", "Latest news"))
        number = path.split("/")[5] if path.startswith("/Detail/") and path.count("/") >= 5 else ""
        found = next((article for article in articles if article.id == number), None)
        return _page(pages.presstv_page(found)) if found else NOT_FOUND

    def _pages_given(self, host: str) -> int:
        """Return how many articles *host* has served in this act."""
        return sum(
            1
            for act, asked, path, status in self.requests
            if act == self.act and asked == host and status == 200 and path.startswith("/Detail/")
        )

    def _northwire(self, host: str, path: str) -> Answer:
        del host  # the bare host serves the same as www
        articles = self.articles("northwire")
        if path == "/atom.xml":
            return _xml(
                lists.northwire_feed(articles, [DEAD_LINK] if self.act == 1 else [DEAD_LINK, CHALLENGED])
            )
        if path == urlsplit(CHALLENGED[0]).path:
            return _page(pages.challenge_page())
        slug = path.strip("/").removesuffix("/amp")
        found = next((article for article in articles if article.slug == slug), None)
        if found is None:
            return NOT_FOUND
        build = pages.northwire_amp_page if path.rstrip("/").endswith("/amp") else pages.northwire_page
        return _page(build(found, f"http://www.northwire.example/{slug}"))

    def _gazette(self, host: str, path: str) -> Answer:
        del host
        articles = self.articles("coastal_gazette")
        if path == "/news-sitemap.xml":
            return _xml(lists.gazette_sitemap(articles))
        return _by_slug(articles, path, pages.gazette_page)

    def _sahand(self, host: str, path: str) -> Answer:
        del host
        articles = self.articles("sahand")
        if path == "/rss":
            return _xml(lists.sahand_feed(articles))
        return _by_slug(articles, path, pages.sahand_page)


def _by_slug(articles: tuple[SampleArticle, ...], path: str, build: Callable[[SampleArticle], str]) -> Answer:
    found = next((article for article in articles if f"/{article.slug}" == path), None)
    return _page(build(found)) if found else NOT_FOUND


def _page(html: str) -> Answer:
    return Answer(status=200, body=html.encode())


def _xml(text: str) -> Answer:
    return Answer(status=200, body=text.encode(), content_type="application/xml; charset=utf-8")
