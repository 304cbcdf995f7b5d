"""Who wrote it: names out of JSON-LD, meta elements, marked elements beside the headline, and printed lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from crawler.extract.blocks import Element, Line, text_of
from crawler.extract.characters import folded, plain
from crawler.extract.head import Head
from crawler.extract.jsonld import LinkedData
from crawler.extract.names import AGENCY, is_full_name, key_of, names_in, printed_names, without_by
from crawler.extract.opening import headline_at, over_headline, under_headline

_META = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_MARKED = (
    "//h1 | //h2 | //@class[contains(., 'uthor') or contains(., 'yline') or contains(., 'aut')]/.."
    " | //@rel[contains(., 'author')]/.. | //@itemprop[contains(., 'author')]/.."
)
"""By way of the attributes: half the time of a look at each element."""
_NAME_CLASS = re.compile(r"(?:author|autor|byline)[_-]*name", re.IGNORECASE)
_BYLINE_CLASS = re.compile(
    r"(?:[\w-]*?[_-])?(?:by-?lines?|authors?|autor(?:es)?|auteurs?)(?:[_-]+(?:info|line|list|link|item|wrapper|text))*"
    r"|[A-Za-z]+(?:Author|Byline)(?:List|Name|Link)?(?:-?[Ii]tem)?|authorline",
)
_TAGS = frozenset(("a", "span", "div", "p", "address", "li", "strong", "em", "b", "cite", "h4", "h5", "h6"))
MAX_NAMES = 12
_MAX_TEXT = 200
_GROUP = 300
"""Characters of the largest box that still is one byline."""
_MOST = 6
"""Names in marked elements from which they are a list of people, no byline."""


def article_byline(
    tree: Element, head: Head, data: LinkedData, lines: Sequence[Line], *, title: str, sites: Iterable[str]
) -> tuple[str, ...]:
    """Return the names of the authors, as printed, without "By", roles, addresses or the site's name.

    Persons that JSON-LD or a meta element states come first; marked elements beside the headline replace
    them where they name the same and more. Without any, the lines around the headline are read, and one
    at the end that signs. What the page states that is no person (an agency, the outlet) comes last.
    """
    names = {key_of(name) for name in sites if name}
    stated = _stated_people(data, head, names)
    at = headline_at(lines, title)
    texts = _beside_headline(tree, lines[at].element if at >= 0 else None)
    marked = _several(_people(texts, names))
    is_more = len(stated) < len(marked) <= _MOST and _keys(stated) <= _keys(marked)
    if stated and not is_more and not (marked and _is_weak(stated) and not _is_weak(marked)):
        return tuple(stated[:MAX_NAMES])
    found = (
        marked or _printed(lines, title, names) or _of_handles(lines, (*data.authors, *head.every("author")))
    )
    return tuple(
        (found or _stated(data, head) or _offices(text for text in texts if not re.search(r"\d", text)))[
            :MAX_NAMES
        ]
    )


def _is_weak(people: list[str]) -> bool:
    """Tell whether the names are single words in Latin letters: such may be a house as well as a person."""
    return all(" " not in name and name.isascii() for name in people)


def _keys(people: Iterable[str]) -> set[str]:
    return {key_of(name) for name in people}


def _people(texts: Iterable[str], sites: set[str], *, agencies: bool = False) -> list[str]:
    """Return the names in *texts*, each once. A text that begins with the site's name is the publisher's imprint."""
    people: dict[str, str] = {}
    for text in texts:
        if key_of(text.partition(",")[0]) in sites:
            continue
        for name in names_in(text, agencies=agencies):
            if key_of(name) not in sites:
                people.setdefault(key_of(name), name)
    return list(people.values())


# --- what the page states -------------------------------------------------------------------------


def _stated_people(data: LinkedData, head: Head, sites: set[str]) -> list[str]:
    for texts in (data.authors, head.every(*_META)):
        people = _people((text for text in texts if not _is_address(text)), sites, agencies=True)
        if any(not AGENCY.fullmatch(name) for name in people):
            return people
    return []


def _stated(data: LinkedData, head: Head) -> list[str]:
    """Return the authors a page states that are no persons: an agency, a desk, the outlet itself."""
    return _offices(data.authors) or _offices(head.every("author", "article:author")[:1])


def _offices(texts: Iterable[str]) -> list[str]:
    named = [without_by(plain(text)) for text in texts if not _is_address(text)]
    found = {key_of(name): name for name in reversed(named) if 1 < len(name) <= 60}
    return list(reversed(found.values()))


def _is_address(text: str) -> bool:
    return text.startswith(("http", "@", "/")) or ("@" in text and " " not in text)


_HANDLE = re.compile(r"([a-z]+)[._-](?:[a-z]+[._-])?([a-z]{4,})(?:@.*)?")


def _of_handles(lines: Sequence[Line], texts: Iterable[str]) -> list[str]:
    """Return the printed name that a stated handle or mail address stands for: ``a.lee@example.org`` and ``Ann Lee``."""
    for handle in filter(None, map(_HANDLE.fullmatch, texts)):
        first, last = handle.groups()
        given = re.escape(first) if len(first) > 1 else rf"{first}[\w.-]*"
        full = re.compile(rf"\b{given}(?:\s+[\w.-]+)?\s+{re.escape(last)}\b", re.IGNORECASE)
        named = next(filter(None, (full.search(line.text) for line in lines)), None)
        if named:
            return [named[0]]
    return []


# --- marked elements ------------------------------------------------------------------------------


def _beside_headline(tree: Element, headline: Element) -> list[str]:
    """Return the texts of the first byline box after the headline (before it if none follows), best mark first."""
    found = tree.xpath(_MARKED)[:400]
    start = found.index(headline) + 1 if headline in found else 0
    around = set(headline.iterancestors()) if headline is not None else set()
    marked = [(kind, element) for element in (*found[start:], *found[:start]) if (kind := _mark_of(element))]
    for wanted in (1, 2, 3, 4):
        kept = (element for kind, element in marked if kind == wanted and not _is_elsewhere(element, around))
        for first in kept:
            texts = [text for text in map(text_of, _group(first, kept)) if text and len(text) < _MAX_TEXT]
            if texts:
                return texts
    return []


def _several(people: list[str]) -> list[str]:
    """Return *people*, or nothing for a list of single words: such boxes list topics."""
    is_list = len(people) > 1 and all(" " not in name and name.isascii() for name in people)
    return [] if is_list else people


def _mark_of(element: Element) -> int:
    """Return how an element is marked as naming an author: 1 by relation, 2 as a property, 3 and 4 by its class, the
    more telling ones first; 0 if it is not."""
    if "author" in (element.get("rel") or "").split():
        return 1
    if "author" in (element.get("itemprop") or "").split():
        return 2
    if element.tag not in _TAGS:
        return 0
    classes = (element.get("class") or "").split()
    if any(_NAME_CLASS.search(name) for name in classes):
        return 3
    return 4 if any(_BYLINE_CLASS.fullmatch(name) for name in classes) else 0


def _group(first: Element, others: Iterable[Element]) -> Iterator[Element]:
    """Yield *first* and those of *others* that stand in one small box with it."""
    box = first
    while (parent := box.getparent()) is not None and _text_length(parent) <= _GROUP:
        box = parent
    yield first
    for element in others:
        if box in element.iterancestors() and first not in element.iterancestors():
            yield element


def _text_length(element: Element) -> int:
    total = 0
    for text in element.itertext():
        total += len(text.strip())
        if total > _GROUP:
            break
    return total


def _is_elsewhere(element: Element, around: set[Element], *, own: bool = False) -> bool:
    """Tell whether the element stands in something of its own, beside the article: readers' comments, a sidebar, the
    card of another article. *around* are the elements that hold the headline; *own*: the element itself may be the
    card."""
    in_article = any(box.tag == "article" for box in around)
    for box in (*([element] if own else []), *element.iterancestors()):
        if box in around or (box.tag in _WHOLE and box.tag != "article"):
            return False
        if box.tag in ("nav", "article", "aside", "footer"):
            return in_article or box.tag != "article"
        label = f"{box.get('class') or ''} {box.get('id') or ''}"
        if _COMMENTS.search(label) or _CARD.search(label):
            return True
    return False


_COMMENTS = re.compile(
    r"(?:^|\s)comments?(?:[_-]{1,2}(?:list|body|item|section|area|thread|container|wrapper))?(?=\s|$)",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"(?:^|[\s_-])(?:cards?|teasers?|related|recommend\w*|promos?|widgets?|popular|trending|latest)(?=$|[\s_-])",
    re.IGNORECASE,
)
_WHOLE = frozenset({"html", "body", "main", "article"})
"""Elements that are the page or the article; their classes say what the page has, not what they are."""


# --- printed lines --------------------------------------------------------------------------------


def _printed(lines: Sequence[Line], title: str, sites: set[str]) -> list[str]:
    """Return the names that lines around the headline print behind a word like "By"; else the line between headline
    and text that is nothing but a name, or the line that signs the text."""
    at = headline_at(lines, title)
    around = set(lines[at].element.iterancestors()) if at >= 0 else set()
    opening = [
        line for line in under_headline(lines, title) if not _is_elsewhere(line.element, around, own=True)
    ]
    for line in (*opening, *over_headline(lines, title)):
        people = [name for name in printed_names(line.text) if key_of(name) not in sites]
        if people and len(line.text) < _MAX_TEXT:
            return people
    return _bare(opening, sites) or _signature(lines, sites)


def _bare(opening: Sequence[Line], sites: set[str]) -> list[str]:
    """Return the names of a paragraph that is nothing but names, followed by prose in the same box."""
    for line, after in pairwise(opening):
        if line.element.tag == "p" and len(after.text) >= _PROSE and _is_beside(line, after):
            people = [name.strip() for name in re.split(r"\s*/\s*|\s+and\s+|\s*,\s+", line.text)]
            if all(is_full_name(name) and key_of(name) not in sites for name in people):
                return people
    return []


_PROSE = 120
"""Characters from which a line is prose."""


def _signature(lines: Sequence[Line], sites: set[str]) -> list[str]:
    """Return the names that sign a text: in a line of their own under it, behind a word like "By" or on the right."""
    prose = since = 0
    for line in lines:
        if len(line.text) >= _PROSE:
            prose, since = prose + 1, 0
            continue
        since += 1
        if prose < _SIGNED or since > _NEAR or len(line.text) > _MAX_SIGNATURE:
            continue
        people = printed_names(line.text)
        if (
            not people
            and since == 1
            and _is_on_the_right(line.element)
            and is_full_name(line.text.strip("()"))
        ):
            people = [line.text.strip("()")]
        if people and not any(key_of(name) in sites for name in people):
            return people
    return []


_NEAR = 3
"""Lines under prose in which it can be signed."""
_SIGNED = 3
"""Lines of prose from which a text can be signed below."""
_MAX_SIGNATURE = 60


def _is_on_the_right(element: Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "text-align:right" in style or (element.get("align") or "").lower() == "right"


def _is_beside(line: Line, other: Line) -> bool:
    return line.element is not other.element and line.element.getparent() is other.element.getparent()


def printed_byline(lines: list[str], title: str, sites: Iterable[str]) -> tuple[str, ...]:
    """Return the name in a pair of lines like ``Saman Kojouri`` / ``Press TV, Tehran`` under the title."""
    at = next((number for number, line in enumerate(lines) if folded(line) == folded(title)), -1)
    places = [re.compile(re.escape(folded(site)) + r", [\w .'-]{2,30}") for site in sites if site]
    for name, place in pairwise(lines[at + 1 : at + 7] if at >= 0 else []):
        if any(pattern.fullmatch(folded(place)) for pattern in places):
            return tuple(names_in(name))
        last = name.rsplit(", ", 2)
        if len(last) == 3 and any(pattern.fullmatch(folded(", ".join(last[1:]))) for pattern in places):
            return tuple(names_in(last[0]))
    return ()
