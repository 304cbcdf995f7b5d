"""The canonical form of addresses, and the wrappers around them."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.errors import AddressRefused
from crawler.urls import (
    MAX_LENGTH,
    TRACKERS,
    canonical_url,
    host_of,
    path_and_query,
    resolve_wrapper,
    scheme_ok,
    sorted_query,
    with_host,
)

PAGE = "https://www.presstv.ir/Detail/2023/04/18/701800/Russia-Putin-Ukraine-Kherson-Luhansk-Bakhmut-"


@pytest.mark.parametrize(
    "given_url",
    [
        PAGE,
        PAGE + "#comments",
        PAGE + "?utm_source=rss&utm_medium=rss&utm_campaign=RSS",
        PAGE + "?fbclid=a&gclid=b&OCID=c&cmpid=d&at_medium=e&xtor=RSS-1&ref=rss",
        PAGE.replace("www.presstv.ir", "WWW.PressTV.IR:443"),
        PAGE.replace("www.presstv.ir", "www.presstv.ir."),
        PAGE.replace("www.", "www.m."),
        PAGE + "?amp=1",
        PAGE + "/amp",
        PAGE + ".amp",
        PAGE.replace("https:", ""),
        PAGE.replace("https://", "") + "?",
        PAGE.replace("https://www.presstv.ir", "www.presstv.ir:443"),
        PAGE.replace("https://www.presstv.ir", "http://www.presstv.ir:443"),
        PAGE.replace("https://", "https:\\\\"),
        "  \n" + PAGE + "\t\x00 ",
        PAGE[:20] + "\r\n" + PAGE[20:],
        "https://www.google.com/amp/s/" + PAGE.removeprefix("https://") + "?amp=1",
        "https://www-presstv-ir.cdn.ampproject.org/c/s/" + PAGE.removeprefix("https://"),
    ],
)
def test_one_document_has_one_address(given_url: str) -> None:
    assert canonical_url(given_url) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.ir/a/Iran’s-oil", "https://x.ir/a/Iran%E2%80%99s-oil"),
        ("https://x.ir/a/Iran%e2%80%99s-oil", "https://x.ir/a/Iran%E2%80%99s-oil"),
        ("https://x.ir/a/antisemitism-\u00a0", "https://x.ir/a/antisemitism-%C2%A0"),
        ("https://x.ir/Seven-killed,-3-injured", "https://x.ir/Seven-killed%2C-3-injured"),
        ("https://x.ir/%7Euser/%41", "https://x.ir/~user/A"),
        ("https://x.ir/a b", "https://x.ir/a%20b"),
        ("https://x.ir/?q=a+b", "https://x.ir/?q=a%20b"),
        ("https://x.ir/?a=1&amp;b=2", "https://x.ir/?a=1&b=2"),
        ("https://x.ir/?u=a%2Fb", "https://x.ir/?u=a/b"),
        ("https://x.ir", "https://x.ir/"),
        ("https://m.x.ir/a", "https://x.ir/a"),
        ("https://mobile.x.ir/a", "https://x.ir/a"),
        ("https://amp.x.ir:8001/a", "https://x.ir:8001/a"),
        ("https://fa.m.wikipedia.org/wiki/X", "https://fa.wikipedia.org/wiki/X"),
        ("https://x.ir/story/amp/", "https://x.ir/story/"),
        ("https://x.ir/story.amp.html", "https://x.ir/story.html"),
        ("https://x.ir/amp/news/2023/a-story", "https://x.ir/news/2023/a-story"),
        ("https://x.ir/story?outputType=amp", "https://x.ir/story"),
        ("https://x.ir/a;jsessionid=0F3A?id=2", "https://x.ir/a?id=2"),
        ("https://خبر.ir/الف", "https://xn--ngblk.ir/%D8%A7%D9%84%D9%81"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://x.ir:80/", "http://x.ir/"),
        ("https://x.ir:80/a", "http://x.ir/a"),
    ],
)
def test_two_spellings_meet(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    "kept",
    [
        "https://x.ir/detail.aspx?id=139946&sectionid=351020403",
        "https://x.ir/?p=12",
        "https://x.ir/story?storyid=7&cid=3&ref=88&source=archive",
        "https://x.ir/Slug-With-Case-",
        "https://x.ir/trailing/",
        "https://x.ir/a//b",
        "https://x.ir/a%2Fb",
        "https://x.ir/index.html",
        "https://x.ir/amp",
        "https://x.ir/amp/guitars",
        "https://x.ir/champ",
        "https://x.ir/?z=1&a=2",
        "https://m.me/x",
        "https://m.co.uk/x",
        "https://mobile.de/x",
        "http://x.ir/a",
        "http://x.ir:8001/a",
        "http://[2001:db8::1]:8001/a",
        "https://x.ir/100%25",
        "https://x.ir/%E9t%E9",
    ],
)
def test_what_identifies_is_kept(kept: str) -> None:
    assert canonical_url(kept) == kept


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("javascript:void(0)", "scheme"),
        ("mailto:desk@example.org", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("ftp://x.ir/a", "scheme"),
        ("data:text/html,<b>", "scheme"),
        ("JaVaScript:alert(1)//http://x.ir", "scheme"),
        ("", "malformed"),
        ("   ", "malformed"),
        ("/Detail/1", "malformed"),
        ("http://", "malformed"),
        ("http://./", "malformed"),
        ("http://a b/", "malformed"),
        ("http://x.ir:99999/", "malformed"),
        ("http://x.ir/\ud800", "malformed"),
        ("http://user:pw@x.ir/", "userinfo"),
        ("http://www.presstv.ir@evil.example/", "userinfo"),
        ("http://x.ir/" + "a" * 1_000_000, "too_long"),
        ("http://x.ir/" + "é" * 7_000, "too_long"),
        ("https://cdn.ampproject.org" + "/c/s/cdn.ampproject.org" * 20 + "/c/s/x.ir/a", "malformed"),
    ],
)
def test_what_is_no_address_is_refused_with_a_word(bad: str, reason: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        canonical_url(bad)
    assert refused.value.reason == reason
    assert len(str(refused.value)) < MAX_LENGTH + 100


addresses = st.one_of(
    st.text(max_size=80),
    st.builds(
        "http{}://{}{}/{}?{}".format,
        st.sampled_from(["", "s"]),
        st.sampled_from(
            ["x.ir", "m.x.ir", "amp.m.x.co.uk", "www.google.com", "cdn.ampproject.org", "[::1]", "1.2.3.4"]
        ),
        st.sampled_from(["", ":443", ":80", ":8001", "."]),
        st.text(st.sampled_from("aB/.-%25é’;=&+ampmhtl,'\\\u00a0\u200f"), max_size=40),
        st.text(st.sampled_from("ap=&;+%20m1utm_é?/#"), max_size=40),
    ),
)


@settings(deadline=None)
@given(addresses)
@example("http://x.ir/a/...amp")
@example("http://x.ir/?a=1&amp;amp;b=2")
def test_canonical_is_idempotent_and_raises_nothing_else(url: str) -> None:
    try:
        once = canonical_url(url)
    except AddressRefused:
        return
    assert canonical_url(once) == once
    assert host_of(once)
    assert path_and_query(once).startswith("/")


@settings(deadline=None)
@given(st.text())
def test_wrappers_and_scheme_never_raise(url: str) -> None:
    assert isinstance(resolve_wrapper(url), str)
    assert isinstance(scheme_ok(url), bool)


def test_host_of_names_the_port_only_when_it_matters() -> None:
    assert host_of("https://WWW.PressTV.ir:443/a") == "www.presstv.ir"
    assert host_of("http://127.0.0.1:8001/a") == "127.0.0.1:8001"
    assert host_of("https://m.x.ir/") == "m.x.ir"


def test_with_host_keeps_path_and_query() -> None:
    assert with_host(PAGE + "?a=1#b", "presstv.ir") == PAGE.replace("www.", "") + "?a=1"
    assert with_host(PAGE, "127.0.0.1:8001", "http").startswith("http://127.0.0.1:8001/Detail/2023/")


def test_sorted_query_lets_reordered_queries_meet() -> None:
    assert sorted_query("https://x.ir/?b=1&a=2&a=1") == "https://x.ir/?a=2&a=1&b=1"
    assert sorted_query("https://x.ir/a") == "https://x.ir/a"


def _google_news(url: bytes) -> str:
    length = bytes([len(url)]) if len(url) < 128 else bytes([len(url) & 0x7F | 0x80, len(url) >> 7])
    token = base64.urlsafe_b64encode(b"\x08\x13\x22" + length + url + b"\xd2\x01\x00").rstrip(b"=").decode()
    return f"https://news.google.com/rss/articles/{token}?oc=5"


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://www.google.com/url?rct=j&sa=t&url=" + PAGE + "&ct=ga",
        "https://www.google.co.uk/url?q=" + PAGE + "&sa=D",
        "https://l.facebook.com/l.php?u=https%3A%2F%2F" + PAGE.removeprefix("https://") + "&h=AT",
        "https://vk.com/away.php?to=" + PAGE,
        _google_news(PAGE.encode()),
        "https://www.google.com/url?q=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D" + PAGE,
    ],
)
def test_wrappers_that_carry_the_address_are_resolved(wrapped: str) -> None:
    assert resolve_wrapper(wrapped) == PAGE


def test_a_long_google_news_address_is_resolved() -> None:
    long = b"https://www.presstv.ir/Detail/2026/08/15/774416/" + b"a-" * 100
    assert resolve_wrapper(_google_news(long)) == long.decode()


@pytest.mark.parametrize(
    "kept",
    [
        "https://t.co/abc",
        "http://feedproxy.google.com/~r/x/~3/abc/",
        "https://news.google.com/rss/articles/CBMiAUFVX3lxTE1hYmM?oc=5",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://evilgoogle.com/url?q=" + PAGE,
        "javascript:void(0)",
        PAGE,
    ],
)
def test_what_cannot_be_resolved_offline_stays(kept: str) -> None:
    assert resolve_wrapper(kept) == kept


def test_trackers_are_written_in_lower_case() -> None:
    assert {name.lower() for name in TRACKERS} == TRACKERS
    assert not TRACKERS & {"id", "p", "sectionid", "storyid", "cid", "ref", "source", "page", "lang"}


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://www-x-com.cdn.ampproject.org/c/s/www.x.com/world/eleven",
        "https://www.google.com/amp/s/www.x.com/world/eleven",
    ],
)
def test_an_amp_cache_is_a_wrapper(wrapped: str) -> None:
    assert resolve_wrapper(wrapped) == "https://www.x.com/world/eleven"
