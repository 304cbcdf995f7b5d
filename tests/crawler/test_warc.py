"""Kept pages as WARC, read back by warcio: digests, headers as received, the bodies."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.items.kept import Capture
from crawler.warc import WarcFile, record_id

BODY = "<html><p>Ein Bericht über Gänse</p></html>".encode()
CAPTURE = Capture(
    id=7,
    requested_url="https://www.example.com/Detail/7",
    url="https://www.example.com/Detail/7/geese",
    host="www.example.com",
    status=200,
    fetched_at="2026-11-23T12:00:00Z",
    headers=(
        ("Server", "nginx"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("content-encoding", "gzip"),
        ("Content-Length", "57"),
        ("Transfer-Encoding", "chunked"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("X-Ort", "M\xfcnchen"),
    ),
    raw_sha256="ab" * 32,
    raw_size=57,
    body_sha256=hashlib.sha256(BODY).hexdigest(),
    body_size=len(BODY),
    prev_hash="0" * 64,
    row_hash="cd" * 32,
    body_dropped_at=None,
    body=BODY,
)


def written(*captures: Capture) -> bytes:
    """Return a file with these pages."""
    file = io.BytesIO()
    warc = WarcFile(file)
    warc.write_info(
        "2026-11-24T00:00:00Z", "pages.warc.gz", {"software": "newshawk", "description": "a\r\nb"}
    )
    for capture in captures:
        warc.write_page(capture)
    return file.getvalue()


def records(data: bytes) -> list[tuple[Any, bytes]]:
    """Return the records of a file with their payloads; digests are compared."""
    read = ArchiveIterator(io.BytesIO(data), check_digests="raise")
    return [(record, record.content_stream().read()) for record in read]


def test_warcio_reads_the_page_and_its_digests_hold() -> None:
    (info, _), (record, payload) = records(written(CAPTURE))
    assert (info.rec_type, record.rec_type) == ("warcinfo", "response")
    assert payload == BODY
    get = record.rec_headers.get_header
    assert get("WARC-Target-URI") == "https://www.example.com/Detail/7/geese"
    assert get("X-Newshawk-Requested-URI") == "https://www.example.com/Detail/7"
    assert get("WARC-Date") == "2026-11-23T12:00:00Z"
    assert get("WARC-Warcinfo-ID") == info.rec_headers.get_header("WARC-Record-ID")
    assert get("X-Newshawk-Received-Digest") == "sha256:" + "ab" * 32
    assert get("X-Newshawk-Body-Digest") == f"sha256:{hashlib.sha256(payload).hexdigest()}"
    assert get("X-Newshawk-Row-Hash") == "cd" * 32


def test_headers_stand_as_they_came_and_those_of_the_transfer_under_other_names() -> None:
    _, (record, _) = records(written(CAPTURE))
    assert record.http_headers.get_statuscode() == "200"
    assert [tuple(each) for each in record.http_headers.headers] == [
        ("Server", "nginx"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("X-Crawler-content-encoding", "gzip"),
        ("X-Crawler-Content-Length", "57"),
        ("X-Crawler-Transfer-Encoding", "chunked"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("X-Ort", "M\xfcnchen"),
        ("Content-Length", str(len(BODY))),
    ]


def test_a_page_that_nothing_redirected_to_names_one_address() -> None:
    _, (record, _) = records(written(replace(CAPTURE, requested_url=CAPTURE.url)))
    assert record.rec_headers.get_header("X-Newshawk-Requested-URI") is None


def test_a_page_has_the_same_record_id_in_every_file() -> None:
    ids = {records(written(CAPTURE))[1][0].rec_headers.get_header("WARC-Record-ID") for _ in range(2)}
    assert ids == {record_id(CAPTURE)}


def test_each_record_is_a_gzip_member_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(written(CAPTURE, replace(CAPTURE, id=8, row_hash="ee" * 32)))
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("digest pass")) == (0, 3), done.stdout
    with path.open("rb") as file:
        read = ArchiveIterator(file)
        places = [read.get_record_offset() for _ in read]
    assert len(set(places)) == 3
    for place in places:
        begun = io.BytesIO(path.read_bytes()[place:])
        assert next(iter(ArchiveIterator(begun))).rec_type in ("warcinfo", "response")


@given(
    body=st.binary(max_size=500),
    name=st.text(st.characters(codec="latin-1", exclude_characters=":\r\n \t"), min_size=1, max_size=20),
    value=st.text(st.characters(codec="latin-1"), max_size=40),
    status=st.integers(100, 999),
    url=st.text(min_size=1, max_size=40).map(lambda path: f"https://www.example.com/{path}"),
)
def test_no_header_or_address_breaks_a_record(
    body: bytes, name: str, value: str, status: int, url: str
) -> None:
    capture = replace(
        CAPTURE, body=body, body_size=len(body), headers=((name, value),), status=status, url=url
    )
    (info, _), (first, payload), (second, _) = records(written(capture, CAPTURE))
    assert (info.rec_type, first.rec_type, second.rec_type) == ("warcinfo", "response", "response")
    assert payload == body
    assert first.http_headers.get_statuscode() == str(status)
    assert first.rec_headers.get_header("WARC-Target-URI").isascii()


@pytest.mark.parametrize("status", [200, 404, 599])
def test_the_status_is_that_of_the_answer(status: int) -> None:
    _, (record, _) = records(written(replace(CAPTURE, status=status)))
    assert record.http_headers.get_statuscode() == str(status)
