"""Sections of a text that are none by their own heading: what a sponsor says, and what closes a page.

Only a heading decides, an element of its own that says what stands below it: a sentence that speaks of sponsors or
authors is no heading. Nothing goes that holds a good part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from crawler.extract.blocks import Element, Line
from crawler.extract.characters import folded
from crawler.extract.homes import places
from crawler.extract.line_rules import GENERAL_RULES
from crawler.extract.prose import PROSE
from crawler.extract.rails import linked_share

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong"})
_LONGEST = 100
"""Characters of a heading."""
_MOST = 0.25
"""Share of the text that all such sections may hold."""
_SIGNS = re.compile(r"^[^\w(\[]+|[^\w)\]?]+$")
_CHARACTERS, _LINES = 2400, 12
"""Size of one section; a longer one is a part of the text, whatever its heading says."""
_SOURCED = 0.5
"""Share of the lines of a list of sources that name an address or lead to one."""

_SPONSOR = re.compile(
    r".{2,80} ?[(\[](?:sponsor(?:ed|iert|izado|isé)?|ad|anzeige|werbung|publicidad|publicité|реклама)[)\]]"
    r"|(?:sponsored(?: by| content| post| message)?|(?:our|today's|this week's) sponsors?|a (?:word|message) from (?:our|a|the|today's) sponsors?|"
    r"this (?:issue|edition|episode|newsletter|post|week) is (?:sponsored|brought to you|presented|supported|made possible) by|"
    r"brought to you by|in partnership with our sponsors?|anzeige|werbung|publicidad|publicité|contenu sponsorisé|contenido patrocinado)\b.{0,60}"
)
_PRODUCTS = r"(?:newsletter|letter|story|article|post|publication|podcast|piece)"
_CLOSING = re.compile(
    r"(?:about|meet|written by) (?:the |our )?(?:authors?|writers?|reporters?|columnists?|contributors?|journalists?)\b.{0,40}|(?:the )?authors?|author bio(?:graphy)?|"
    r"(?:über|zu) (?:den|die|der|dem|unsere[nr]?) autor(?:in|en|innen)?|(?:der|die) autor(?:in|en|innen)?|zur person|zum autor|zur autorin|"
    r"(?:à propos de |sur )?(?:l'auteure?|les auteur(?:e?s|rices))|(?:sobre )?(?:el|la|los|o|a|os) autor(?:a|es)?|l'autor[ei]|sull'autore|over de auteur|om (?:författaren|forfatteren)|o autor(?:ze|ce|ovi)|"
    r"об автор(?:е|ах)|про автора|عن الكاتب|درباره نویسنده|关于作者|作者(?:简介|簡介)|著者(?:紹介|プロフィール)|(?:저자|필자) ?소개|"
    r"(?:want|would you like|interested|looking) (?:to|in) (?:sponsor|advertis)(?:e|ing)?\b.{0,60}|(?:advertise|work) with us|sponsor (?:us|this (?:newsletter|letter|podcast|site))|"
    rf"(?:love|like|liked|enjoy|enjoying|enjoyed)\b.{{2,60}}\b(?:{_PRODUCTS}|what you\b.{{0,12}} read\w*)\b.{{0,40}}\?.{{0,60}}|"
    rf"(?:share|subscribe to|support|follow|join) (?:(?:this|our|the)(?: [\w'-]+){{0,3}} (?:{_PRODUCTS}|conversation|discussion|channel|journalism|newsroom|work|reporting)|us(?: on \w+)?)|"
    r"(?:more )?ways (?:i|we) can help(?: you)?|whenever you're ready.{0,60}|"
    r"(?:leave|post|write|add) a (?:reply|comment)|(?:reader )?comments?(?: \(\d+\))?"
)
_SOURCES = re.compile(
    r"(?:article )?(?:sources?|references|citations|footnotes|bibliography|works cited)(?: and (?:further reading|references|notes|sources))?|"
    r"quellen(?:angaben|verzeichnis|nachweise?)?|einzelnachweise|literatur(?:verzeichnis)?|références|bibliographie|notes et références|referencias|bibliografía|referências|bibliografia|"
    r"fonti|bronnen|källor|kilder|źródła|источники|литература|参考文献|参考资料|參考資料|참고 ?문헌"
)


def labelled_sections(lines: Sequence[str], page: Sequence[Line]) -> set[int]:
    """Return the numbers of the lines of sections whose own heading says that they are no text.

    *page* are the lines of the pruned page. A sponsor's section reaches to the next heading; those about the author,
    of sources, and with offers to readers stand last, one behind the other.
    """
    if not any(number and _says_what(line) for number, line in enumerate(lines)):
        return set()
    where = places(lines, page)
    heads = [
        number
        for number, place in enumerate(where)
        if place is not None and number and _is_heading(page[place]) and len(lines[number]) <= _LONGEST
    ]
    found = {number for number in heads if _label(lines[number]) in _labels()}
    left = _MOST * sum(map(len, lines))
    for start, end in (*_sponsored(lines, heads), *_closing(lines, where, page, heads)):
        size = sum(map(len, lines[start:end]))
        if size <= min(left, _CHARACTERS) and end - start <= _LINES and found.isdisjoint(range(start, end)):
            found |= {*range(start, end)}
            left -= size
    return found if any(len(line) >= PROSE for n, line in enumerate(lines) if n not in found) else set()


def _says_what(line: str) -> bool:
    """Tell whether a line could be the heading of such a section, wherever it stands."""
    if len(line) > _LONGEST:
        return False
    label = _label(line)
    return label in _labels() or any(each.fullmatch(label) for each in (_SPONSOR, _CLOSING, _SOURCES))


@cache
def _labels() -> frozenset[str]:
    """Return the headings of rails, folded: what stood below one of them was taken out of the page."""
    return frozenset(_label(rule.text) for rule in GENERAL_RULES if rule.text and rule.id == "any:read-also")


def _is_heading(line: Line) -> bool:
    """Tell whether a line is a heading, or a paragraph all of which is bold."""
    element = line.element
    return element.tag in _HEADINGS or (
        element.tag == "p" and _bold(element) >= len(line.text.replace(" ", "")) > 0
    )


def _bold(paragraph: Element) -> int:
    """Return the characters, white space left out, of *paragraph* that are bold."""
    return sum(len("".join("".join(each.itertext()).split())) for each in paragraph if each.tag in _BOLD)


def _sponsored(lines: Sequence[str], heads: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first line and end of each section of a sponsor that another heading ends."""
    for head, following in pairwise(heads):
        if _SPONSOR.fullmatch(_label(lines[head])):
            yield head, following


def _closing(
    lines: Sequence[str], where: Sequence[int | None], page: Sequence[Line], heads: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield first line and end of the last sections, from the end on, as long as each is known by its heading."""
    end = len(lines)
    for head in reversed(heads):
        label = _label(lines[head])
        is_sources = _SOURCES.fullmatch(label) and _names_addresses(lines, where, page, range(head + 1, end))
        if not is_sources and not _CLOSING.fullmatch(label) and not _SPONSOR.fullmatch(label):
            return
        yield head, end
        end = head


def _names_addresses(
    lines: Sequence[str], where: Sequence[int | None], page: Sequence[Line], numbers: range
) -> bool:
    sourced = 0
    for number in numbers:
        place = where[number]
        sourced += "://" in lines[number] or "www." in lines[number] or "doi" in lines[number].lower()
        sourced += "://" not in lines[number] and place is not None and linked_share(page[place]) > 0
    return sourced >= _SOURCED * len(numbers) > 0


def _label(line: str) -> str:
    """Return a heading for comparing: folded, without signs at its ends."""
    return _SIGNS.sub("", folded(line))
