"""The text of a page's bytes, and how sure the reading is."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

from crawler.extract.plausible import plausibility

_SAMPLE = 60_000
"""Bytes of text (tags taken out) by which readings are compared."""
_FEW = 0.002
"""Share of U+FFFD up to which a charset fits: a broken byte here and there."""
_PLAUSIBLE = 0.5
"""Plausibility from which a declared charset is believed without a look at others."""
_CLEAR = 0.2
"""By how much another reading must be more plausible than the declared one."""
_GUESSES = (
    "cp1252", "cp1251", "koi8_r", "cp1256", "cp1255", "cp1253", "cp874", "gb18030", "big5hkscs", "cp932", "euc_jp",
    "cp949", "cp1250", "cp1254", "cp1257", "iso8859_2", "iso8859_5", "iso8859_6", "koi8_u", "cp866",
)  # fmt: skip
"""Charsets that a page is tried in; of equal readings the first counts."""
_DECLARABLE = frozenset(
    codecs.lookup(name).name
    for name in (
        *_GUESSES, "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "gbk", "gb2312", "hz", "big5",
        "shift_jis", "shift_jis_2004", "shift_jisx0213", "euc_jis_2004", "euc_jisx0213", "iso2022_jp", "euc_kr", "johab",
        "iso2022_kr", "cp1258", "cp437", "cp720", "cp737", "cp775", "cp850", "cp852", "cp855", "cp857", "cp858", "cp862",
        "cp864", "cp869", "mac_roman", "mac_cyrillic", "mac_greek", "mac_turkish", "mac_latin2", "tis_620",
        "iso8859_1", "iso8859_3", "iso8859_4", "iso8859_7", "iso8859_8", "iso8859_9", "iso8859_10", "iso8859_11",
        "iso8859_13", "iso8859_14", "iso8859_15", "iso8859_16", "koi8_t", "kz1048", "ptcp154", "cp1125",
    )
)  # fmt: skip
"""What a declaration may name: Python knows codecs that are no charsets (base64) or take long (punycode)."""
_ALIASES = {"iso-8859-8-i": "cp1255", "iso-8859-8-e": "cp1255"}
"""Labels of visual and logical Hebrew: the letters are those of windows-1255."""
_LABEL = re.compile(rb"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:-]{2,30})")
_HEAD = 4096
"""Bytes in which a page declares its charset."""
_TAG = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_TWO_BYTES = frozenset(
    codecs.lookup(name).name
    for name in ("gb18030", "gbk", "gb2312", "big5", "big5hkscs", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "johab")
)  # fmt: skip
_PROOF = 20
"""Sequences of several bytes, all sound, after which even a declared charset of two bytes is taken for a mistake."""
_SHIFT = b"\x1b$"
"""With what ISO-2022-JP, which is ASCII to every other charset, goes over to Japanese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page as text."""

    text: str = field(repr=False)
    charset: str
    """Python's name of the encoding that was used."""
    replaced: float = 0.0
    """Share of characters that could not be decoded (U+FFFD)."""
    doubt: str = ""
    """Why the reading may be wrong: ``damaged`` (some bytes fit no character), ``guessed`` (nothing was declared),
    ``overruled`` (what was declared gave no language), ``disputed`` (header and page name different charsets, both
    fit). Empty when it is sure."""


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Return the text of *body*: charset by byte order mark, UTF-8 that proves itself, header, meta, then by trial.

    A declaration is believed when the bytes fit it and give words of some language; where header and meta both
    do, the more plausible counts, the header of equals. Otherwise all charsets in use are tried. Never raises.
    """
    bom, mark = read_bom(body)
    if bom:
        return _read(body[len(mark or b"") :], bom)
    utf16 = _utf16_without_mark(body)
    if utf16:
        return _read(body, utf16)
    declared = _declared(body, content_type)
    if body.isascii() and _SHIFT in body:
        return _read(body, "iso2022_jp")
    if _is_utf8(body) and (not declared or "utf-8" in declared or _refutes(body, declared[0])):
        return _read(body, "utf-8")
    return _most_plausible(body, declared)


def _declared(body: bytes, content_type: str) -> list[str]:
    header = http_content_type_encoding(content_type) or _unusual(content_type.encode("ascii", "replace"))
    meta = html_body_declared_encoding(body) or _unusual(body[:_HEAD])
    if meta and meta.startswith("utf-16"):  # a meta that could be read as ASCII cannot be UTF-16
        meta = "utf-8"
    names = (_known(name) for name in (header, meta) if name)
    return list(dict.fromkeys(name for name in names if name))


def _unusual(declaring: bytes) -> str:
    """Return the charset for a label that w3lib does not know, or ''."""
    found = _LABEL.search(declaring)
    return _ALIASES.get(found[1].decode("ascii").lower(), "") if found else ""


def _known(label: str) -> str:
    """Return Python's name for a declared charset, or '' for what is none."""
    name = resolve_encoding(label) or ""
    try:
        name = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return name if name in _DECLARABLE else ""


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
    if charset not in _TWO_BYTES:
        return True
    return sum(letter > "\x7f" for letter in body.decode("utf-8", "replace")) >= _PROOF


def _read(body: bytes, charset: str, doubt: str = "") -> Decoded:
    text = body.decode(charset, "replace")
    replaced = text.count("\ufffd") / max(1, len(text))
    doubt = doubt or ("damaged" if replaced else "")
    return Decoded(text=text, charset=codecs.lookup(charset).name, replaced=replaced, doubt=doubt)


def _most_plausible(body: bytes, declared: list[str]) -> Decoded:
    """Return the reading of bytes that are no UTF-8."""
    sample = _TAG.sub(b" ", body)[:_SAMPLE]
    told = {name: _score(sample, name) for name in declared}
    fit = {name: score for name, score in told.items() if score is not None}
    chosen = max(fit, key=lambda name: fit[name] + (0.1 if name == declared[0] else 0), default="")
    if chosen and fit[chosen] >= _PLAUSIBLE:
        texts = {sample.decode(name, "replace") for name, score in fit.items() if score >= _PLAUSIBLE}
        return _read(body, chosen, "disputed" if len(texts) > 1 else "")
    tried = {name: score for name in _GUESSES if (score := _score(sample, name)) is not None}
    best = max(tried, key=lambda name: tried[name], default="")
    if best and tried[best] >= fit.get(chosen, -1.0) + _CLEAR:
        return _read(body, best, "overruled" if declared else "guessed")
    if chosen:
        return _read(body, chosen)
    return min((_read(body, name) for name in (*declared, "utf-8", "cp1252")), key=lambda each: each.replaced)


def _score(sample: bytes, charset: str) -> float | None:
    """Return how plausible a reading is; `_PLAUSIBLE` where there is too little to tell, None where the bytes do
    not fit."""
    text = sample.decode(charset, "replace")
    if text.count("\ufffd") > _FEW * len(text) + 1:
        return None
    found = plausibility(text)
    return _PLAUSIBLE if found is None else found


def _utf16_without_mark(body: bytes) -> str:
    """Return the UTF-16 flavour of a page whose first character is ``<`` in two bytes, or ''."""
    head = body[:200].lstrip(b" \t\r\n\x00")
    if head.startswith(b"<\x00") and len(body) > 3:
        return "utf-16-le" if body[:1] != b"\x00" else "utf-16-be"
    return ""
