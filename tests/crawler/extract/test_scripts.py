"""Pages in many scripts and encodings: paragraphs, language, title, author and date, and what is marked as doubtful."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.page import extract_page
from crawler.items import Draft
from tests.pages.scripts import ARABIC, CHINESE, PERSIAN, PERSIAN_JOINED, RUSSIAN, SCRIPTS, Script, page

NOW = datetime(2026, 12, 1, tzinfo=UTC)
URL = "https://www.example.org/news/1"
PYTHON = {"tis-620": "cp874", "windows-874": "cp874", "iso-8859-8-i": "cp1255", "iso-8859-6": "iso8859-6"}
"""Python's codec for a label, where it is not the one of that name."""
ENCODED = [(script, charset) for script in SCRIPTS for charset in script.charsets]


def encoded(script: Script, charset: str, *, meta: str = "", lang: bool = True) -> bytes:
    """Return the page in *charset*; digits that it does not have are Western, as such pages print them."""
    codec = PYTHON.get(charset, charset)
    text = page(script, meta=meta, lang=lang)
    return "".join(letter if _has(letter, codec) else _western(letter) for letter in text).encode(codec)


def _has(letter: str, codec: str) -> bool:
    try:
        letter.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _western(letter: str) -> str:
    return str(int(letter)) if letter.isdigit() else "ي" if letter == "ی" else letter


def read(body: bytes, content_type: str = "text/html") -> Draft:
    return extract_page(body, url=URL, content_type=content_type, now=NOW)


def assert_whole(draft: Draft, script: Script) -> None:
    assert draft.title == script.title
    assert draft.lines == script.paragraphs
    assert draft.language == script.language
    assert draft.byline == script.names
    assert draft.published.local == script.local


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.language)
def test_utf8(script: Script) -> None:
    draft = read(page(script).encode())
    assert_whole(draft, script)
    assert (draft.charset, draft.charset_doubt) == ("utf-8", "")


@pytest.mark.parametrize(("script", "charset"), ENCODED, ids=lambda value: getattr(value, "language", value))
@pytest.mark.parametrize("told", ["header", "meta", "nothing", "wrong header", "wrong meta"])
def test_other_charsets(script: Script, charset: str, told: str) -> None:
    right = told in ("header", "meta")
    body = encoded(script, charset, meta={"meta": charset, "wrong meta": "utf-8"}.get(told, ""), lang=right)
    header = {"header": charset, "wrong header": "iso-8859-1"}.get(told, "")
    draft = read(body, f"text/html; charset={header}" if header else "text/html")
    assert_whole(draft, script)
    assert draft.replaced == 0
    shows_itself = charset == "iso-2022-jp"
    assert draft.charset_doubt == (
        "" if right or shows_itself else "guessed" if told == "nothing" else "overruled"
    )


def test_header_and_page_that_disagree_are_told_apart_by_the_words() -> None:
    body = encoded(RUSSIAN, "windows-1251", meta="windows-1251")
    draft = read(body, "text/html; charset=koi8-r")
    assert draft.lines == RUSSIAN.paragraphs
    assert draft.charset_doubt == "disputed"


def test_mark_beats_header_and_page() -> None:
    body = b"\xef\xbb\xbf" + page(CHINESE, meta="gb2312").encode()
    draft = read(body, "text/html; charset=big5")
    assert draft.lines == CHINESE.paragraphs
    assert draft.charset_doubt == ""


def test_broken_bytes_are_marked() -> None:
    body = page(ARABIC).encode().replace("الميناء".encode(), b"\xff\xfe", 1)
    draft = read(body, "text/html; charset=utf-8")
    assert draft.charset_doubt == "damaged"
    assert 0 < draft.replaced < 0.01


def test_joiners_stay_in_persian_and_go_where_nothing_joins() -> None:
    draft = read(page(PERSIAN_JOINED).encode())
    assert "کتابخانه\u200cهای" in draft.title
    assert sum(line.count("\u200c") for line in draft.lines) == sum(
        line.count("\u200c") for line in PERSIAN_JOINED.paragraphs
    )


def test_direction_marks_stay_where_they_order_digits_and_brackets() -> None:
    line = "قيمت نفت در بازار امروز به (۸۰ دلار)\u200f رسيد و برنت \u200e+3%\u200e بالا رفت، كارشناسان مي گويند اين روند ادامه دارد."
    changed = page(PERSIAN).replace(PERSIAN.paragraphs[1], line)
    assert line in read(changed.encode()).lines


@pytest.mark.parametrize(
    "label", ["base64", "zlib", "rot13", "punycode", "idna", "utf-7", "unicode_escape", "x" * 30]
)
def test_a_declaration_that_names_no_charset_counts_as_none(label: str) -> None:
    draft = read(page(RUSSIAN, meta=label).encode(), f"text/html; charset={label}")
    assert draft.lines == RUSSIAN.paragraphs
