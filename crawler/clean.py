"""From a draft to an article: anchored boilerplate rules, every cut line kept with its rule.

Rules see whole lines only (white space collapsed, case and typographic quotes ignored) and only at their
place, so a sentence that quotes ``SHARE THIS ARTICLE`` stays. Cleaning a cleaned text changes nothing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from crawler.errors import AddressRefused
from crawler.extract.characters import folded
from crawler.extract.line_asking import LineRules, line_rules
from crawler.extract.line_rules import is_date_line
from crawler.extract.version import extraction_version
from crawler.identity import article_key, outlet_address, ownership
from crawler.items import Article, CutLine, Draft, Outlet, Page, Timestamp
from crawler.signals import signals_of
from crawler.urls import canonical_url, host_of

_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|\S+?(?=[\s\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|$)"
)
"""A word, or a character of Chinese, Japanese and Thai, which part no words."""


def cut_chrome(
    lines: Sequence[str],
    rules: LineRules,
    *,
    title: str = "",
    caption: str = "",
    section: str = "",
    byline: Iterable[str] = (),
) -> tuple[list[int], list[tuple[int, str]]]:
    """Return the numbers of the lines that stay, and (number, rule id) of those that go.

    Rules are applied until none holds any more, so the result is stable. The repeated title, section,
    caption and byline at the head go only while another line is left: a flash may be its own headline.
    """
    byline, left = tuple(byline), deque(range(len(lines)))
    gone: list[tuple[int, str]] = []
    authors = {
        folded(f"{by}{name}")
        for name in (*byline, ", ".join(byline))
        for by in ("", "by ", "von ", "par ", "por ")
        if name
    }
    repeated = {
        **dict.fromkeys(authors, "byline"),
        folded(section): "section",
        folded(caption): "caption",
        folded(title): "title",
    }
    repeated.pop("", None)
    names = [name for name in map(folded, byline) if len(name) >= _NAME]
    while True:
        before = len(left)
        _cut_near_head(lines, left, gone, authors, folded(title))
        _cut_bios(lines, left, gone, names)
        _cut_anywhere(lines, rules, left, gone)
        _cut_to_end(lines, rules, left, gone)
        while left and (rule := rules.rule(lines[left[0]], "head")):
            gone.append((left.popleft(), rule))
        while left and (rule := rules.rule(lines[left[-1]], "tail")):
            gone.append((left.pop(), rule))
        if len(left) > 1 and (why := repeated.get(folded(lines[left[0]])) or _date_rule(lines[left[0]])):
            gone.append((left.popleft(), why))
        if len(left) > 1 and folded(lines[left[-1]]) in authors:
            gone.append((left.pop(), "byline"))
        if len(left) == before:
            return list(left), sorted(gone)


_NEAR_HEAD = 6
"""Lines from the top among which a byline may stand behind a standfirst."""
_KICKER = 60
"""Characters that may stand before the title in a line that is headline and kicker in one."""
_NAME, _BIO_LENGTH, _BIO_LINES = 6, 600, 4
_BIO = re.compile(
    r",? (?:is|was|has been|writes|covers|reports|ist|war|schreibt|arbeitet|est|écrit|es|escribe|è|er|är|jest|-) "
)
"""What follows the author's name in a line about the author (dashes are folded)."""


def _cut_near_head(
    lines: Sequence[str], left: deque[int], gone: list[tuple[int, str]], authors: Collection[str], title: str
) -> None:
    """Cut a byline, and the title with its kicker, each a whole line among the first."""
    for place, number in enumerate(list(left)[:_NEAR_HEAD]):
        text = folded(lines[number])
        rule = "byline" if text in authors else ""
        if not rule and title and place < 3 and text.endswith(title) and len(text) <= len(title) + _KICKER:
            rule = "title"
        if rule and len(left) > 1:
            left.remove(number)
            gone.append((number, rule))


def _cut_bios(
    lines: Sequence[str], left: deque[int], gone: list[tuple[int, str]], names: Sequence[str]
) -> None:
    """Cut what tells of the author behind the text: from a line on that begins with the name, among the last two."""
    for _ in range(_BIO_LINES):
        numbers = [number for number in list(left)[-2:] if _is_bio(folded(lines[number]), names)]
        if not numbers or len(left) <= _BIO_LINES:
            return
        while left and left[-1] >= numbers[-1]:
            gone.append((left.pop(), "any:bio"))


def _is_bio(text: str, names: Sequence[str]) -> bool:
    return len(text) <= _BIO_LENGTH and any(
        text.startswith(name) and _BIO.match(text[len(name) :]) for name in names
    )


def _date_rule(line: str) -> str:
    return "any:date" if is_date_line(line) else ""


def _cut_anywhere(
    lines: Sequence[str], rules: LineRules, left: deque[int], gone: list[tuple[int, str]]
) -> None:
    found = [(number, rules.rule(lines[number], "line")) for number in left]
    gone.extend((number, rule) for number, rule in found if rule)
    stay = [number for number, rule in found if not rule]
    left.clear()
    left.extend(stay)


def _cut_to_end(
    lines: Sequence[str], rules: LineRules, left: deque[int], gone: list[tuple[int, str]]
) -> None:
    """Cut from the first line that ends the text on; never from the first line of all."""
    if not rules.ends:
        return
    for place, number in enumerate(list(left)):
        rule = rules.rule(lines[number], "tail") if place else ""
        if rule in rules.ends and not (rule in rules.careful and _has_prose(lines, left, number)):
            while left and left[-1] >= number:
                gone.append((left.pop(), rule))
            return


_PROSE = re.compile(r".{160,}|.{60,}[.!?؟।…][\"'»”)]*|.{25,}[。！？]", re.DOTALL)
"""A line that is no headline of another article: long, or a sentence to its mark."""


def _has_prose(lines: Sequence[str], left: Iterable[int], after: int) -> bool:
    return any(number > after and _PROSE.fullmatch(lines[number]) for number in left)


def clean_draft(draft: Draft, outlet: Outlet | None) -> tuple[tuple[str, ...], tuple[CutLine, ...]]:
    """Return the lines of the text and all cut lines of the page, numbered among the page's lines."""
    rules = line_rules(outlet.chrome if outlet else (), _day(draft.published))
    kept, gone = cut_chrome(
        draft.lines,
        rules,
        title=draft.title,
        caption=draft.image_caption,
        section=draft.section,
        byline=draft.byline,
    )
    places = _places(draft.lines, draft.page_lines)
    cuts = {
        places[number]: CutLine(position=places[number], text=draft.lines[number], rule=rule)
        for number, rule in gone
    }
    for cut in (*_dropped_chrome(draft, rules, [places[number] for number in kept]), *draft.cut):
        cuts.setdefault(cut.position, cut)
    return tuple(draft.lines[number] for number in kept), tuple(cuts[place] for place in sorted(cuts))


def _day(published: Timestamp) -> date | None:
    return published.at.date() if published.at else None


def _places(lines: Sequence[str], page_lines: Sequence[str]) -> list[int]:
    """Return for each line its number among the page's lines; one that the page has otherwise parted
    gets a number of its own after them."""
    numbers: dict[str, deque[int]] = {}
    for number, line in enumerate(page_lines):
        numbers.setdefault(line, deque()).append(number)
    places, last, extra = [], -1, len(page_lines)
    for line in lines:
        known = numbers.get(line)
        while known and len(known) > 1 and known[0] <= last:
            known.popleft()
        if known:
            last = known.popleft()
            places.append(last)
        else:
            places.append(extra)
            extra += 1
    return places


def _dropped_chrome(draft: Draft, rules: LineRules, kept: list[int]) -> Iterable[CutLine]:
    """Yield the lines of the page around the text that a rule knows and the extractor had dropped."""
    inside = [place for place in kept if place < len(draft.page_lines)]
    first, last = (inside[0], inside[-1]) if inside else (len(draft.page_lines), -1)
    taken = set(inside)
    for number, line in enumerate(draft.page_lines):
        if number in taken:
            continue
        place = ("head",) if number < first else ("tail",) if number > last else ()
        rule = rules.rule(line, *place, "line")
        if rule:
            yield CutLine(position=number, text=line, rule=rule)


def _word_count(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text)) if _UNPARTED.search(text) else len(text.split())


def _is_form_of(outlet: Outlet, claimed: str, url: str) -> bool:
    """True when *url* can be the AMP or mobile form of *claimed*: the same path at the same outlet but for the mark.

    A page may claim to be any article; it does not become another outlet's, nor another article of its own.
    """
    if not claimed:
        return False
    try:
        return ownership(outlet, host_of(claimed)) is not None and _parts(claimed) == _parts(url)
    except AddressRefused:
        return False


def _parts(url: str) -> list[str]:
    """Return the parts of an address's path without what marks its AMP form."""
    path = canonical_url(url).split("?")[0].split("/")[3:]
    return [part for part in path if part not in ("amp", "")]


def clean(draft: Draft, page: Page, outlet: Outlet) -> Article:
    """Return the article that *draft* holds once the outlet's boilerplate is cut.

    A page without a title of its own has the one its source gave. Key and address come from the address that answered; the page's own canonical address counts only
    when it says that it is an AMP or mobile form.
    """
    lines, cut = clean_draft(draft, outlet)
    body = "\n".join(lines)
    address = draft.amp_of if _is_form_of(outlet, draft.amp_of, page.url) else page.url
    told = ((draft.canonical_url, "canonical"), (draft.og_url, "og"))
    return Article(
        page=page,
        address=outlet_address(outlet, address),
        key=article_key(outlet, address),
        title=draft.title or page.link.title,
        body=body,
        byline=draft.byline,
        section=draft.section,
        language=draft.language,
        published=draft.published,
        image_url=draft.image_url,
        image_caption=draft.image_caption,
        word_count=_word_count(body),
        sightings=tuple((url, how) for url, how in told if url),
        cut=cut,
        method=draft.method,
        charset=draft.charset,
        charset_doubt=draft.charset_doubt,
        kind=draft.kind,
        evidence=draft.evidence,
        extraction=extraction_version(outlet),
        signals=signals_of(draft, lines, _word_count(body)),
    )
