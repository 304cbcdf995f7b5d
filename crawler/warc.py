"""Kept pages as WARC/1.1 (ISO 28500): what archives and their tools read. Pure but for the file that is written.

The body is stored as it was after content decoding, so the headers that speak of the transfer cannot stand as they came:
they keep their place and value under a name with ``X-Crawler-`` before it, as in Common Crawl's files of news, and
Content-Length is that of the body here. The hashes as received are headers of the record.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import quote

from crawler.items.kept import Capture

VERSION = "WARC/1.1"
_MOVED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_PREFIX = "X-Crawler-"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/newshawk/newshawk#capture")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\U0010ffff]")
_LEVEL = 6
"""gzip's: level 9 is half as fast and saves a hundredth."""


class WarcFile:
    """Writes records, each a gzip member of its own, so that readers can begin at any of them."""

    def __init__(self, to: BinaryIO) -> None:
        self._to = to
        self._info_id = ""

    def write_info(self, at: str, name: str, about: Mapping[str, str]) -> None:
        """Write the record that says what the file is: *at* is the time of the export, *name* that of the file."""
        self._info_id = f"<urn:uuid:{uuid.uuid4()}>"
        fields = {"WARC-Record-ID": self._info_id, "WARC-Date": at}
        if name:
            fields["WARC-Filename"] = quote(name)
        block = b"".join(f"{key}: {_one_line(value)}\r\n".encode() for key, value in about.items())
        self._write("warcinfo", fields, "application/warc-fields", block)

    def write_page(self, capture: Capture) -> None:
        """Write a kept page as the response that it was; *capture* has its body.

        Its target is the address that answered; one asked before it, which redirected, is a header of the record.
        """
        assert capture.body is not None
        head = _http_head(capture)
        fields = {
            "WARC-Record-ID": record_id(capture),
            "WARC-Date": capture.fetched_at,
            "WARC-Target-URI": _uri(capture.url),
            "WARC-Payload-Digest": _digest(capture.body),
            "WARC-Warcinfo-ID": self._info_id,
            "X-Newshawk-Requested-URI": _uri(capture.requested_url)
            if capture.requested_url != capture.url
            else "",
            "X-Newshawk-Capture": str(capture.id),
            "X-Newshawk-Received-Digest": f"sha256:{capture.raw_sha256}",
            "X-Newshawk-Received-Length": str(capture.raw_size),
            "X-Newshawk-Body-Digest": f"sha256:{capture.body_sha256}",
            "X-Newshawk-Row-Hash": capture.row_hash,
            "X-Newshawk-Previous-Row-Hash": capture.prev_hash,
        }
        self._write("response", fields, "application/http; msgtype=response", head + capture.body)

    def _write(self, kind: str, fields: Mapping[str, str], content_type: str, block: bytes) -> None:
        head = {"WARC-Type": kind} | dict(fields)
        head |= {"WARC-Block-Digest": _digest(block), "Content-Type": content_type}
        head["Content-Length"] = str(len(block))
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value)
        record = f"{VERSION}\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
        self._to.write(gzip.compress(record, _LEVEL, mtime=0))


def record_id(capture: Capture) -> str:
    """Return the id of a kept page's record: the same in every export."""
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, capture.row_hash)}>"


def _http_head(capture: Capture) -> bytes:
    """Return status line and headers, those of the transfer under other names."""
    try:
        phrase = HTTPStatus(capture.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {capture.status} {phrase}", *_http_headers(capture.headers)]
    lines.append(f"Content-Length: {capture.body_size}")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1", "replace")


def _http_headers(headers: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, value in headers:
        moved = _PREFIX if name.lower() in _MOVED else ""
        yield f"{moved}{_one_line(name)}: {_one_line(value)}"


def _digest(data: bytes) -> str:
    """Return a digest in the form that tools compare and index by."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _uri(url: str) -> str:
    """Return an address without characters that would end the line or are no part of a URI."""
    return _UNFIT.sub(lambda found: quote(found[0]), url)


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
