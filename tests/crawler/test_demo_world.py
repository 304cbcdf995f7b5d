"""The sample world of the demo: what its hosts answer, and that it is whole and the same every time."""

from __future__ import annotations

import socket
import tomllib
import urllib.error
import urllib.request
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.demo import folder, lists, server, world
from crawler.demo.articles import OUTLETS, load_articles
from crawler.demo.pages import NOTICE
from crawler.errors import UsageError

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def sample() -> world.SampleWorld:
    return world.SampleWorld(START)


def body_of(sample: world.SampleWorld, url: str) -> str:
    answer = sample.answer(url)
    assert answer.status == 200, url
    return answer.body.decode()


def test_there_are_at_least_25_articles_of_4_to_8_paragraphs(sample: world.SampleWorld) -> None:
    sample.act = 2
    assert sample.count() >= 25
    for outlet in OUTLETS:
        for article in sample.articles(outlet):
            assert 4 <= len(article.paragraphs) <= 8, article.slug


def test_all_titles_and_first_paragraphs_differ(sample: world.SampleWorld) -> None:
    sample.act = 2
    articles = [article for outlet in OUTLETS for article in sample.articles(outlet)]
    for one, other in combinations(articles, 2):
        assert one.title != other.title
        assert one.paragraphs[0] != other.paragraphs[0]


def test_two_worlds_of_the_same_start_answer_alike(sample: world.SampleWorld) -> None:
    again = world.SampleWorld(START)
    for url in ("http://www.presstv.example/rss.xml", "http://www.northwire.example/atom.xml"):
        assert sample.answer(url) == again.answer(url)


def test_the_press_tv_feed_has_three_hosts_no_guid_no_date_and_items_twice(sample: world.SampleWorld) -> None:
    feed = body_of(sample, "http://www.presstv-mirror.example/rss.xml")
    assert "<guid" not in feed
    assert "<pubDate" not in feed
    assert "http://www.presstv.example" in feed
    assert feed.count("<item>") > len(sample.articles("presstv_sample"))
    numbers = [part.split("/")[7] for part in feed.split("<item><link>")[1:]]
    assert numbers != sorted(numbers)
    assert len(set(numbers)) == len(sample.articles("presstv_sample"))


def test_every_listed_address_of_the_first_act_gives_a_page(sample: world.SampleWorld) -> None:
    for article in sample.articles("presstv_sample"):
        page = body_of(sample, f"http://presstv.example{lists.presstv_path(article)}")
        assert NOTICE in page
        assert f"News   /   {article.section}" in page
    for article in sample.articles("northwire"):
        for url in (f"http://www.northwire.example/{article.slug}", *article.also_as):
            assert article.paragraphs[0].split("“")[0] in body_of(sample, url)
    for article in sample.articles("sahand"):
        assert article.title in body_of(sample, lists.sahand_url(article))
    for article in sample.articles("coastal_gazette"):
        assert article.title in body_of(sample, f"http://www.coastal-gazette.example/{article.slug}")


def test_in_the_second_act_the_first_host_blocks_the_second_is_seized_and_the_mirror_serves(
    sample: world.SampleWorld,
) -> None:
    sample.act = 2
    first, seized, mirror = world.PRESSTV_HOSTS
    paths = [lists.presstv_path(article) for article in sample.articles("presstv_sample")]
    given = {path: sample.answer(f"http://{first}{path}").status for path in paths}
    served = [path for path, status in given.items() if status == 200]
    assert served[: world.SERVED_BEFORE_BLOCK] == paths[: world.SERVED_BEFORE_BLOCK]
    assert all(world.SPARED in path for path in served[world.SERVED_BEFORE_BLOCK :])
    assert set(given.values()) == {200, 403}
    assert "has been seized by the United States Government" in body_of(sample, f"http://{seized}{paths[0]}")
    assert all(sample.answer(f"http://{mirror}{path}").status == 200 for path in paths)


def test_one_article_is_edited_between_the_acts(sample: world.SampleWorld) -> None:
    before = {article.id: article for article in sample.articles("presstv_sample")}
    sample.act = 2
    changed = [
        article
        for article in sample.articles("presstv_sample")
        if article.id in before and article.paragraphs != before[article.id].paragraphs
    ]
    assert [article.id for article in changed] == ["900104"]
    assert "evacuation" in changed[0].title


def test_the_copy_carries_the_other_outlets_text_with_its_own_head_and_tail() -> None:
    copy = next(article for article in load_articles("northwire", START, 2) if article.copy_of)
    original = next(
        article for article in load_articles("presstv_sample", START, 2) if article.id == copy.copy_of
    )
    assert copy.paragraphs[1:-1] == original.paragraphs
    assert copy.title != original.title


def test_a_renamed_article_is_listed_under_a_second_slug_in_the_second_act(sample: world.SampleWorld) -> None:
    number, slug = lists.PRESSTV_NEW_SLUG
    assert f"{number}/{slug}" not in body_of(sample, "http://www.presstv.example/rss.xml")
    sample.act = 2
    assert f"{number}/{slug}" in body_of(sample, "http://www.presstv.example/rss.xml")


def test_there_is_a_dead_link_and_a_challenge_with_status_200(sample: world.SampleWorld) -> None:
    assert sample.answer(world.DEAD_LINK[0]).status == 404
    assert "/cdn-cgi/challenge-platform/" in body_of(sample, world.CHALLENGED[0])


def test_an_unknown_host_is_a_502_and_nobody_is_asked(sample: world.SampleWorld) -> None:
    assert sample.answer("http://www.example.com/").status == 502


def ask(proxy: str, url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=10) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def test_the_proxy_serves_pages_by_host_and_answers_304_to_its_own_tag(sample: world.SampleWorld) -> None:
    with server.serve(sample) as proxy:
        url = "http://www.sahand.example/rss"
        status, body, headers = ask(proxy, url)
        assert status == 200
        assert "سهند" in body.decode()
        assert ask(proxy, url, **{"If-None-Match": headers["ETag"]})[0] == 304
        assert ask(proxy, "http://nowhere.example/")[0] == 502
    port = urlsplit(proxy).port
    assert port is not None
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
        pass


def test_the_folder_is_made_fresh_and_keeps_what_is_not_its_own(tmp_path: Path) -> None:
    place = tmp_path / "newshawk-demo"
    config = folder.prepare(place, "http://127.0.0.1:1")
    assert tomllib.loads(config.read_text(encoding="utf-8"))["network"]["proxy"] == "http://127.0.0.1:1"
    (place / "newshawk.db").write_bytes(b"old")
    (place / "mail" / "1.eml").write_bytes(b"old")
    (place / "notes.txt").write_text("mine")
    folder.prepare(place, "http://127.0.0.1:2")
    assert sorted(path.name for path in place.iterdir()) == [
        ".newshawk-demo",
        "mail",
        "newshawk.toml",
        "notes.txt",
    ]
    assert list((place / "mail").iterdir()) == []


def test_a_folder_that_no_demo_made_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "newshawk.db").write_bytes(b"the archive of somebody")
    with pytest.raises(UsageError, match="no demo made"):
        folder.prepare(tmp_path, "http://127.0.0.1:1")
    assert [path.name for path in tmp_path.iterdir()] == ["newshawk.db"]
