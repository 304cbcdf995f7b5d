"""One article under all the addresses that mirrors, feeds and services give it; and what stays apart."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from crawler.feeds import read_feed
from crawler.identity import classify_link, ledger_key
from crawler.outlets.load import catalogue
from crawler.urls import with_host

FEEDS = Path(__file__).parents[3] / "shared" / "data" / "feeds"
PATH = "/Detail/2026/08/15/774416/Iran-Oman-Hormuz-Baghaei"
PLAIN = f"https://www.presstv.ir{PATH}"


def google_news(url: str) -> str:
    """Return the older form of a Google News link, which carries the address."""
    octets = url.encode()
    size = bytes([len(octets)]) if len(octets) < 128 else bytes([len(octets) & 0x7F | 0x80, len(octets) >> 7])
    token = base64.urlsafe_b64encode(b"\x08\x13\x22" + size + octets + b"\xd2\x01\x00").decode().rstrip("=")
    return f"https://news.google.com/rss/articles/{token}?oc=5"


SAME = {
    "as it is": PLAIN,
    "plain http": f"http://www.presstv.ir{PATH}",
    "without www": f"https://presstv.ir{PATH}",
    "with the port": f"https://www.presstv.ir:443{PATH}",
    "http with the port of https": f"http://presstv.ir:443{PATH}",
    "https with the port of http": f"https://presstv.ir:80{PATH}",
    "a mirror": f"https://www.presstv.co.uk{PATH}",
    "a mirror without www": f"https://presstv.co.uk{PATH}",
    "a former domain": f"http://www.presstv.com{PATH}",
    "a copy at a content network": f"http://599046384.r.worldcdn.net{PATH}",
    "the mobile site": f"https://m.presstv.ir{PATH}",
    "the amp site": f"https://amp.presstv.ir{PATH}",
    "an amp path": f"https://www.presstv.ir{PATH}/amp",
    "an amp switch": f"{PLAIN}?amp=1",
    "the amp cache": f"https://www-presstv-ir.cdn.ampproject.org/c/s/www.presstv.ir{PATH}",
    "an amp viewer": f"https://www.google.com/amp/s/www.presstv.ir{PATH}",
    "with trackers": f"{PLAIN}?utm_source=rss&utm_medium=feed&fbclid=x#top",
    "of capital letters": f"HTTPS://WWW.PRESSTV.IR{PATH}",
    "a google result": f"https://www.google.com/url?q={PLAIN}&sa=D",
    "google news with the address": f"https://news.google.com/news/url?sa=t&url={PLAIN}",
    "google news of the older form": google_news(PLAIN),
    "google news about a mirror": google_news(f"http://presstv.co.uk{PATH}"),
    "a wrapper in a wrapper": f"https://www.google.com/url?q={google_news(PLAIN)}",
}


@pytest.mark.parametrize("form", SAME)
def test_one_article_under(form: str) -> None:
    outlet = catalogue()["presstv"]
    found = classify_link(outlet, SAME[form])
    assert (found.refusal, found.key.kind, found.key.value) == ("", "id", "774416")
    assert found.ledger_key == ledger_key(outlet, PLAIN)
    assert found.address.partition("://")[2] == PLAIN.partition("://")[2]


def test_feedburners_note_of_the_origin_is_the_link() -> None:
    feed = f"""<?xml version="1.0"?><rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
    <channel><title>x</title><item><title>a</title><link>http://feedproxy.google.com/~r/x/~3/y/</link>
    <feedburner:origLink>https://www.presstv.co.uk{PATH}?utm_source=feedburner</feedburner:origLink></item></channel></rss>"""
    (entry,) = read_feed(feed.encode(), url="http://feeds.feedburner.com/x", content_type="").entries
    assert classify_link(catalogue()["presstv"], entry.url).key.value == "774416"


@pytest.mark.parametrize(
    ("mine", "url"),
    [
        ("presstv", f"https://french.presstv.ir{PATH}"),
        ("presstv", f"https://french.presstv.ir:443{PATH}"),
        ("presstv", f"http://350431105.r.worldcdn.net{PATH}"),
        ("presstv", f"http://112481749.r.worldcdn.net{PATH}"),
        ("presstv", f"https://www.presstv.ir.example.com{PATH}"),
        ("presstv", f"https://presstv-ir.com{PATH}"),
        ("presstv-fr", f"https://www.presstv.co.uk{PATH}"),
        ("presstv-fr", f"http://599046384.r.worldcdn.net{PATH}"),
        ("rt", "https://francais.rt.com/russie/640735-x"),
        ("rt", "https://www.rt.com.mirror.example/russia/640735-putins-visit-to-kazakhstan/"),
    ],
)
def test_editions_and_impostors_stay_apart(mine: str, url: str) -> None:
    outlet = catalogue()[mine]
    assert classify_link(outlet, url).refusal == "foreign"


def test_the_editions_share_the_form_of_addresses_and_no_host() -> None:
    english, french = catalogue()["presstv"], catalogue()["presstv-fr"]
    shared = {*english.hosts, *english.aliases} & {*french.hosts, *french.aliases}
    assert shared == {"presstv.ir"}, (
        "the French feed writes its links so; they are asked at French hosts only"
    )
    assert "presstv.ir" not in french.hosts
    french_url = with_host(PLAIN, french.hosts[0])
    assert classify_link(french, french_url).key.value == "774416"


@pytest.mark.skipif(not FEEDS.is_dir(), reason="../shared/data/feeds is absent")
def test_the_feeds_of_rt_and_of_its_mirrors_name_the_same_articles() -> None:
    outlet = catalogue()["rt"]
    named: dict[str, set[str]] = {}
    for path in sorted(FEEDS.glob("rt*__*.xml")):
        host = next(host for host in outlet.hosts if host in path.name)
        listing = read_feed(path.read_bytes(), url=f"https://{host}/rss/", content_type="application/rss+xml")
        assert listing.entries, path.name
        for entry in listing.entries:
            for url in (entry.url, entry.guid, *(with_host(entry.url, each) for each in outlet.hosts)):
                found = classify_link(outlet, url)
                assert (found.refusal, found.key.kind) == ("", "id"), (path.name, url)
                named.setdefault(found.key.value, set()).add(found.ledger_key)
                assert found.address.startswith("https://www.rt.com/"), url
    assert len(named) >= 4
    assert all(len(ledger_keys) == 1 for ledger_keys in named.values()), (
        "one address an article over all hosts"
    )
