"""Whether an encoded body came whole. Pure.

Decoders for the web are lenient: of a stream that breaks off they give what there was, which would be stored as an
article or, at a re-check, as its revision. A missing checksum at the end is no such loss; some servers send none.
"""

from __future__ import annotations

import zlib

import brotli  # type: ignore[import-untyped]
import zstandard

_EXTRA, _NAME, _COMMENT, _CHECKED = 4, 8, 16, 2
"""Flags of a gzip header (RFC 1952, 2.3.1)."""


def breaks_off(encoding: str, body: bytes) -> bool:
    """Return whether *body*, which is known to decode within its limit, ends before its stream does. False for
    encodings other than gzip, br and zstd, and for bodies that are not encoded as they say."""
    try:
        if encoding in ("gzip", "x-gzip"):
            return _is_open_gzip(body)
        if encoding == "br":
            decoder = brotli.Decompressor()
            decoder.process(body)
            return not decoder.is_finished()
        if encoding == "zstd":
            stream = zstandard.ZstdDecompressor().decompressobj()
            stream.decompress(body)
            return not stream.eof
    except (zlib.error, brotli.error, zstandard.ZstdError, IndexError):
        return False  # not what it says it is: the decoder has judged it
    return False


def _is_open_gzip(body: bytes) -> bool:
    if body[:3] != b"\x1f\x8b\x08":
        return False
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    stream.decompress(body[_header_end(body) :])
    return not stream.eof


def _header_end(body: bytes) -> int:
    """Return where the compressed data begins."""
    flags, at = body[3], 10
    if flags & _EXTRA:
        at += 2 + int.from_bytes(body[at : at + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            at = body.index(0, at) + 1 if 0 in body[at:] else len(body)
    return at + 2 if flags & _CHECKED else at
