"""What kind of page an answer is, before anything is parsed. Pure, on the first bytes.

A real article may quote a seizure notice or say "just a moment" in its prose. So a phrase never decides
alone: it must stand where such pages have it (title, headline, a script of the service) on a page that is
bare, which means that it has little text and does not call itself an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler import pagemarks as marks
from crawler.pagetext import Sketch, sketch_of, word_count
from crawler.paywall import stub_evidence
from crawler.urls import path_and_query

FAULTS = frozenset(
    {
        "challenge",
        "consent",
        "login",
        "seizure",
        "censor",
        "parked",
        "soft_404",
        "front_page",
        "error",
        "empty",
        "javascript",
    }
)
"""Kinds that never become an article nor overwrite one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKind:
    """The class of an answer, and what it was known by."""

    kind: str
    """article, list, feed, challenge, consent, paywall (the stub of an article), login, seizure, censor, parked,
    soft_404, front_page, error, empty, javascript (no text without it) or not_html (a PDF, a picture, JSON)."""
    evidence: str = ""
    """What the class was known by; of an article its title."""


def page_kind(
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    url: str,
    requested_url: str = "",
) -> PageKind:
    """Return what an answer is. *article* is what is left: anything with text that is nothing else."""
    named = {name.lower(): value.lower() for name, value in headers}
    if kind := _by_headers(status, named):
        return kind
    if not body.strip():
        if status == 202:
            return PageKind(kind="challenge", evidence="status 202 without a body")
        return PageKind(kind="empty" if status < 400 else "error", evidence=f"no body, status {status}")
    if kind := _as_feed(body) or _as_no_page(body, named.get("content-type", "")):
        return kind
    sketch = sketch_of(body, named.get("content-type", ""))
    return (
        _blocked(status, sketch, named)
        or _elsewhere(url, requested_url)
        or _gone(status, sketch)
        or _without_text(sketch)
        or _list(sketch)
        or _stub(body, sketch, named)
        or PageKind(kind="article", evidence=sketch.title[:80])
    )


# --- by headers and first bytes -------------------------------------------------------------------


def _by_headers(status: int, headers: Mapping[str, str]) -> PageKind | None:
    if "challenge" in headers.get("cf-mitigated", ""):
        return PageKind(kind="challenge", evidence="cf-mitigated: challenge")
    if action := headers.get("x-amzn-waf-action"):
        return PageKind(kind="challenge", evidence=f"x-amzn-waf-action: {action[:40]}")
    if status in (401, 403, 405, 429) and ("x-datadome" in headers or "x-dd-b" in headers):
        return PageKind(kind="challenge", evidence=f"x-datadome with {status}")
    for name in ("x-sucuri-block", "x-px-block", "x-kpsdk-ct"):
        if status >= 400 and name in headers:
            return PageKind(kind="challenge", evidence=f"{name} with {status}")
    return None


_FEED = re.compile(rb"<(?:[a-z]{1,12}:)?(rss|feed|rdf|urlset|sitemapindex|channel)[\s>:]", re.IGNORECASE)
_FEED_DOCTYPE = re.compile(rb"<!doctype\s+(?:rss|rdf)", re.IGNORECASE)


def _as_feed(body: bytes) -> PageKind | None:
    head = body[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.replace(b"\x00", b"")[2:]
    if found := _FEED.match(head, _root_of(head)):
        return PageKind(kind="feed", evidence=f"<{found[1].decode('ascii').lower()}>")
    if head.lstrip()[:1] == b"{" and b"jsonfeed.org/version" in head:
        return PageKind(kind="feed", evidence="jsonfeed.org/version")
    return None


def _root_of(head: bytes) -> int:
    """Return where the first element begins: behind marks, declarations, comments and a feed's doctype."""
    at = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    while True:
        at += len(head[at:]) - len(head[at:].lstrip())
        if head.startswith(b"<?", at):
            end = b"?>"
        elif head.startswith(b"<!--", at):
            end = b"-->"
        elif _FEED_DOCTYPE.match(head, at):
            end = b">"
        else:
            return at
        close = head.find(end, at + 2)
        if close < 0:
            return at
        at = close + len(end)


_MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"OggS",
    b"ID3",
    b"\xd0\xcf\x11\xe0",
    b"\x1aE\xdf\xa3",
    b"wOF",
)
"""How files begin that are no pages: PDF, pictures, archives, sound, film, office, fonts."""
_LOOKS_LIKE_HTML = re.compile(
    rb"<(?:!doctype html|html|head|body|title|article|main|div|p|h1)\b", re.IGNORECASE
)
_OTHER_TYPES = ("image/", "audio/", "video/", "font/", "application/")
_PAGE_TYPES = ("application/xhtml+xml", "application/xml")


def _as_no_page(body: bytes, content_type: str) -> PageKind | None:
    """Return not_html for a file that is no page of text, whatever it is called."""
    head = body[:4096]
    if head.startswith(_MAGIC) or head[4:8] == b"ftyp":
        return PageKind(kind="not_html", evidence=f"begins with {head[:4]!r}")
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff") and head.count(0) > len(head) // 10:
        return PageKind(kind="not_html", evidence="bytes of 0")
    if _LOOKS_LIKE_HTML.search(head):
        return None
    if content_type.startswith(_OTHER_TYPES) and not content_type.startswith(_PAGE_TYPES):
        return PageKind(kind="not_html", evidence=content_type[:80])
    text = body.strip()
    if text[:1] + text[-1:] in (b"{}", b"[]"):
        return PageKind(kind="not_html", evidence="JSON")
    return None


# --- somebody stands between --------------------------------------------------------------------------

_PROSE = 300
"""Characters of a paragraph that no bot check, parked page or wall has."""
_SENTENCE = 40
"""Characters from which a block may be a sentence of an article."""
_WORD = re.compile(r"\w")
_THIS = re.compile(r"\bthis\b")
"""A notice speaks of this site, a headline of another."""


def _blocked(status: int, sketch: Sketch, headers: Mapping[str, str]) -> PageKind | None:
    """Return the kind of a bare page that somebody put in the place of the site."""
    if not sketch.is_bare:
        return _long_consent(sketch)
    if evidence := _censored(sketch):
        return PageKind(kind="censor", evidence=evidence)
    if evidence := _seized(sketch):
        return PageKind(kind="seizure", evidence=evidence)
    if sketch.longest_paragraph > _PROSE:
        return None  # prose, not a notice
    if evidence := _challenged(status, sketch, headers):
        return PageKind(kind="challenge", evidence=evidence)
    if evidence := _parked(sketch):
        return PageKind(kind="parked", evidence=evidence)
    return _walled(sketch)


def _censored(sketch: Sketch) -> str:
    """Return the frame, mark or words of an authority's page in the place of the site."""
    if found := marks.CENSOR_FRAME.search(sketch.markup):
        return found[0][:80]
    if _has_news_headline(sketch, marks.CENSOR):
        return ""
    if mark := next((mark for mark in marks.CENSOR_MARKS if mark in sketch.markup), ""):
        return mark
    return (
        "" if marks.REPORTED.search(sketch.text) else _spoken(marks.CENSOR, f"{sketch.title} | {sketch.text}")
    )


def _has_news_headline(sketch: Sketch, words: re.Pattern[str]) -> bool:
    """Return whether the page has a headline of its own, in text and title, that is not itself the notice."""
    headline = sketch.headline
    is_own = word_count(headline) >= 4 and headline in sketch.title
    return is_own and words.search(headline) is None and _has_sentence(sketch)


def _spoken(words: re.Pattern[str], text: str) -> str:
    """Return the words if they are said, not quoted."""
    found = words.search(text)
    if found is None or marks.QUOTE.search(text[max(0, found.start() - 60) : found.start()]):
        return ""
    return found[0][:120]


def _has_sentence(sketch: Sketch) -> bool:
    """Return whether a block reads like a sentence of an article: not a button, not a wall's request."""
    return any(
        len(block) >= _SENTENCE
        and block[-1] in ".!?…。؟»”\"'"
        and not marks.CHALLENGE_WORDS.search(block)
        and not marks.SCRIPT_NEEDED.search(block)
        for block in sketch.blocks
    )


def _seized(sketch: Sketch) -> str:
    """Return the words of a seizure notice that is the page: spoken, not quoted, and little beside it."""
    for text in (sketch.text, sketch.title):
        found = marks.SEIZED.search(text)
        if found is None or marks.QUOTE.search(text[max(0, found.start() - 60) : found.start()]):
            continue
        start = text.rfind(". ", 0, found.start()) + 1
        end = text.find(". ", found.end())
        notice = text[start : end if end >= 0 else len(text)]
        beside = len(sketch.text) - (len(notice) if text is sketch.text else 0)
        if marks.REPORTED.search(notice):
            continue  # news of a seizure
        if beside < 250 and (marks.AUTHORITY.search(sketch.text) or len(sketch.text) < 200):
            return "" if _has_news_headline(sketch, _THIS) else found[0][:120]
    return ""


def _challenged(status: int, sketch: Sketch, headers: Mapping[str, str]) -> str:
    """Return what shows a bot check or a firewall: its words, its script on a page without an article, or its
    title, unless the page repeats that as its headline over a sentence of its own."""
    mark = next((mark for mark in marks.CHALLENGE_MARKS if mark in sketch.markup), "")
    tells = _has_sentence(sketch)
    found = marks.CHALLENGE_WORDS.search(sketch.text)
    if found and (mark or not tells or marks.CHALLENGE_TITLES.match(sketch.title)):
        return found[0][:80]
    for part in _heads(sketch)[:2]:
        found = marks.CHALLENGE_TITLES.match(part)
        is_whole = found is not None and (mark or status >= 400 or not _WORD.search(part, found.end()))
        if is_whole and (mark or not tells or part not in sketch.headline):
            return f"title: {part[:60]}"
    if mark and len(sketch.text) < 600 and (status == 202 or not tells or not sketch.headline):
        return mark
    if status == 202 and sketch.has_script and not tells:
        return "status 202 with a script and no text"
    if "arvancloud" in headers.get("server", "") and marks.CHALLENGE_TITLES.search(sketch.text):
        return "server: arvancloud"
    return ""


def _parked(sketch: Sketch) -> str:
    """Return the mark of a parking service, or a seller's words on a page that is called by its domain."""
    is_called_so = not sketch.title or any(
        marks.DOMAIN_TITLE.fullmatch(part) for part in marks.SEGMENTS.split(sketch.title)
    )
    if mark := next((mark for mark in marks.PARKED_MARKS if mark in sketch.markup), ""):
        return mark if is_called_so or not _has_sentence(sketch) or marks.PARKED.search(sketch.title) else ""
    is_called_so = is_called_so or (
        marks.PARKED.match(sketch.title) is not None and not _has_news_headline(sketch, _THIS)
    )
    found = marks.PARKED.search(f"{sketch.title} | {sketch.text}") if is_called_so else None
    return found[0][:80] if found else ""


def _long_consent(sketch: Sketch) -> PageKind | None:
    """Return *consent* for a wall that says much: it is no article by its own word, and asks by a form."""
    if sketch.is_article or not sketch.is_whole or len(sketch.text) > 4000:
        return None
    found = marks.CONSENT.search(f"{sketch.title} | {sketch.headline}") if _asks_to_agree(sketch) else None
    return PageKind(kind="consent", evidence=found[0][:80]) if found else None


def _asks_to_agree(sketch: Sketch) -> bool:
    """Return whether the page has a form or button that says so."""
    if "<form" not in sketch.markup and "<button" not in sketch.markup:
        return False
    if re.search(
        r"(?:value|name|id|class|aria-label)\s?=\s?[\"'][^\"'<>]{0,60}(?:agree|accept)", sketch.markup
    ):
        return True
    return any(len(block) <= 60 and marks.AGREE.search(block) for block in sketch.blocks)


def _walled(sketch: Sketch) -> PageKind | None:
    heads = f"{sketch.title} | {sketch.headline}"
    found = marks.CONSENT.search(heads) or marks.CONSENT.search(sketch.text)
    if found and _asks_to_agree(sketch):
        return PageKind(kind="consent", evidence=found[0][:80])
    asks_password = re.search(r"<input[^<>]{0,300}type\s*=\s*[\"']?password", sketch.markup)
    is_called_so = any(marks.LOGIN.search(part) and len(part.split()) <= 6 for part in _heads(sketch))
    if asks_password and (is_called_so or not _has_sentence(sketch)):
        return PageKind(kind="login", evidence="asks for a password")
    if is_called_so and "<form" in sketch.markup and not _has_sentence(sketch):
        return PageKind(kind="login", evidence=heads[:80])
    return None


# --- the site itself says that there is nothing -------------------------------------------------------


def _heads(sketch: Sketch) -> list[str]:
    """Return title and headline, each in the parts that dashes and bars make."""
    parts = [part for head in (sketch.title, sketch.headline) for part in marks.SEGMENTS.split(head)]
    return [part.strip() for part in parts if part.strip()]


def _elsewhere(url: str, requested_url: str) -> PageKind | None:
    if not requested_url or requested_url == url:
        return None
    path = path_and_query(url)
    if path.strip("/") == "" and path_and_query(requested_url).strip("/") != "":
        return PageKind(kind="front_page", evidence=f"redirected to {url[:100]}")
    return None


def _gone(status: int, sketch: Sketch) -> PageKind | None:
    """Return the kind of an error page, also of one that comes with status 200."""
    if not sketch.is_article and not (status < 400 and _tells_of_it(sketch)):
        whole = [sketch.text] if sketch.is_whole and len(sketch.text) < 120 else []
        for part in [*_heads(sketch), *whole]:
            if marks.NOT_FOUND.fullmatch(part):
                return PageKind(kind="soft_404" if status < 400 else "error", evidence=part[:80])
            if sketch.is_bare and marks.BROKEN.fullmatch(part):
                return PageKind(kind="error", evidence=part[:80])
    if status >= 400:
        return PageKind(kind="error", evidence=f"status {status}")
    return None


def is_titled_not_found(title: str) -> bool:
    """Return whether a part of a title is what sites call the page that stands for those that they do not have."""
    return any(marks.NOT_FOUND.fullmatch(part.strip()) for part in marks.SEGMENTS.split(title.lower()))


def _tells_of_it(sketch: Sketch) -> bool:
    """Return whether there is prose under the headline, as in an article that is called *404 Not Found*."""
    return sketch.longest_paragraph >= 400 and bool(sketch.headline) and sketch.linked * 3 < len(sketch.text)


def _without_text(sketch: Sketch) -> PageKind | None:
    """Return *javascript* or *empty* for a page that shows nothing, or only asks for scripts."""
    if not sketch.is_whole or sketch.is_article:
        return None
    found = marks.SCRIPT_NEEDED.search(sketch.text)
    if found and sketch.is_bare and len(sketch.text) < 600 and not _has_sentence(sketch):
        return PageKind(kind="javascript", evidence=found[0][:80])
    if sketch.text or not ("<html" in sketch.markup or "<body" in sketch.markup):
        return None
    if sketch.has_script:
        return PageKind(kind="javascript", evidence="scripts and no text")
    return PageKind(kind="empty", evidence="no text")


# --- no article, or not all of one --------------------------------------------------------------------

_STUB_READ = 512 * 1024
"""Bytes looked at of a page that says it must be paid for."""


def _list(sketch: Sketch) -> PageKind | None:
    """Return *list* where that is certain: many links, hardly a word beside them, and no headline over it. In
    doubt the reader decides (crawler/extract/verdict.py)."""
    if not sketch.is_whole or sketch.is_article or sketch.links < 30 or sketch.longest_paragraph >= 200:
        return None
    if word_count(sketch.headline) >= 3 and not sketch.headline_is_link:
        return None
    if _has_sentence(sketch):
        return None  # a flash among menus, perhaps
    if sketch.linked * 4 < len(sketch.text) * 3:
        return None
    return PageKind(kind="list", evidence=f"{sketch.links} links, no long paragraph")


def _stub(body: bytes, sketch: Sketch, headers: Mapping[str, str]) -> PageKind | None:
    said = marks.PAID.search(sketch.markup)
    is_paid = said[1] == "false" if said else None
    if is_paid and not sketch.is_whole and len(body) <= _STUB_READ:
        sketch = sketch_of(body, headers.get("content-type", ""), _STUB_READ)
    if not sketch.is_whole or '"articlebody"' in sketch.markup:
        return None  # the reader looks at all of it
    if evidence := stub_evidence(sketch.blocks, sketch.blocks, is_paid=is_paid):
        return PageKind(kind="paywall", evidence=evidence)
    return None
