"""What a front page says of its site: name, language, feeds, menu, editions. Pure, from any bytes; run in a worker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

from crawler.addressform import looks_like_article
from crawler.errors import AddressRefused
from crawler.extract.blocks import Element
from crawler.extract.document import absolute, parse_document
from crawler.extract.head import Head, read_head
from crawler.feeds import one_line
from crawler.finding.offers import FEED_TYPES, HEAD, LINK, SERVICES, Offer, looks_like_feed
from crawler.finding.sites import same_site
from crawler.urls import canonical_url, host_of

MAX_LINKS = 20_000
"""Links looked at; a page of more is no front page."""
MAX_OFFERS = 200
MAX_MENU = 40
MAX_ARTICLES = 300
MAX_TEXT = 100
"""Characters kept of a name or a title."""
MAX_ADDRESS = 2_000
"""Characters of an address that a config may hold."""

_MENU = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|rubriken|sections?)(?:$|[\s_-])|navbar|mainmenu|topmenu", re.IGNORECASE
)
_NO_SECTION = frozenset(
    """
    about about-us abo abonnement account ad ads adchoices advertise advertising agb alerts anmelden app apps archive
    archives archiv auteur auteurs author authors autor autoren autores bookmarks careers cart classifieds comments contact contact-us contacts cookie
    cookies corrections coupons crossword crosswords datenschutz deals donate e-paper epaper events faq faqs feed feeds
    games gift-cards help home horoscope horoscopes imprint impressum index info jobs kontakt legal live livestream
    login logout mediadaten member membership mentions-legales my newsletter newsletters notifications obituaries
    paywall pdf podcast podcasts print privacy privacy-policy profile puzzles quiz radio register registration rss
    saved search service services shop shopping signin sign-in signup sign-up sitemap staff store subscribe
    subscription subscriptions suche support tag tags team terms terms-of-service terms-of-use topics tv user users
    video videos watch weather werben wetter widgets
    """.split()  # noqa: SIM905 - a table to read and to sort
)
"""Pages of a menu that list no articles of the day."""
_LIST_FOLDERS = frozenset(
    (
        "category",
        "categories",
        "section",
        "sections",
        "ressort",
        "rubrik",
        "rubrique",
        "seccion",
        "sezione",
        "kategorie",
    )
)
_PAGE_ENDING = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)
_ROBOT_NAME = re.compile(r"^(?:home|homepage|startseite|index|untitled)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """What one page says of its site."""

    url: str
    name: str = ""
    language: str = ""
    """As the page claims it."""
    hosts: tuple[str, ...] = ()
    """Hosts that it names as its own: rel=canonical and og:url."""
    offers: tuple[Offer, ...] = field(default=(), repr=False)
    """Addresses that may be feeds."""
    menu: tuple[str, ...] = field(default=(), repr=False)
    """Addresses that may be sections, the most promising first."""
    articles: tuple[str, ...] = field(default=(), repr=False)
    """Addresses of the site that have the shape of articles."""
    editions: tuple[tuple[str, str], ...] = ()
    """(language, address) of other editions: rel=alternate with hreflang."""


def read_front(body: bytes, *, url: str, content_type: str = "") -> FrontPage:
    """Return what the page at *url* says of its site; of bytes without markup nothing."""
    document = parse_document(body, url=url, content_type=content_type)
    if document is None:
        return FrontPage(url=url)
    head = read_head(document.tree, document.base)
    links = list(_links(document.tree, document.base))
    return FrontPage(
        url=url,
        name=_name(head),
        language=head.language[:35],
        hosts=_hosts(head, document.base),
        offers=(*_offers_of_head(document.tree, document.base), *_offers_of_links(links, url))[:MAX_OFFERS],
        menu=_menu(links, url),
        articles=_articles(links, url),
        editions=_editions(document.tree, document.base, url),
    )


def _name(head: Head) -> str:
    """Return what the site calls itself, '' if it does not say: titles of pages are too often slogans."""
    for key in ("og:site_name", "application-name", "apple-mobile-web-app-title"):
        name = one_line(head.first(key), MAX_TEXT)
        if name and not _ROBOT_NAME.match(name):
            return name
    return ""


def _hosts(head: Head, base: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    named = head.first("og:url")
    for given in (head.canonical, absolute(base, named) if named else ""):
        if host := _host(given):
            found[host] = None
    return tuple(found)


def _host(url: str) -> str:
    try:
        return host_of(url) if url else ""
    except AddressRefused:
        return ""


# --- feeds ----------------------------------------------------------------------------------------


def _offers_of_head(tree: Element, base: str) -> Iterator[Offer]:
    for link in tree.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        url = absolute(base, link.get("href") or "")
        if not url or len(url) > MAX_ADDRESS or not {"alternate", "feed"} & set(relations):
            continue
        title = one_line(link.get("title"), MAX_TEXT)
        if kind in FEED_TYPES or (kind in ("", "application/json") and looks_like_feed(url, title)):
            yield Offer(url=url, way=HEAD, title=title)


def _offers_of_links(links: list[_Link], url: str) -> Iterator[Offer]:
    for link in links:
        if looks_like_feed(link.url, link.text) and _is_near(link.url, url):
            yield Offer(url=link.url, way=LINK, title=link.text)


def _is_near(link: str, url: str) -> bool:
    """Return whether a link may be a feed of the site: there, or at a service that keeps feeds for others."""
    host = _host(link)
    return same_site(host, _host(url)) or host in SERVICES or host.startswith(("feeds.", "rss.", "feed."))


# --- links ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    url: str
    text: str
    in_menu: bool
    """It stands in what the page marks as its navigation."""


def _links(tree: Element, base: str) -> Iterator[_Link]:
    """Yield the links in page order, with where they stand; those that are no http addresses are left out."""
    menus = footers = seen = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        step = 1 if event == "start" else -1
        if _is_footer(element):
            footers += step
        elif _is_menu(element):
            menus += step
        if event == "start" and element.tag == "a" and (href := element.get("href")):
            seen += 1
            if seen > MAX_LINKS:
                return
            url = absolute(base, href)
            if url and len(url) <= MAX_ADDRESS:
                text = one_line("".join(_texts(element)) or element.get("title"), MAX_TEXT)
                yield _Link(url=url, text=text, in_menu=menus > 0 and not footers)


def _texts(link: Element) -> Iterator[str]:
    for number, piece in enumerate(link.itertext()):
        if number >= 20:
            return
        yield str(piece)[:MAX_TEXT]


def _is_menu(element: Element) -> bool:
    if element.tag in ("nav", "header") or element.get("role") in ("navigation", "menubar", "banner"):
        return True
    marks = f"{element.get('id') or ''} {element.get('class') or ''}"
    return element.tag in ("div", "ul", "section", "aside", "td") and bool(_MENU.search(marks[:500]))


def _is_footer(element: Element) -> bool:
    return bool(element.tag == "footer" or element.get("role") == "contentinfo")


def _articles(links: list[_Link], url: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for link in links:
        if (address := _own(link.url, url)) and looks_like_article(address):
            found[address] = None
            if len(found) >= MAX_ARTICLES:
                break
    return tuple(found)


def _own(link: str, url: str) -> str:
    """Return the canonical address of a link within the site of *url*, '' for one that leads elsewhere."""
    try:
        address = canonical_url(link)
        return address if same_site(host_of(address), host_of(url)) else ""
    except AddressRefused:
        return ""


# --- sections -------------------------------------------------------------------------------------


def _menu(links: list[_Link], url: str) -> tuple[str, ...]:
    """Return addresses that may be sections: those of the menu, then those below which articles of the page stand."""
    articles_below = Counter(
        above
        for link in links
        if (own := _own(link.url, url)) and looks_like_article(own)
        for above in _above(own)
    )
    found: dict[str, tuple[bool, int]] = {}
    for link in links:
        address = _own(link.url, url)
        if not address or not is_section_address(address) or len(link.text) > 40:
            continue
        articles = min(articles_below[_path(address)], 5)
        in_menu, known = found.get(address, (False, 0))
        found[address] = (in_menu or link.in_menu, max(known, articles))
    kept = [address for address, (in_menu, articles) in found.items() if in_menu or articles >= 2]
    kept.sort(key=lambda address: _promise(address, *found[address]))
    return tuple(kept[:MAX_MENU])


def _promise(address: str, in_menu: bool, articles: int) -> tuple[bool, int, bool, int]:
    """Return what sections are sorted by: articles of the page below it, a short path, its place in the menu."""
    return articles < 2, _path(address).count("/"), not in_menu, -articles


def _path(address: str) -> str:
    return _PAGE_ENDING.sub("", urlsplit(address).path.strip("/").lower())


def _above(article: str) -> list[str]:
    """Return the first and the second folder that an article stands in: ``world``, ``world/asia``."""
    parts = _path(article).split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in (1, 2) if len(parts) >= depth]


def is_section_address(address: str) -> bool:
    """Return whether a canonical address has the shape of a section: a short path of words."""
    parts = urlsplit(address)
    segments = [_PAGE_ENDING.sub("", part) for part in parts.path.lower().split("/") if part]
    if not segments or parts.query or not _NO_SECTION.isdisjoint(segments):
        return False
    if not _LIST_FOLDERS.isdisjoint(segments):
        return len(segments) in (2, 3, 4)
    if len(segments) > 2 or (len(segments) == 1 and re.fullmatch(r"[a-z]{2}(?:-[a-z]{2})?", segments[0])):
        return False  # /en, /pt-br: an edition
    if any(re.search(r"\d", part) or len(part) > 40 or part.count("-") > 3 for part in segments):
        return False
    return not re.search(r"\.[a-z0-9]{2,5}$", segments[-1])


# --- editions -------------------------------------------------------------------------------------


def _editions(tree: Element, base: str, url: str) -> tuple[tuple[str, str], ...]:
    """Return the page's other languages; they are outlets of their own."""
    found: dict[str, str] = {}
    for link in tree.iter("link"):
        language = one_line(link.get("hreflang"), 20).lower()
        target = absolute(base, link.get("href") or "")
        is_edition = "alternate" in (link.get("rel") or "").lower().split() and language not in (
            "",
            "x-default",
        )
        if is_edition and target and len(target) <= MAX_ADDRESS and target.rstrip("/") != url.rstrip("/"):
            found.setdefault(target, language)
    return tuple((language, target) for target, language in list(found.items())[:50])
