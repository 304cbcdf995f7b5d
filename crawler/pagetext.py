"""A quick sketch of a page: title, headline and visible text of its first bytes, without a parser.

Linear in what it reads and bounded, whatever the bytes: it runs in the main process on every answer.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from crawler.entities import unescaped

READ = 64 * 1024
"""Bytes looked at. A longer page is not bare, whatever it says; its text is not gathered."""
BARE = 1500
"""Characters of text below which a page has little of it."""
BARE_PARAGRAPH = 500
"""Characters between two block tags below which there is no prose; the longest known seizure notice has 400."""

# Expressions here run in the main process on bytes of strangers: no repetition inside a repetition, and never two
# that may share characters side by side.
_CHARSET = re.compile(rb"charset\s*=\s*(?:[\"']\s*)?([a-zA-Z0-9_.:-]{2,30})")
_HEADER_CHARSET = re.compile(r"charset\s*=\s*(?:[\"']\s*)?([a-z0-9_.:-]{2,30})")
_OPENING = re.compile(r"<(?:(script|style|template|svg)\b|!--)")
_TAG = re.compile(r"<[^<>]*>")
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|td|tr|h[1-6]|section|article|ul|table|title|button|form|header|footer|nav|main|aside)\b[^<>]*>"
)
_LONGEST_HEADER = 500
_SPACE = re.compile(r"\s+")
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{0,400})")
_HEADLINE = re.compile(r"<h1\b[^<>]*>(.{0,400}?)</h1", re.DOTALL)
_LINK = re.compile(r"<a [^<>]*>(.{0,400}?)</a", re.DOTALL)
_ARTICLE = re.compile(
    r"<article\b|<meta[^<>]{0,200}og:type[\"']?[^<>]{0,50}article|itemprop\s*=\s*[\"']?articlebody"
    r"|\"@type\"\s*:\s*(?:\[\s*)?\"[a-z]*(?:article|report|blogposting)\"|article:published_time|dc\.date\.created"
    r"|itemprop\s*=\s*[\"']?datepublished"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What can be seen of a page at a glance, in lower case."""

    title: str
    headline: str
    """Text of the first h1."""
    blocks: tuple[str, ...] = field(repr=False)
    """Visible text between block tags, white space collapsed. Empty when the page was not looked at whole."""
    text: str
    """The blocks as one."""
    markup: str = field(repr=False)
    """The bytes looked at, decoded, in lower case."""
    links: int
    linked: int
    """Characters of text inside links."""
    headline_is_link: bool
    """The first h1 is a link, or stands in one, as on lists."""
    longest_paragraph: int
    """Characters between two block tags."""
    is_article: bool
    """The page calls itself an article."""
    is_whole: bool
    """True when all of the page was looked at."""
    has_script: bool

    @property
    def is_bare(self) -> bool:
        """Whether the page is short, has little text and does not call itself an article."""
        return (
            self.is_whole
            and not self.is_article
            and len(self.text) < BARE
            and self.longest_paragraph < BARE_PARAGRAPH
        )


def sketch_of(body: bytes, content_type: str = "", read: int = READ) -> Sketch:
    """Return the sketch of a page's first *read* bytes. Never raises."""
    markup = _decoded(body[:read], content_type).lower()
    is_whole = len(body) <= read
    shown = _without_hidden(markup)
    title, headline = _TITLE.search(markup), _HEADLINE.search(shown)
    blocks = [block for block in _blocks(shown) if block] if is_whole else []
    return Sketch(
        title=_plain(title[1]) if title else "",
        headline=_plain(headline[1]) if headline else "",
        blocks=tuple(blocks),
        text=" ".join(blocks),
        markup=markup,
        links=shown.count("<a "),
        linked=sum(len(_plain(found[1])) for found in _LINK.finditer(shown)) if is_whole else 0,
        headline_is_link=headline is not None and ("<a " in headline[1] or _in_link(shown, headline.start())),
        longest_paragraph=max(map(len, blocks), default=0),
        is_article=_ARTICLE.search(markup) is not None,
        is_whole=is_whole,
        has_script="<script" in markup,
    )


def calls_itself_article(body: bytes) -> bool:
    """Return whether a page's first bytes say by mark-up that it is an article."""
    return _ARTICLE.search(_decoded(body[:READ], "").lower()) is not None


def _in_link(shown: str, at: int) -> bool:
    """Return whether a link is open at this place."""
    return shown.rfind("<a ", 0, at) > shown.rfind("</a", 0, at)


def _blocks(shown: str) -> list[str]:
    """Return the text between block tags, of the body or of a page without one."""
    start = shown.find("<body")
    spoken = _TITLE.sub(" ", shown) if start < 0 else shown[start:]
    return [_plain(block) for block in _BLOCK.split(spoken)]


def _decoded(head: bytes, content_type: str) -> str:
    """Return the text of the first bytes: by mark, UTF-8, header, meta; else each byte a character."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        named = _HEADER_CHARSET.search(content_type[:_LONGEST_HEADER].lower())
        inside = _CHARSET.search(head[:4096])
        name = named[1] if named else inside[1].decode("ascii") if inside else "latin-1"
    try:
        return head.decode(name, "replace")
    except (LookupError, ValueError):
        return head.decode("latin-1")


def _without_hidden(markup: str) -> str:
    """Return the markup without scripts, styles and comments; an unclosed one takes the rest."""
    kept, at = [], 0
    while found := _OPENING.search(markup, at):
        kept.append(markup[at : found.start()])
        close = f"</{found[1]}" if found[1] else "-->"
        end = markup.find(close, found.end())
        if end < 0:
            return " ".join(kept)
        at = end + len(close)
        if found[1]:
            at = max(at, markup.find(">", at, at + 20) + 1)
    kept.append(markup[at:])
    return " ".join(kept)


def _plain(markup: str) -> str:
    return _SPACE.sub(" ", unescaped(_TAG.sub(" ", markup))).strip()


_UNPARTED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")


def word_count(text: str) -> int:
    """Return the number of words, about: of scripts that part no words two characters count as one."""
    unparted = len(_UNPARTED.findall(text))
    return max(len(text.split()), (unparted + 1) // 2)
