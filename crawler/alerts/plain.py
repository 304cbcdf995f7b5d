"""Text from outside made inert: for headers, mails and the terminal.

Titles, names and sections come from pages that anybody can write. What could break out of a header line,
steer a terminal or turn the reading order of the rest of a mail round is taken out here. Letters stay as they
are: the zero-width joiners of Persian and Indic scripts and the plain direction marks are part of the
spelling.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote_to_bytes, urlsplit

ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI, as 7 and 8 bit: colours, cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: window titles, links, clipboard
    r"|\x1b[@-Z\\^_a-z]"
)
"""Control sequences of terminals (ECMA-48)."""

SPELLING_MARKS = frozenset("\u00ad\u061c\u200c\u200d\u200e\u200f")
"""Format characters that change no more than their own word: soft hyphen, ALM, ZWNJ, ZWJ, LRM, RLM."""

_ESCAPED_LETTERS = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")

LONGEST_LINK = 2_048
"""Characters; some mail programs cut longer links."""


def inert(text: str) -> str:
    """Return *text* without control and override characters; each run of white space is one space.

    A space at either end stays one, so that pieces of a text can be cleaned one by one.
    """
    kept = "".join(_inert_character(character) for character in ESCAPES.sub("", text))
    return re.sub(r"\s+", " ", kept)


def one_line(text: str, limit: int) -> str:
    """Return *text* as one inert line of at most *limit* characters, cut between words where it can be."""
    line = inert(text[: 4 * limit]).strip()
    if len(line) <= limit and len(text) <= 4 * limit:
        return line
    cut = line[: limit - 1]
    space = cut.rfind(" ", limit // 2)
    return (cut[:space] if space > 0 else cut).rstrip() + "…"


def isolated(text: str) -> str:
    """Return *text* to stand in a line of other words: one with letters that run from right to left within first-strong
    isolates, so that neither turns the other round; any other as it is."""
    is_rtl = any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
    return f"\u2068{text}\u2069" if is_rtl else text


def safe_href(url: str) -> str:
    """Return *url* if a mail may link to it (http or https, nothing hidden in it), else an empty string."""
    if len(url) > LONGEST_LINK or inert(url) != url or " " in url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def shown_host(url: str) -> str:
    """Return the host of *url* with its port, as a reader is shown it; empty if there is none."""
    return urlsplit(url).netloc.rpartition("@")[2] if safe_href(url) else ""


def shown_address(url: str) -> str:
    """Return *url* to be read: the escaped letters of other scripts as letters, all else as it is.

    Escapes of ASCII stay, a ``%2F`` is no slash; so do those that are no UTF-8 or hide something. What is to be
    opened is *url*.
    """
    return inert(_ESCAPED_LETTERS.sub(_letters, url))


def _letters(found: re.Match[str]) -> str:
    try:
        text = unquote_to_bytes(found[0]).decode()
    except UnicodeDecodeError:
        return found[0]
    return text if inert(text) == text else found[0]


def _inert_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zl", "Zp", "Cc"):
        return " "
    if category == "Cf":
        return character if character in SPELLING_MARKS else ""
    return "\ufffd" if category == "Cs" else character
