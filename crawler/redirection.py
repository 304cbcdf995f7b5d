"""Where a redirect may lead. Pure: nothing is asked.

Only to http and https, only within the outlet (its hosts and their www or bare twins), never to an alias
(a domain that was lost), to a host that has just failed, to somebody else's host, and for an article never
to the front page.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from crawler.errors import AddressRefused
from crawler.failover import Fetch, Purpose
from crawler.faults import Fault
from crawler.identity import article_key
from crawler.reasons import is_host_fault
from crawler.redirectors import is_redirector
from crawler.urls import host_of, path_and_query, resolve_wrapper

MAX_REDIRECTS = 5
_FRONT = re.compile(
    r"/*(?:(?:index|default|home|main)(?:\.\w{2,5})?/?|[a-z]{2}(?:-[a-z]{2})?/?)?", re.IGNORECASE
)
_LIST = re.compile(r"/(?:section|category|categories|tag|tags|topic|topics|archive|archives|search)(?:/|$)")
_NOT_FOUND = re.compile(
    r"/(?:[\w-]+/)?(?:(?:page[-_]?)?not[-_]?found|(?:error[-_/]?|page[-_]?)?(?:404|410)|error|gone|missing)(?:\.\w{2,5})?/?",
    re.IGNORECASE,
)
"""Paths to which sites send whoever asks for a page that they do not have."""
_TAG = re.compile(rb"<(?:link|meta)\b[^<>]{0,2000}>", re.IGNORECASE)
_OWN = re.compile(rb"(?:rel|property)\s*=\s*[\"']?(?:canonical|og:url)[\"'\s/>]", re.IGNORECASE)
_NAMED = re.compile(rb"(?:href|content)\s*=\s*[\"']?([^\"'\s<>]{1,2000})", re.IGNORECASE)
_HEAD = 200_000
"""Bytes in which a page names its own address."""
_LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|auth|sso|register|subscribe|abo(?:nnement)?)(?:[/.?]|$)", re.IGNORECASE
)
_CONSENT = re.compile(
    r"/(?:[\w-]*consent|privacy-?(?:gate|wall)|gdpr|cookie-?wall)(?:[/.?]|$)", re.IGNORECASE
)


def redirect_target(fetch: Fetch, url: str, location: str) -> str | Fault:
    """Return the address that an answer of *url* redirects to, or why it is not followed."""
    try:
        target = resolve_wrapper(urljoin(url, location.strip()))
        host = host_of(target)
    except AddressRefused as refused:
        return Fault(reason="bad_redirect", detail=f"to {location[:100]!r} ({refused.reason})")
    except ValueError:
        return Fault(reason="bad_redirect", detail=f"to {location[:100]!r}")
    if not location.strip():
        return Fault(reason="bad_redirect", detail="without Location")
    if is_redirector(fetch.outlet, url):
        return _loop(fetch, url, target) or target  # the ledger decides what it is; it is not asked before
    return _outside(fetch, host, target) or _elsewhere(fetch, target) or _loop(fetch, url, target) or target


def _outside(fetch: Fetch, host: str, target: str) -> Fault | None:
    ours = {_bare(name) for name in (*fetch.outlet.hosts, fetch.present.host)}
    if _bare(host) not in ours:
        lost = {_bare(name) for name in fetch.outlet.aliases}
        reason = "dead_mirror" if _bare(host) in lost else "foreign"
        return Fault(reason=reason, detail=f"redirect to {target[:200]}")
    failed = {attempt.host for attempt in fetch.attempts if is_host_fault(attempt.reason)}
    if host in failed and host != fetch.present.host:
        return Fault(reason="dead_mirror", detail=f"redirect to {host}, which has just failed")
    return None


def _elsewhere(fetch: Fetch, target: str) -> Fault | None:
    """Return the fault of an article's redirect to a page that is not the article."""
    if fetch.purpose is not Purpose.PAGE:
        return None
    asked, path = path_and_query(fetch.present.url), path_and_query(target)
    if is_front_page(fetch, path) and not is_front_page(fetch, asked):
        return Fault(reason="front_page", detail=f"redirect to {target[:200]}")
    if _NOT_FOUND.fullmatch(urlsplit(path).path):
        return Fault(reason="soft_404", detail=f"redirect to {target[:200]}")
    if _LOGIN.search(path) and not _LOGIN.search(asked):
        return Fault(reason="login", detail=f"redirect to {target[:200]}")
    if _CONSENT.search(path) and not _CONSENT.search(asked):
        return Fault(reason="consent", detail=f"redirect to {target[:200]}")
    return None


def _loop(fetch: Fetch, url: str, target: str) -> Fault | None:
    if fetch.redirects >= MAX_REDIRECTS:
        return Fault(reason="redirects", detail=f"more than {MAX_REDIRECTS}")
    if target == url:
        return Fault(reason="redirects", detail="to itself")
    return None


def is_front_page(fetch: Fetch, path: str) -> bool:
    """Return whether path and query are those of the outlet's front page, of a section it declares, or of
    one that stands above the article's own path (``/news`` of ``/news/2026/11/23/1``)."""
    parts = urlsplit(path)
    if not parts.query and _FRONT.fullmatch(parts.path):
        return True
    plain = parts.path.rstrip("/").lower()
    if any(plain == urlsplit(source.url).path.rstrip("/").lower() for source in fetch.outlet.sources):
        return True
    if article_key(fetch.outlet, f"https://{fetch.outlet.hosts[0]}{path}").kind != "path":
        return False  # the outlet's own rule says that this is an article
    asked = urlsplit(fetch.present.url).path.lower()
    above = asked.startswith(plain + "/") and plain != asked.rstrip("/") and _is_section(plain)
    return (above and not parts.query) or bool(_LIST.match(plain) and not _LIST.match(asked))


def names_front_page(fetch: Fetch, body: bytes) -> bool:
    """Return whether a page that was asked for as an article says that its own address (canonical, og:url) is that
    of the front page, without a part of it or a query."""
    named = [_NAMED.search(tag[0]) for tag in _TAG.finditer(body[:_HEAD]) if _OWN.search(tag[0]) is not None]
    paths = [
        path_and_query(urljoin(fetch.present.url, found[1].decode("latin-1"))) for found in named if found
    ]
    asked = urlsplit(path_and_query(fetch.present.url)).path
    return bool(paths) and asked.strip("/") != "" and all(path.strip("/") == "" for path in paths)


def _is_section(path: str) -> bool:
    """Return whether a path above an article's is that of a section: ``/news``, ``/news/world``. With a number in it
    it may be the article itself, whose slug was lost."""
    return path.count("/") == 1 or (path.count("/") == 2 and not any(map(str.isdecimal, path)))


def _bare(host: str) -> str:
    return host.removeprefix("www.")
