"""Where the next page of a feed or section page is. Pure.

What the document says comes first (RFC 5005 and HTML: ``rel=next``, ``rel=prev-archive``; a link to its own
address with the next number). When it says nothing, page two is guessed in the forms that are in use, one after
the other; a guess counts only when it brings what page one did not.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from crawler.errors import AddressRefused
from crawler.items import Listing, SourceKind
from crawler.urls import canonical_url, sorted_query

_NUMBERED = ("page", "paged", "pg", "pagenum", "pageno", "page_no", "pagina", "seite", "p")
"""Query parameters that carry a page number, in lower case."""
_FOLDER = re.compile(r"/(page|pages|p|seite|pagina)/(\d{1,5})(?=/?$)", re.IGNORECASE)
_LAST = re.compile(r"(?<=/)(\d{1,4})(?=/?$)")
"""Press TV's form: ``/Section/10102/1``."""
PAGED, PAGE, FOLDER, LAST = "paged", "page", "folder", "last"
"""Forms of a guess: ``?paged=2`` (WordPress), ``?page=2``, ``/page/2/``, the number at the end of the path."""


def page_number(url: str) -> int:
    """Return the page number in an address, 1 without one. Never raises."""
    parts = _split(url)
    if parts is None:
        return 1
    for name, value in _pairs(parts.query):
        if name.lower() in _NUMBERED and re.fullmatch(r"[0-9]{1,5}", value):
            return int(value)
    if found := _FOLDER.search(parts.path):
        return int(found[2])
    found = _last_number(parts.path)
    return int(found[1]) if found else 1


def guesses(kind: SourceKind, url: str, generator: str = "") -> tuple[tuple[str, str], ...]:
    """Return (form, address) of page two of a source that names none, the likeliest first."""
    if page_number(url) != 1:
        return ()
    if kind is SourceKind.FEED:
        wordpress = "wordpress" in generator.lower() or re.search(r"/feed/?(?:$|\?)|[?&]feed=", url)
        forms = (PAGED, PAGE) if wordpress else (PAGE,)
    else:
        forms = (LAST,) if _has_last(url) else (PAGE, FOLDER)
    return tuple((form, address) for form in forms if (address := numbered(url, form, 2)))


def after_failed_guess(kind: SourceKind, root: str, form: str) -> tuple[str, str] | None:
    """Return the guess to try when page two in this form brought nothing, None when none is left."""
    tried = guesses(kind, root, "wordpress" if form == PAGED else "")
    at = next((at for at, (each, _) in enumerate(tried) if each == form), len(tried))
    return tried[at + 1] if at + 1 < len(tried) else None


def numbered(url: str, form: str, number: int) -> str:
    """Return the address of a page in this form; '' when the address does not have that form."""
    parts = _split(url)
    if parts is None:
        return ""
    if form in (PAGED, PAGE):
        kept = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0].lower() != form]
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join([*kept, f"{form}={number}"]), ""))
    if form == FOLDER:
        path = _FOLDER.sub("", parts.path).rstrip("/")
        return urlunsplit((parts.scheme, parts.netloc, f"{path}/page/{number}/", parts.query, ""))
    if form == LAST and _last_number(parts.path):
        path = _LAST.sub(str(number), parts.path)
        return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
    return ""


def own_pages(url: str, number: int) -> frozenset[str]:
    """Return the forms that an address of page *number* of the same list may have, to be compared with
    ``compared(link)``."""
    parts = _split(url)
    if parts is None:
        return frozenset()
    kept = "&".join(
        pair for pair in parts.query.split("&") if pair and pair.partition("=")[0].lower() not in _NUMBERED
    )
    plain = urlunsplit((parts.scheme, parts.netloc, _FOLDER.sub("", parts.path), kept, ""))
    found = {_with_pair(plain, name, number) for name in _NUMBERED}
    base = urlunsplit((parts.scheme, parts.netloc, _FOLDER.sub("", parts.path).rstrip("/"), kept, ""))
    head, mark, query = base.partition("?")
    tails = [f"/{folder}/{number}{slash}" for folder in ("page", "pages", "p") for slash in ("", "/")]
    found |= {head + tail + mark + query for tail in tails}
    found.add(numbered(url, LAST, number))
    return frozenset(filter(None, map(compared, found)))


def compared(url: str) -> str:
    """Return the form in which addresses of pages are compared; '' for what is none."""
    try:
        return sorted_query(canonical_url(url))
    except AddressRefused:
        return ""


def next_of(listing: Listing, url: str) -> tuple[str, ...]:
    """Return the further pages that a document names, without itself."""
    here = compared(url)
    return tuple(dict.fromkeys(each for each in listing.following if compared(each) not in ("", here)))


def _has_last(url: str) -> bool:
    parts = _split(url)
    return parts is not None and _last_number(parts.path) is not None


def _last_number(path: str) -> re.Match[str] | None:
    """Return the number at the end of a path with folders before it; ``/2026`` or an article's number is none."""
    found = _LAST.search(path)
    if found is None or len(found[1]) > 3 or path.strip("/").count("/") < 1:
        return None
    return found


def _with_pair(url: str, name: str, number: int) -> str:
    return f"{url}{'&' if '?' in url else '?'}{name}={number}"


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))]


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
