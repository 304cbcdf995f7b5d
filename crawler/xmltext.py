"""Bytes that claim to be XML or HTML, made safe and readable before any parser sees them. Pure.

Feeds and sitemaps arrive compressed without saying so, in encodings other than the declared one,
with junk before the prolog, control characters, and now and then with entity bombs (facts 13, 19,
faults 27, 28, 48, 49).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from crawler.entities import unescaped
from crawler.errors import NotAFeed
from crawler.extract.charset import decode

MAX_BYTES = 16 * 1024 * 1024
"""Of a document after decompression; larger ones are refused."""
MAX_DEPTH = 2_000
"""Open elements. Tag soup counts here too, so that the bound is far above any real feed."""
MAX_GZIP = 2
"""Layers of gzip that are taken off."""

_XML_DECLARATION = re.compile(r"<\?xml\b[^>]{0,500}>", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,8})|(\d{1,10}));", re.IGNORECASE)
_SKIPPED = r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
_PASSED_OVER = re.compile(_SKIPPED, re.DOTALL)
_TAG = re.compile(_SKIPPED + r"|<(/?)([A-Za-z_][^\s/><]*)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>", re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_ENTITY = re.compile(r"<!ENTITY\s+(%?)\s*[^\s\"'>]*\s*(SYSTEM|PUBLIC|\"[^\"]*\"|'[^']*')?", re.IGNORECASE)
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);|([a-z][a-z0-9]{1,31};))?",
    re.DOTALL | re.IGNORECASE,
)
_DOCTYPE = re.compile(
    r"<!DOCTYPE\b(?:[^\[\]>\"']|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL
)
_VOID = frozenset("area base br col embed hr img input link meta p li param source track wbr".split())  # noqa: SIM905


def plain_text(body: bytes, *, url: str, content_type: str = "") -> str:
    """Return the decompressed, decoded, cleaned text of any document; no look at its structure.

    Raises:
        NotAFeed: empty, too_large.
    """
    data = _decompressed(body, url)
    text = _XML_DECLARATION.sub("", decode(data, content_type).text, count=1)
    text = _REFERENCE.sub(_printable, _UNPRINTABLE.sub("", text)).strip("\ufeff \t\r\n")
    if not text:
        raise NotAFeed(url, "empty")
    return text


def _printable(reference: re.Match[str]) -> str:
    """Return the character reference, or nothing when it names a character that XML forbids."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return "" if number > 0x10FFFF or _UNPRINTABLE.match(chr(number)) else reference[0]


def root_name(text: str) -> str:
    """Return the name of the first element in lower case, '' if there is none."""
    position = 0
    while position < len(text):
        start = text.find("<", position)
        if start < 0:
            return ""
        if text.startswith("<!--", start):
            end = text.find("-->", start)
        elif text.startswith("<?", start):
            end = text.find(">", start)
        elif text[start : start + 9].lower() == "<!doctype":
            doctype = _DOCTYPE.match(text, start)
            end = doctype.end() - 1 if doctype else text.find(">", start)
        elif element := _ROOT.match(text, start):
            return element[1].lower()
        else:
            end = start
        if end < 0:
            return ""
        position = end + 1
    return ""


def tags(text: str) -> Iterator[re.Match[str]]:
    """Return the tags outside comments and CDATA: group 1 '/' for an end tag, group 2 the name."""
    return (found for found in _TAG.finditer(text) if found[2])


# --- bytes to text --------------------------------------------------------------------------------


def _decompressed(body: bytes, url: str) -> bytes:
    for _ in range(MAX_GZIP):
        if body[:2] != b"\x1f\x8b":
            break
        inflater = zlib.decompressobj(wbits=31)
        try:
            body = inflater.decompress(body, MAX_BYTES + 1)
        except zlib.error:
            raise NotAFeed(url, "unknown") from None
    if len(body) > MAX_BYTES:
        raise NotAFeed(url, "too_large")
    return body


# --- structure ------------------------------------------------------------------------------------


def refuse_bombs(text: str, url: str, *, depth: int = MAX_DEPTH) -> None:
    """Raise NotAFeed (entities, too_deep) for documents made to starve a parser."""
    _refuse_entities(text, url)
    _refuse_depth(text, url, depth)


def whole_tags(text: str) -> str:
    """Return the text without what a broken-off document ends in: half a tag, half a CDATA section,
    half the text of an element. Half an address would be a wrong one."""
    text = text[: text.rfind(">") + 1]
    opened = text.rfind("<![CDATA[")
    if opened >= 0 and "]]>" not in text[opened:]:
        text = text[:opened]
    start = text.rfind("<")
    return text if start < 0 or ">" in text[start:] else text[:start]


def escaped_ampersands(text: str) -> str:
    """Return the text with bare ampersands escaped and HTML's entities as characters, CDATA untouched.

    Parsers that recover lose both, and with them parts of addresses: ``&copy=1`` becomes ``©=1``.
    """

    def one(found: re.Match[str]) -> str:
        if found[0] == "&":
            return "&amp;"
        return unescaped(found[0]) if found[1] else found[0]

    return _AMPERSAND.sub(one, text)


def _refuse_entities(text: str, url: str) -> None:
    """Refuse a DTD with external or nested entities: the bombs need one or the other (fault 27).

    Entities that stand for characters (``<!ENTITY nbsp "&#160;">``) are harmless and stay.
    """
    if not re.search("<!entity", text, re.IGNORECASE):
        return
    for found in _ENTITY.finditer(_PASSED_OVER.sub("", text)):
        value = (found[2] or "")[1:-1]
        if found[1] or found[2] in (None, "") or found[2].upper() in ("SYSTEM", "PUBLIC"):
            raise NotAFeed(url, "entities")
        if len(value) > 100 or re.search(r"[<%]|&(?!#)", value):
            raise NotAFeed(url, "entities")


def _refuse_depth(text: str, url: str, limit: int) -> None:
    depth = 0
    for tag in tags(text):
        if tag[1]:
            depth = max(0, depth - 1)
        elif not tag[3].endswith("/") and tag[2].lower() not in _VOID:
            depth += 1
            if depth > limit:
                raise NotAFeed(url, "too_deep")
