"""One parse of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import lxml.etree
import lxml.html

from crawler.extract.blocks import Element
from crawler.extract.charset import Decoded, decode
from crawler.extract.depth import DEEPEST, flattened

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


_NUMBERED = re.compile(r"&#(?:x[0-9a-f]{1,8}|[0-9]{1,10})(?![0-9a-f]);?", re.IGNORECASE)


_NO_TEXT = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r")
_SPACES = bytes.maketrans(b"\v\f", b"  ")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
"""Characters XML may not hold go: libxml2 takes them in, and lxml refuses to move the text that has one."""


def _a_character(reference: re.Match[str]) -> str:
    """Return the reference as it is, or U+FFFD for one that names no character XML may hold.

    libxml2 puts such a one into the tree all the same, and lxml refuses to move the text that has it.
    """
    number = reference[0][2:].rstrip(";").lower()
    point = int(number[1:], 16) if number.startswith("x") else int(number)
    is_text = (
        point in (9, 10, 13)
        or 0x20 <= point < 0xD800
        or 0xE000 <= point < 0xFFFE
        or 0x10000 <= point < 0x110000
    )
    return reference[0] if is_text else "\ufffd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed page. The tree is changed by pruning: whoever needs it whole reads it before."""

    tree: Element = field(repr=False)
    url: str
    base: str
    """The address that relative links are relative to."""
    decoded: Decoded


def parse_document(body: bytes, *, url: str, content_type: str = "") -> Document | None:
    """Return the parsed page, or None when the bytes hold no element at all."""
    decoded = decode(body, content_type)
    text = _XML_DECLARATION.sub("", decoded.text.replace("\x00", "").lstrip("\ufeff"))
    text = _NUMBERED.sub(_a_character, text)
    tree = parse_markup(text)
    if tree is None:
        return None
    return Document(tree=tree, url=url, base=_base(tree, url), decoded=decoded)


def parse_markup(markup: str) -> Element | None:
    """Return the root of a page or a piece of one, None when it holds no element. All its text is in the tree:
    what nests deeper than libxml2 reads is flattened first. Comments are left out."""
    for deepest in (None, DEEPEST, 0):
        parser = _parser()
        # libxml2 guesses the charset of a str wrongly when a meta names another one: hand it UTF-8.
        data = _parsable(markup if deepest is None else flattened(markup, deepest))
        try:
            tree = lxml.html.document_fromstring(data, parser=parser)
        except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
            return None
        if not _is_cut_short(parser):
            break
    return tree


def _parsable(markup: str) -> bytes:
    data = markup.encode("utf-8", "replace").translate(_SPACES, _NO_TEXT)
    for character in _NO_CHARACTERS:
        data = data.replace(character, b"")
    return data


def _is_cut_short(parser: lxml.html.HTMLParser) -> bool:
    """Tell whether libxml2 met a limit of its own, by which it gives up: that is the last thing it says."""
    last = parser.error_log.last_error
    return last is not None and last.type == lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT


def _parser() -> lxml.html.HTMLParser:
    """Return a parser whose elements get their class from libxml2's side: lxml.html's own way asks Python for
    each element that is touched, for the sake of forms."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(lxml.etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    return parser


def _base(tree: Element, url: str) -> str:
    for href in tree.xpath("//base[@href]/@href")[:1]:
        return absolute(url, str(href))
    return url


def absolute(base: str, href: str) -> str:
    """Return *href* as an absolute http(s) address, or '' if it is none."""
    try:
        joined = urljoin(base, href.strip())
    except ValueError:
        return ""
    return joined if joined.startswith(("http://", "https://")) else ""
