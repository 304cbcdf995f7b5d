"""The text lines of a tree in document order, each with the element that holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from crawler.extract.characters import plain

Element = Any
"""An lxml element: the library has no types."""

MAX_LINES = 4000
MAX_LINE = 20_000
"""Characters of one line; a longer one is cut (a page of one line is no text)."""

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_BREAKS = BLOCKS | {"br"}
UNREAD = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "canvas",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "map",
        "head",
        "input",
        "select",
        "textarea",
        "datalist",
        "frame",
        "frameset",
        "applet",
    ]
)
"""Elements whose text is no text of the page."""


class Line(NamedTuple):
    """One line of a page and the block element it stands in."""

    text: str
    element: Element


def lines_of(root: Element, skip: Callable[[Element], bool] | None = None) -> Iterator[Line]:
    """Yield the lines of *root*: a block element or a ``br`` starts a new one. Empty lines are none.

    Elements for which *skip* says True are passed over with all they hold. At most `MAX_LINES`. A stack instead of
    recursion: pages nest as deep as they like.
    """
    parts: list[str] = []
    holder = root
    count = 0
    stack: list[tuple[Element, Element, bool]] = [(root, root, False)]
    while stack:
        element, block, is_end = stack.pop()
        tag = element.tag
        begins: Element | None = None
        if is_end:
            begins = block if tag in _BREAKS else None
            text = None if element is root else element.tail
        elif not isinstance(tag, str) or tag in UNREAD or (skip is not None and skip(element)):
            text = None if element is root else element.tail
        else:
            inner = element if tag in BLOCKS else block
            begins, text = inner if tag in _BREAKS else None, element.text
            stack.append((element, block, True))
            stack.extend([(child, inner, False) for child in reversed(element)])
        if begins is not None:
            if parts and (line := plain("".join(parts))):
                yield Line(line[:MAX_LINE], holder)
                count += 1
                if count >= MAX_LINES:
                    return
            parts.clear()
            holder = begins
        if text:
            parts.append(text)
    if line := plain("".join(parts)):
        yield Line(line[:MAX_LINE], holder)


def text_of(element: Element) -> str:
    """Return the text of *element* as one line, blocks parted by a space."""
    return " ".join(line.text for line in lines_of(element))
