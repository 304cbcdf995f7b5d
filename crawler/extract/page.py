"""A page to a draft: one parse, metadata arbitrated, furniture pruned, text extracted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

from crawler.dates import date_in_address
from crawler.extract import bylines, names, picture, rules, titles
from crawler.extract.blocks import Element, Line, lines_of
from crawler.extract.body import main_text
from crawler.extract.breadcrumb import article_section, section_in
from crawler.extract.characters import folded, plain
from crawler.extract.chrome import prune
from crawler.extract.document import Document, absolute, parse_document
from crawler.extract.gaps import completed
from crawler.extract.head import Head, read_head
from crawler.extract.headline import headline_lines
from crawler.extract.jsonld import LinkedData, read_jsonld
from crawler.extract.languages import language_of
from crawler.extract.outskirts import apart
from crawler.extract.promos import keyword_lines, link_lines, repeats
from crawler.extract.prose import prose
from crawler.extract.publication import published_of
from crawler.extract.sections import labelled_sections
from crawler.extract.skeleton import class_names
from crawler.extract.standfirst import standfirst
from crawler.extract.state import scripts_with_markup, state_lines
from crawler.extract.subheads import plain_subheads
from crawler.extract.verdict import page_verdict
from crawler.items import CutLine, Draft, Outlet, PageRule, Timestamp
from crawler.paywall import stub_evidence
from crawler.template import sketch

MAX_PAGE_LINES = 2000
MAX_BODY = 2_000_000
"""Characters of a text; what is longer is a dump, not an article."""
_MISSED = 0.3
"""Share of the text in JSON-LD below which the extractor has missed the article."""
_SHORT = 200
_ELSEWHERE = 500
"""Characters of prose on the page from which a rule's elements without any have missed the text."""
_BARE = 3000
"""Characters of all lines of a page below which its text may stand in a script alone."""
MAX_BODY_LINES = 20_000
MAX_PARAGRAPH = 200_000
_BEYOND = 500
"""Characters shown of what is left out of a text that is too long; the kept page has all."""
_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
_KEYWORDS = ("keywords", "news_keywords", "article:tag", "parsely-tags")
_NEAR = 12
"""Lines before and after the text whose loss is recorded."""


def extract_page(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    outlet: Outlet | None = None,
    now: datetime | None = None,
) -> Draft:
    """Return what the page of *body* tells: text, metadata, and the lines that are in neither.

    Runs in a parser process: it may take long on hostile pages. *now* bounds dates (default: the clock).
    Never raises on any bytes; a page without an element gives an empty draft of kind ``empty``.
    """
    document = parse_document(body, url=url, content_type=content_type)
    if document is None:
        return Draft(title="", lines=(), kind="empty")
    return _Reading(document, outlet, now or datetime.now(UTC)).draft()


class _Reading:
    """One page while it is read: the tree whole, then pruned."""

    def __init__(self, document: Document, outlet: Outlet | None, now: datetime) -> None:
        self.document, self.outlet, self.now = document, outlet, now
        self.tree: Element = document.tree
        self.template = sketch(class_names(_page_root(self.tree)))
        self.head: Head = read_head(self.tree, document.base)
        self.data: LinkedData = read_jsonld(self.tree)
        self.lines: list[Line] = list(lines_of(_page_root(self.tree)))[:MAX_PAGE_LINES]
        self.sites = _site_names(self.head, self.data, outlet, document.url)
        self.rules: list[PageRule] = self._rules()
        self.dropped: dict[Element, str] = {}
        self.taken: dict[str, str] = {}
        """Rules by line: what the extractor kept and did not belong."""

    def _rules(self) -> list[PageRule]:
        if not self.outlet or not self.outlet.pages:
            return []
        stamp = date_in_address(self.document.url)
        if stamp.at is None:
            stamp = self._published((), "")
        return rules.rules_for(self.outlet.pages, _day(stamp))

    def _ruled(self, field: str) -> list[str]:
        """Return the texts that the first rule with a hit gives for one of its fields."""
        for rule in self.rules:
            found = [plain(text) for text in rules.texts(self.tree, getattr(rule, field))]
            if any(found):
                return [text for text in found if text]
        return []

    def _published(self, ruled: Iterable[str], title: str) -> Timestamp:
        return published_of(
            self.tree, self.head, self.data, url=self.document.url, now=self.now, ruled=ruled, lines=self.lines,
            title=title, zone=self.outlet.timezone if self.outlet else "UTC",
        )  # fmt: skip

    def draft(self) -> Draft:
        """Return the draft. Metadata first: pruning takes the elements it stands in."""
        title = self._title()
        image = self._image()
        caption = next(iter(self._ruled("caption")), "") or picture.article_caption(
            self.tree, image, self.data
        )
        section = self._section(title)
        byline = self._byline(title)
        published = self._published(self._ruled("published"), title)
        whole, method = self._text(title)
        lines, beyond = _bounded(whole)
        claims = (
            self.head.language,
            self.data.language,
            self.head.first("og:locale", "content-language", "language"),
        )
        kind, evidence = page_verdict(
            self.tree, self.head, lines, title=title, has_date=published.at is not None,
            is_stated_article=self.data.is_article or self.head.first("og:type") == "article",
            rails=[element for element, why in self.dropped.items() if why in ("cards", "link-list")],
        )  # fmt: skip
        if not kind and (evidence := self._stub(lines)):
            kind = "paywall"
        return Draft(
            title=title,
            lines=tuple(lines),
            byline=byline,
            section=section,
            language=language_of(
                "\n".join(lines) or title, *claims, *(self.outlet.languages if self.outlet else ())
            ),
            published=published,
            image_url=image,
            image_caption=caption,
            canonical_url=self.head.canonical,
            og_url=absolute(self.document.base, self.head.first("og:url"))
            if self.head.first("og:url")
            else "",
            amp_of=self._amp_of(),
            cut=(
                *self._cut(lines, {folded(text) for text in (title, caption, section)}),
                *self._beyond(len(lines), beyond),
            ),
            page_lines=tuple(line.text for line in self.lines),
            method=method,
            ruled=method == "rule" if any(rule.body for rule in self.rules) else None,
            template=self.template,
            charset=self.document.decoded.charset,
            charset_doubt=self.document.decoded.doubt,
            replaced=self.document.decoded.replaced,
            kind=kind,
            evidence=evidence,
        )

    def _stub(self, lines: Sequence[str]) -> str:
        """Return the line that offers the rest of an article of which only the first lines are here, or ''."""
        is_paid = None if self.data.is_free is None else not self.data.is_free
        page_lines = [line.text for line in self.lines]
        return stub_evidence(page_lines, lines, is_paid=is_paid, words_stated=self.data.word_count)

    def _title(self) -> str:
        ruled = self._ruled("title")
        return titles.article_title(self.tree, self.head, self.data, self.sites, ruled)

    def _image(self) -> str:
        for css in (css for rule in self.rules for css in rule.image):
            for element in rules.select(self.tree, css):
                found = absolute(self.document.base, element.get("src") or element.get("content") or "")
                if found:
                    return found
        return picture.main_picture(self.head, self.data, self.document.base)

    def _section(self, title: str) -> str:
        ruled = next(iter(self._ruled("section")), "")
        if ruled:
            return section_in(ruled, title=title)
        return article_section(self.tree, self.lines, self.head, self.data, title=title, sites=self.sites)

    def _byline(self, title: str) -> tuple[str, ...]:
        ruled = [name for text in self._ruled("byline") for name in names.names_in(text)]
        if ruled:
            return tuple(dict.fromkeys(ruled))[: bylines.MAX_NAMES]
        found = bylines.article_byline(
            self.tree, self.head, self.data, self.lines, title=title, sites=self.sites
        )
        return found or bylines.printed_byline([line.text for line in self.lines], title, self.sites)

    def _amp_of(self) -> str:
        """Return the canonical address of a page that says it is an AMP or mobile form, or ''."""
        canonical = self.head.canonical
        if not canonical or canonical == self.document.url:
            return ""
        mobile = re.match(r"https?://(?:m|mobile|amp)\.", self.document.url) is not None
        said = self.head.is_amp or (mobile and "//m." not in canonical)
        return canonical if said or _is_without_amp(canonical, self.document.url) else ""

    # --- the text -------------------------------------------------------------------------------

    def _text(self, title: str) -> tuple[list[str], str]:
        """Return the lines of the text and the way that gave them."""
        self._remove_ruled()
        ruled = self._ruled_body()
        if ruled:
            return ruled, "rule"
        bare = sum(len(line.text) for line in self.lines) < _BARE
        scripts = scripts_with_markup(self.tree) if bare else []
        self.dropped |= prune(self.tree)
        with plain_subheads(self.tree):
            lines = main_text(self.tree, url=self.document.url)
        page = list(lines_of(_page_root(self.tree)))
        lines = self._told(completed(lines, page), page, title)
        lead = standfirst(self.lines, lines, title, self.head.every(*_DESCRIPTIONS))
        return self._rescued([*lead, *lines], scripts)

    def _rescued(self, lines: list[str], scripts: list[str]) -> tuple[list[str], str]:
        """Return the lines, or what JSON-LD, the page's state or bare paragraphs give where the extractor missed the text."""
        stated = self.data.body.splitlines()
        if len("".join(stated)) * _MISSED > max(_SHORT, len("".join(lines))):
            return stated, "jsonld"
        if len("".join(lines)) < _SHORT and (built := state_lines(scripts)):
            return built, "state"
        if lines:
            return lines, "trafilatura"
        found = [line.text for line in lines_of(_page_root(self.tree)) if line.element.tag == "p"]
        return found, "paragraphs" if found else ""

    def _remove_ruled(self) -> None:
        for rule in self.rules:
            for css in rule.remove:
                self._remove(rules.select(self.tree, css), "remove")

    def _told(self, lines: list[str], page: list[Line], title: str) -> list[str]:
        """Return the lines that belong to the text, and remember the others with the rule that took them."""
        titles = [title, self.data.headline, self.head.title, *self.head.every("og:title", "twitter:title")]
        steps: list[tuple[str, Callable[[], set[int]]]] = [
            ("prune:apart", lambda: apart(lines, page)),
            ("title", lambda: headline_lines(lines, self.tree, titles)),
            ("prune:link-line", lambda: link_lines(lines, page)),
            ("prune:repeat", lambda: repeats(lines, page)),
            ("prune:tags", lambda: keyword_lines(lines, self.head.every(*_KEYWORDS))),
            ("prune:section", lambda: labelled_sections(lines, page)),
        ]
        for rule, find in steps:
            numbers = find()
            self.taken |= {lines[number]: rule for number in numbers}
            lines = [line for number, line in enumerate(lines) if number not in numbers]
        return lines

    def _remove(self, elements: Iterable[Element], why: str) -> None:
        for element in elements:
            if element.getparent() is not None:
                element.drop_tree()
                self.dropped[element] = why

    def _ruled_body(self) -> list[str]:
        for rule in self.rules:
            elements = rules.body_elements(self.tree, rule.body)
            if not any(map(prose, elements)) and prose(self.tree) > _ELSEWHERE:
                continue  # the selector hit some other box of that name
            for element in elements:
                self.dropped |= prune(element)
            lines = [line.text for line in rules.body_lines(elements)]
            if lines:
                return lines
        return []

    def _cut(self, lines: Sequence[str], told: set[str]) -> tuple[CutLine, ...]:
        """Return the page's lines in and around the text that are not in it, each with who dropped it."""
        text = _squeezed(" ".join(lines))
        kept = [number for number, line in enumerate(self.lines) if _squeezed(line.text) in text]
        if not kept:
            return ()
        inside = set(kept)
        first, last = _span(kept, [line.text for line in self.lines])
        near = range(max(0, first - _NEAR), min(len(self.lines), last + _NEAR + 1))
        return tuple(
            CutLine(position=number, text=self.lines[number].text, rule=self._why(self.lines[number]))
            for number in near
            if number not in inside
            and (self.lines[number].text in self.taken or folded(self.lines[number].text) not in told)
        )

    def _beyond(self, kept: int, rest: str) -> tuple[CutLine, ...]:
        """Return how the rest of a text begins that is too long, as a line that was cut behind all others."""
        return (CutLine(position=len(self.lines) + kept, text=rest, rule="limit"),) if rest else ()

    def _why(self, line: Line) -> str:
        if line.text in self.taken:
            return self.taken[line.text]
        element = line.element
        while element is not None:
            if element in self.dropped:
                return f"prune:{self.dropped[element]}"
            element = element.getparent()
        return "extractor"


def _page_root(tree: Element) -> Element:
    body = tree.find(".//body")
    return tree if body is None else body


def _day(stamp: Timestamp) -> date | None:
    return stamp.at.date() if stamp.at else None


def _site_names(head: Head, data: LinkedData, outlet: Outlet | None, url: str) -> list[str]:
    """Return the names a site may put beside its titles: declared, stated, and its host's.

    Some sites state the page's headline where their name belongs; a name has six words at most.
    """
    host = re.sub(r"^https?://(?:www\.|m\.|amp\.)?|[:/?#].*$", "", url.lower())
    labels = host.split(".")
    names = [outlet.name, outlet.id] if outlet else []
    names += [
        head.first("og:site_name"),
        head.first("application-name"),
        head.first("apple-mobile-web-app-title"),
    ]
    names += [data.publisher, host, labels[0], ".".join(labels[:2]), ".".join(labels[-2:])]
    return [name for name in dict.fromkeys(names) if name and not name.isdigit() and len(name.split()) <= 6]


def _is_without_amp(canonical: str, url: str) -> bool:
    """True when *canonical* is *url* less one ``amp`` among the parts of its path."""
    parts = [part for part in re.split(r"[?#]", url)[0].split("/")[3:] if part]
    main = [part for part in re.split(r"[?#]", canonical)[0].split("/")[3:] if part]
    return (
        len(parts) == len(main) + 1
        and "amp" in parts
        and any([*parts[:at], *parts[at + 1 :]] == main for at, part in enumerate(parts) if part == "amp")
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _span(kept: list[int], page: Sequence[str]) -> tuple[int, int]:
    """Return the first and last page line of the text; short lines may stand anywhere and do not count."""
    long = [number for number in kept if len(page[number]) >= 40] or kept
    return long[0], long[-1]


def _bounded(lines: list[str]) -> tuple[list[str], str]:
    """Return the lines up to `MAX_BODY_LINES` and `MAX_BODY` characters, each of at most `MAX_PARAGRAPH`, and how what
    was left out begins, '' where all is there."""
    kept: list[str] = []
    total, rest = 0, ""
    for number, line in enumerate(lines):
        part = line[:MAX_PARAGRAPH]
        total += len(part)
        if number >= MAX_BODY_LINES or total > MAX_BODY:
            return kept, rest or line[:_BEYOND]
        kept.append(part)
        rest = rest or line[MAX_PARAGRAPH:][:_BEYOND]
    return kept, rest
