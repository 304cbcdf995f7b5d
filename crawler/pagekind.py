"""What kind of page an answer is, before anything is parsed. Pure, on the first bytes.

A real article may quote a seizure notice or say "just a moment" in its prose. So a phrase never decides
alone: it must stand where such pages have it (title, headline, a script of the service) on a page that is
bare, which means that it has little text and does not call itself an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.pagetext import Sketch, sketch_of
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
    }
)
"""Kinds that never become an article nor overwrite one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKind:
    """The class of an answer, and what it was known by."""

    kind: str
    """article, list, feed, challenge, consent, paywall, login, seizure, censor, parked, soft_404,
    front_page, error, empty or not_html (a PDF, a picture, JSON)."""
    evidence: str = ""


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
        return PageKind(kind="empty" if status < 400 else "error", evidence=f"no body, status {status}")
    if kind := _as_feed(body) or _as_no_page(body, named.get("content-type", "")):
        return kind
    sketch = sketch_of(body, named.get("content-type", ""))
    return (
        _blocked(sketch, named)
        or _elsewhere(url, requested_url)
        or _gone(status, sketch)
        or _list_or_paywall(sketch)
        or PageKind(kind="article", evidence=sketch.title[:80])
    )


# --- by headers and first bytes -------------------------------------------------------------------


def _by_headers(status: int, headers: Mapping[str, str]) -> PageKind | None:
    if "challenge" in headers.get("cf-mitigated", ""):
        return PageKind(kind="challenge", evidence="cf-mitigated: challenge")
    if action := headers.get("x-amzn-waf-action"):
        return PageKind(kind="challenge", evidence=f"x-amzn-waf-action: {action[:40]}")
    if status == 403 and ("x-datadome" in headers or "x-dd-b" in headers):
        return PageKind(kind="challenge", evidence="x-datadome with 403")
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

_CHALLENGE_TITLES = re.compile(
    r"just a moment|attention required!? \| cloudflare|checking your browser|ddos-guard|one moment, please"
    r"|please wait(?: while|\W*$)|verif(?:y|ying) (?:that )?you are (?:a )?human|are you a robot|bot verification"
    r"|security check|human verification|access denied|access to this page has been denied|robot check"
    r"|sucuri website firewall|pardon our interruption|request unsuccessful|انتقال به سایت مورد نظر",
    re.IGNORECASE,
)
_CHALLENGE_MARKS = (
    "/cdn-cgi/challenge-platform/",
    "_cf_chl_opt",
    "cf-browser-verification",
    "captcha-delivery.com",
    "awswafcookiedomainlist",
    "awswafintegration",
    "gokuprops",
    "arvancloud",
    "__arcsjs",
    "arcs_captcha",
    "_incapsula_resource",
    "ddos-guard",
    "sucuri_cloudproxy_js",
    "px-captcha",
    "/_sec/cp_challenge/",
)
_CONSENT = re.compile(
    r"before you continue|bevor sie fortfahren|avant de continuer|antes de continuar|prima di continuare"
    r"|(?:cookie|privacy) (?:consent|wall|settings|choices|preferences)|we value your privacy|your privacy choices"
    r"|your data\W+your (?:choice|experience)|is part of the .{2,30} family of brands|we use cookies"
    r"|your opinions matter to us",
    re.IGNORECASE,
)
_AGREE = re.compile(
    r"accept(?: and continue| all)?\b|i agree|agree and|reject all|alle akzeptieren|zustimmen|tout accepter|aceptar"
)
_LOGIN = re.compile(
    r"(?:^|\W)(?:log ?in|sign ?in|log ?on|anmelden|anmeldung|connexion|iniciar sesi[oó]n|вход|авторизация"
    r"|ورود|تسجيل الدخول|登录|כניסה)(?:\W|$)",
    re.IGNORECASE,
)
_SEIZED = re.compile(
    r"(?:domain|website|site)\b.{0,80}?\b(?:has|have) been seized\b|this (?:domain|website|site) (?:is|was) seized"
    r"|^(?:domain|website|site) seized",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[\"“”„«»‘]|(?:^|\s)'")
_AUTHORITY = re.compile(
    r"seizure warrant|united states government|law enforcement|department of justice|federal bureau"
    r"|homeland security|u\.?s\.?c\.?\b|court|europol|police",
    re.IGNORECASE,
)
_CENSOR = re.compile(
    r"<iframe[^<>]{0,200}src\s*=\s*[\"']?https?://10\.10\.34\.\d|peyvandha\.ir|internet\.ir/filter"
)
_PARKED = re.compile(
    r"(?:this |the )?(?:domain|domain name|website) .{0,60}?(?:is|may be) for sale|buy this domain|domain (?:has )?expired"
    r"|this (?:web ?page|domain|site) is parked|parked (?:free|domain)|related searches|domain is registered"
    r"|was recently registered|the domain has expired|future home of",
    re.IGNORECASE,
)
_PARKED_MARKS = (
    "sedoparking.com",
    "parkingcrew.net",
    "bodis.com",
    "hugedomains.com",
    "afternic.com",
    "above.com/marketplace",
    "parklogic.com",
    "skenzo.com",
    "dan.com/buy-domain",
    "/caf.js",
    "window.park",
    "wsimg.com/parking-lander",
)


def _blocked(sketch: Sketch, headers: Mapping[str, str]) -> PageKind | None:
    """Return the kind of a bare page that somebody put in the place of the site."""
    if not sketch.is_bare:
        return _long_consent(sketch)
    if found := _CENSOR.search(sketch.markup):
        return PageKind(kind="censor", evidence=found[0][:80])
    if evidence := _seized(sketch):
        return PageKind(kind="seizure", evidence=evidence)
    if sketch.longest_paragraph > 300:
        return None  # prose, not a notice
    marks = [mark for mark in _CHALLENGE_MARKS if mark in sketch.markup]
    if found := _CHALLENGE_TITLES.match(sketch.title):
        return PageKind(kind="challenge", evidence=f"title: {found[0]}")
    if marks and len(sketch.text) < 600:
        return PageKind(kind="challenge", evidence=marks[0])
    if "arvancloud" in headers.get("server", "") and _CHALLENGE_TITLES.search(sketch.text):
        return PageKind(kind="challenge", evidence="server: arvancloud")
    return _parked(sketch) or _walled(sketch)


def _seized(sketch: Sketch) -> str:
    """Return the words of a seizure notice that is the page: spoken, not quoted, and little beside it."""
    for text in (sketch.text, sketch.title):
        found = _SEIZED.search(text)
        if found is None or _QUOTE.search(text[max(0, found.start() - 60) : found.start()]):
            continue
        start = text.rfind(". ", 0, found.start()) + 1
        end = text.find(". ", found.end())
        notice = text[start : end if end >= 0 else len(text)]
        beside = len(sketch.text) - (len(notice) if text is sketch.text else 0)
        if beside < 250 and (_AUTHORITY.search(sketch.text) or len(sketch.text) < 200):
            return found[0][:120]
    return ""


def _parked(sketch: Sketch) -> PageKind | None:
    for mark in _PARKED_MARKS:
        if mark in sketch.markup:
            return PageKind(kind="parked", evidence=mark)
    if found := _PARKED.search(f"{sketch.title} {sketch.text}"):
        return PageKind(kind="parked", evidence=found[0][:80])
    return None


def _long_consent(sketch: Sketch) -> PageKind | None:
    """Return *consent* for a wall that says much: it is no article by its own word, and asks by a form."""
    if sketch.is_article or not sketch.is_whole or len(sketch.text) > 4000 or "<form" not in sketch.markup:
        return None
    found = _CONSENT.search(f"{sketch.title} | {sketch.headline}") if _AGREE.search(sketch.text) else None
    return PageKind(kind="consent", evidence=found[0][:80]) if found else None


def _walled(sketch: Sketch) -> PageKind | None:
    heads = f"{sketch.title} | {sketch.headline}"
    if found := _CONSENT.search(heads) or (
        _CONSENT.search(sketch.text) if "<form" in sketch.markup else None
    ):
        return PageKind(kind="consent", evidence=found[0][:80])
    asks_password = re.search(r"<input[^<>]{0,300}type\s*=\s*[\"']?password", sketch.markup)
    if asks_password or (_LOGIN.search(heads) and "<form" in sketch.markup):
        return PageKind(kind="login", evidence="asks for a password" if asks_password else heads[:80])
    return None


# --- the site itself says that there is nothing -------------------------------------------------------

_NOT_FOUND = (
    r"(?:error\s*)?404(?:\s*(?:error|not found|page not found))?|(?:error\W*)?(?:the )?page (?:was )?not found"
    r"|not found|(?:sorry\W*)?(?:the |this )?page (?:you (?:requested|are looking for) )?"
    r"(?:cannot be found|could not be found|can.t be found|does not exist|doesn.t exist|no longer exists)"
    r"|page non trouv[ée]e|page introuvable|seite nicht gefunden|p[áa]gina no encontrada"
    r"|p[áa]gina n[ãa]o encontrada|pagina non trovata|pagina niet gevonden|sayfa bulunamad[ıi]"
    r"|страница не найдена|сторінку не знайдено|nie znaleziono strony|صفحه (?:مورد نظر )?(?:شما )?(?:یافت|پیدا) نشد"
    r"|الصفحة غير موجودة|لم يتم العثور على الصفحة|(?:הדף|העמוד) (?:לא נמצא|המבוקש לא נמצא)|页面不存在|找不到(?:该)?页面"
    r"|頁面不存在|ページが見つかりません"
)
_NOT_FOUND_WHOLE = re.compile(rf"\W*(?:{_NOT_FOUND})\W*", re.IGNORECASE)
_BROKEN_WHOLE = re.compile(
    r"\W*(?:(?:error\W*)?5\d\d\b.{0,40}|internal server error|bad gateway|service (?:temporarily )?unavailable"
    r"|gateway time-?out|database error|error establishing a database connection|(?:site |down )?(?:is )?"
    r"(?:under|for) (?:scheduled )?maintenance|maintenance(?: mode)?|runtime error|server error"
    r"|server error in '.{0,20}' application|index of /.{0,80}|welcome to nginx!?|apache2 .{0,20}default page.{0,20}"
    r"|iis windows server|it works!?|test page for .{0,60}|web server.s default page|default web site page"
    r"|account suspended|this account has been suspended)\W*",
    re.IGNORECASE,
)
_PAYWALL = re.compile(r'"isaccessibleforfree"\s*:\s*"?false')
_SEGMENTS = re.compile(r"\s+[|\-–—·•:»«]+\s+|\s*[|]\s*")


def _elsewhere(url: str, requested_url: str) -> PageKind | None:
    if not requested_url or requested_url == url:
        return None
    path = path_and_query(url)
    if path.strip("/") == "" and path_and_query(requested_url).strip("/") != "":
        return PageKind(kind="front_page", evidence=f"redirected to {url[:100]}")
    return None


def _gone(status: int, sketch: Sketch) -> PageKind | None:
    """Return the kind of an error page, also of one that comes with status 200."""
    heads = [
        part for head in (sketch.title, sketch.headline) for part in _SEGMENTS.split(head) if part.strip()
    ]
    if not sketch.is_article:
        whole = [sketch.text] if sketch.is_whole and len(sketch.text) < 120 else []
        for part in [*heads, *whole]:
            if _NOT_FOUND_WHOLE.fullmatch(part):
                return PageKind(kind="soft_404" if status < 400 else "error", evidence=part.strip()[:80])
            if sketch.is_bare and _BROKEN_WHOLE.fullmatch(part):
                return PageKind(kind="error", evidence=part.strip()[:80])
    if status >= 400:
        return PageKind(kind="error", evidence=f"status {status}")
    is_page = "<html" in sketch.markup or "<body" in sketch.markup
    if is_page and sketch.is_whole and not sketch.text and not sketch.has_script:
        return PageKind(kind="empty", evidence="no text")
    return None


def _list_or_paywall(sketch: Sketch) -> PageKind | None:
    free = '"isaccessibleforfree"' not in sketch.markup or not _PAYWALL.search(sketch.markup)
    if not free and sketch.is_whole and len(sketch.text) < 2500:
        return PageKind(kind="paywall", evidence="isAccessibleForFree: false, little text")
    if sketch.is_whole and not sketch.is_article and sketch.links >= 30 and sketch.longest_paragraph < 200:
        return PageKind(kind="list", evidence=f"{sketch.links} links, no long paragraph")
    return None
