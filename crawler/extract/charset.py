"""The text of a page's bytes, and how sure the reading is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import charset_normalizer
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

_SAMPLE = 60_000
"""Bytes of text (tags taken out) that the detector sees."""
_FEW = 0.002
"""Share of U+FFFD up to which a declared charset is believed: a broken byte here and there."""
_DETECTABLE = [
    "utf_8", "cp1251", "koi8_r", "cp1256", "cp1252", "cp1250", "cp1253", "cp1254", "cp1255", "cp1257",
    "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp874",
]  # fmt: skip
_TAG = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_TWO_BYTES = frozenset(
    {
        "gb18030",
        "gbk",
        "gb2312",
        "big5",
        "big5hkscs",
        "shift_jis",
        "cp932",
        "euc_jp",
        "euc_kr",
        "cp949",
        "johab",
    }
)
_PROOF = 20
"""Sequences of several bytes, all sound, after which even a declared charset of two bytes is taken for a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page as text."""

    text: str = field(repr=False)
    charset: str
    """Python's name of the encoding that was used."""
    replaced: float = 0.0
    """Share of characters that could not be decoded (U+FFFD)."""


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Return the text of *body*: charset by byte order mark, header, meta, then a detector.

    A declaration is believed when the bytes agree with it; bytes that are valid UTF-8 beat a declared
    one-byte charset, which can never be proved wrong.
    """
    bom, mark = read_bom(body)
    if bom:
        return _read(body[len(mark or b"") :], bom)
    utf16 = _utf16_without_mark(body)
    if utf16:
        return _read(body, utf16)
    declared = _declared(body, content_type)
    if _is_utf8(body) and (not declared or "utf-8" in declared or _refutes(body, declared[0])):
        return _read(body, "utf-8")
    return _decode_declared(body, declared) or _decode_detected(body, declared)


def _declared(body: bytes, content_type: str) -> list[str]:
    header = http_content_type_encoding(content_type)
    meta = html_body_declared_encoding(body)
    if meta and meta.startswith("utf-16"):  # a meta that could be read as ASCII cannot be UTF-16
        meta = "utf-8"
    names = (resolve_encoding(name) for name in (header, meta) if name)
    return list(dict.fromkeys(name for name in names if name))


def _is_utf8(body: bytes) -> bool:
    """Tell whether the bytes are UTF-8, a broken sequence among many sound ones forgiven."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        return broken * 20 <= sum(letter > "\x7f" for letter in text) - broken
    return True


def _refutes(body: bytes, charset: str) -> bool:
    """Return whether bytes that read as UTF-8 disprove a declared charset: any of one byte, for letters beyond
    ASCII that are sound UTF-8 do not come by chance; of two bytes only when there are many."""
    if charset.replace("-", "_") not in _TWO_BYTES:
        return True
    return sum(letter > "\x7f" for letter in body.decode("utf-8", "replace")) >= _PROOF


def _read(body: bytes, charset: str) -> Decoded:
    text = body.decode(charset, "replace")
    return Decoded(text=text, charset=charset, replaced=text.count("\ufffd") / max(1, len(text)))


def _decode_declared(body: bytes, declared: list[str]) -> Decoded | None:
    for charset in declared:
        decoded = _read(body, charset)
        if decoded.replaced <= _FEW:
            return decoded
    return None


def _decode_detected(body: bytes, declared: list[str]) -> Decoded:
    """Return the reading of the detector, or the least bad of all."""
    sample = _TAG.sub(b" ", body)[:_SAMPLE]
    best = charset_normalizer.from_bytes(sample, cp_isolation=_DETECTABLE).best()
    readings = [_read(body, name) for name in [*([best.encoding] if best else []), *declared, "utf-8"]]
    return min(readings, key=lambda decoded: decoded.replaced)


def _utf16_without_mark(body: bytes) -> str:
    """Return the UTF-16 flavour of a page whose first character is ``<`` in two bytes, or ''."""
    head = body[:200].lstrip(b" \t\r\n\x00")
    if head.startswith(b"<\x00") and len(body) > 3:
        return "utf-16-le" if body[:1] != b"\x00" else "utf-16-be"
    return ""
