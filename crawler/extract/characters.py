"""Text without the characters that no reader sees and that break mail, terminals and search."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1 but white space and NEL
    "\u00ad"  # soft hyphen: splits words for search
    "\u180e\u200b\u2060-\u2064\ufeff"  # zero width
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # bidi embeddings, overrides, isolates
    "\ufff9-\ufffb\U000e0001-\U000e007f"  # annotation and tag characters
    "\ud800-\udfff"  # lone surrogates: cannot be written as UTF-8
    "\ufdd0-\ufdef\ufffe\uffff"  # no characters
    "]"
)
# A joiner means something only beside a script that joins or stacks (Arabic, Persian, Indic, Thai to
# Khmer, Mongolian) or in an emoji; elsewhere it hides a word from search.
_JOINING = "\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc"
_EMOJI = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_STRAY_JOINER = re.compile(
    f"(?<![{_JOINING}{_EMOJI}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_JOINING}{_EMOJI}])"
)
_MARKS = re.compile("[\u200e\u200f\u061c]")
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NOT_PLAIN = re.compile("[^\t\n\r\x20-\x7e\u00a0-\u00ac\u00ae-\u024f\u0400-\u04ff\u2010-\u2027\u2030-\u205e]")


def plain(text: str) -> str:
    """Return *text* as one line: unseen characters removed, white space collapsed, ends stripped.

    ZWNJ and ZWJ stay where a script joins letters (Persian, Hindi), direction marks where a line has
    right-to-left letters. Idempotent.
    """
    if _NOT_PLAIN.search(text):
        text = _UNSEEN.sub("", text)
        if "\u200c" in text or "\u200d" in text:
            text = _STRAY_JOINER.sub("", text)
        if _MARKS.search(text) and not _RTL.search(text):
            text = _MARKS.sub("", text)
    return " ".join(text.split())


def folded(text: str) -> str:
    """Return *text* for comparing whole lines: one line, case and typographic quotes and dashes ignored."""
    text = plain(text)
    return (text.translate(_TYPOGRAPHIC) if _TYPOGRAPHIC_ANY.search(text) else text).casefold()


_TYPOGRAPHIC = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "ʼ": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
        "…": "...",
    }
)  # fmt: skip
_TYPOGRAPHIC_ANY = re.compile(f"[{''.join(map(chr, _TYPOGRAPHIC))}]")
