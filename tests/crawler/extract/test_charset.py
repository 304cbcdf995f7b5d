"""Bytes become text by mark, header, meta, detector; what no reader sees is removed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.characters import folded, plain
from crawler.extract.charset import decode

PERSIAN = "رئیس جمهور ایران در سخنانی گفت که مذاکرات ادامه خواهد داشت و دولت آماده گفتگو است. " * 8
ARABIC = "قال وزير الخارجية إن المفاوضات سوف تستمر في الأسبوع المقبل بمشاركة جميع الأطراف. " * 8
RUSSIAN = "Министр сообщил, что переговоры продолжатся на следующей неделе с участием всех сторон. " * 8


def html(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (ARABIC, "windows-1256"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (PERSIAN, "utf-8"),
        (RUSSIAN, "utf-16"),
    ],
)
def test_charset_of_the_header(text: str, charset: str) -> None:
    text = text.replace("ی", "ي") if charset == "windows-1256" else text
    decoded = decode(html(text).encode(charset), f"text/html; charset={charset}")
    assert text in decoded.text
    assert decoded.replaced == 0


@pytest.mark.parametrize("charset", ["windows-1256", "windows-1251", "koi8-r"])
def test_charset_of_the_meta_element(charset: str) -> None:
    text = ARABIC if charset == "windows-1256" else RUSSIAN
    page = html(text, f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">')
    assert text in decode(page.encode(charset)).text


@pytest.mark.parametrize(
    ("text", "charset"),
    [(ARABIC, "windows-1256"), (RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (RUSSIAN, "utf-16-le")],
)
def test_charset_is_detected_when_nothing_is_declared(text: str, charset: str) -> None:
    assert text in decode(html(text).encode(charset)).text


def test_wrong_header_gives_way_to_meta() -> None:
    page = html(ARABIC, "<meta charset=windows-1256>").encode("windows-1256")
    assert ARABIC in decode(page, "text/html; charset=utf-8").text


def test_utf8_beats_a_declared_one_byte_charset() -> None:
    assert "café’s" in decode(html("café’s").encode(), "text/html; charset=ISO-8859-1").text


def test_broken_byte_in_utf8_is_marked_not_hidden() -> None:
    decoded = decode(
        html(RUSSIAN).encode().replace("следующей".encode(), b"\xff", 1), "text/html; charset=utf-8"
    )
    assert decoded.charset == "utf-8"
    assert 0 < decoded.replaced < 0.01


@given(
    st.binary(max_size=400), st.sampled_from(["", "text/html; charset=utf-8", "text/html; charset=nonsense"])
)
def test_any_bytes_become_text(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type).text, str)


def test_unseen_characters_go() -> None:
    assert plain("a\x00b\x1b[31m\x9bc\u202ed\u200be\u00adf\ud800\ufeff") == "ab[31mcdef"
    assert plain("  one\n two\u00a0 ") == "one two"


def test_joiner_stays_where_a_script_joins() -> None:
    assert plain("می\u200cخواهم") == "می\u200cخواهم"
    assert plain("क्\u200dष") == "क्\u200dष"
    assert plain("wo\u200crd") == "word"


def test_direction_mark_stays_beside_right_to_left_letters() -> None:
    assert plain("שלום\u200f!") == "שלום\u200f!"
    assert plain("abc\u200f!") == "abc!"


@given(st.text())
def test_plain_is_idempotent(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_typographic_quotes_are_one() -> None:
    assert folded("Press TV’s “WEB” – site") == 'press tv\'s "web" - site'


def test_utf8_beats_any_declared_charset_of_one_byte() -> None:
    body = (
        "<html><head><meta charset='iso-8859-15'></head><body>Más allá de la crónica</body></html>".encode()
    )
    assert decode(body, "text/html; charset=ISO-8859-15").text.count("á") == 2


def test_a_declared_charset_of_two_bytes_gives_way_only_to_much_sound_utf8() -> None:
    page = "<html><meta charset='gbk'><body>{}</body></html>"
    assert decode(page.format("新闻" * 30).encode(), "").charset == "utf-8"
    assert decode(page.format("新闻" * 30).encode("gbk"), "").text.count("新闻") == 30
