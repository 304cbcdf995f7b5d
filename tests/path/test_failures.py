"""25 failures of real outlets, each over the whole path: nothing is lost, nothing doubled, no junk is stored, no alert is
false, and people are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from crawler.cli.figures import status_troubles
from crawler.config import load_config
from schedules.monitor import outlook
from storage.store import Store
from tests.path.newsroom import START, Newsroom, adds_up, told
from tests.world import failures
from tests.world.answers import Answer
from tests.world.failures import Site, Story
from tests.world.server import World

Make = Callable[..., Newsroom]

HARBOUR = '\n[[rules]]\nid = "harbour"\nquery = "harbour"\nto = ["desk"]\n'
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Stage:
    """An outlet with two hosts whose first list was polled, and that publishes two articles more."""

    room: Newsroom
    world: World
    site: Site
    news: list[Story]

    def crawl(self, after: timedelta = 5 * MINUTE) -> dict[str, Any]:
        """Run a pass; its sums must add up and the store must be whole."""
        report = self.room.crawl(after=after)["example"]
        assert adds_up(report), told(report)
        with Store.open(self.room.folder / "newshawk.db") as store:
            assert store.check() == []
        return report

    def switch_on(self, failure: Callable[[World, Site], None]) -> None:
        """Let the failure happen from now on."""
        failure(self.world, self.site)

    def articles(self) -> dict[int, dict[str, Any]]:
        """The articles by the number in their address; there is one each."""
        rows = self.room.rows()
        found = {int(row["url"].split("/story/")[1].split("/")[0]): row for row in rows}
        assert len(found) == len(rows)
        return found

    def has_all(self, *, word_for_word: bool = True) -> bool:
        """Return whether every article that was published is stored, once, with its own text."""
        found = self.articles()
        texts = all(
            found[one.number]["body"].split("\n") == list(one.text)
            for one in self.site.stories
            if one.number in found
        )
        return found.keys() == {one.number for one in self.site.stories} and (texts or not word_for_word)

    def told(self) -> list[str]:
        """What ``status`` says below its table."""
        return status_troubles(outlook(load_config(self.room.config), START + HOUR)["outlets"], START + HOUR)

    def asked(self, hosts: Iterable[str]) -> list[str]:
        """The addresses asked at these hosts."""
        return [one.url for one in self.world.asked if one.host in hosts]


@pytest.fixture
def stage(newsroom: Make, world: World) -> Stage:
    """The outlet with its first list polled, and two articles more in its feed."""
    site = Site(id="example", hosts=("www.example.com", "example-mirror.net"))
    site.add(1, 2, 3)
    site.publish(world)
    room = newsroom(site.declared(), HARBOUR)
    assert room.crawl()["example"]["new"] == 3
    news = site.add(101, 102)
    site.publish(world)
    return Stage(room, world, site, news)


def test_a_web_page_where_the_feed_was_gives_way_to_the_mirror(stage: Stage) -> None:
    stage.switch_on(failures.html_where_the_feed_was)
    report = stage.crawl()
    assert (report["new"], report["error"]) == (2, None), told(report)
    assert stage.has_all()
    assert len(stage.room.mails()) == 2


def test_a_bot_check_is_no_article_and_the_mirror_serves(stage: Stage) -> None:
    stage.switch_on(failures.challenge)
    report = stage.crawl()
    assert (report["new"], report["host"]) == (2, "example-mirror.net"), told(report)
    assert stage.has_all()
    assert stage.room.sql("SELECT count(*) FROM revisions WHERE body LIKE '%browser%'") == [(0,)]


def test_a_guid_that_flaps_between_http_and_https_is_one_article(stage: Stage) -> None:
    stage.switch_on(failures.guid_turns_https)
    assert stage.crawl()["new"] == 2
    for minutes in (10, 15, 20):
        assert stage.crawl(minutes * MINUTE)["new"] == 0
    assert stage.has_all()
    assert len(stage.room.mails()) == 2


def test_a_guid_of_another_host_and_an_edited_slug_are_the_same_article(stage: Stage) -> None:
    stage.switch_on(failures.guid_of_another_host)
    report = stage.crawl()
    assert (report["new"], report["duplicate"]) == (2, 5), told(report)
    assert stage.has_all()
    assert len(stage.room.mails()) == 2


def test_a_guid_that_is_random_makes_nothing_new(stage: Stage) -> None:
    stage.switch_on(failures.random_guid)
    assert [stage.crawl(minutes * MINUTE)["new"] for minutes in (5, 10, 15)] == [2, 0, 0]
    assert stage.has_all()
    assert len(stage.room.mails()) == 2


def test_a_rewritten_title_is_no_new_article_and_a_silent_edit_is_a_revision(stage: Stage) -> None:
    stage.crawl()
    stage.switch_on(failures.rewritten_titles)
    assert stage.crawl(10 * MINUTE)["new"] == 0
    edited = stage.news[0].page().replace("</article>", "<p>One figure was put right.</p></article>")
    stage.site.serve(stage.world, stage.news[0].path, Answer(body=edited), hosts=stage.site.hosts)
    report = stage.crawl(2 * HOUR)
    assert (report["new"], report["revised"]) == (0, 1), told(report)
    assert stage.articles()[101]["revision"] == 2
    assert len(stage.room.mails()) == 2


def test_odd_dates_hold_nothing_back_and_are_kept_as_they_came(stage: Stage) -> None:
    stage.switch_on(failures.odd_dates)
    assert stage.crawl()["new"] == 2
    assert stage.has_all()
    assert len(stage.room.mails()) == 2
    raw = stage.room.sql("SELECT published_raw FROM links WHERE url LIKE '%/story/10%' ORDER BY id")
    assert raw == [("Tue, 24 Nov 2099 07:00:00 GMT",), ("Thu, 01 Jan 1970 00:00:00 GMT",)]


def test_without_dates_and_with_a_pinned_item_the_new_ones_are_found(stage: Stage) -> None:
    stage.switch_on(failures.no_dates_and_a_pinned_item)
    report = stage.crawl()
    assert (report["new"], report["known"]) == (2, 3), told(report)
    assert stage.has_all()
    assert {row["published_at"] for row in stage.articles().values()} == {None}


def test_a_host_that_forbids_everything_gives_way_to_the_mirror(stage: Stage) -> None:
    stage.switch_on(failures.forbidden)
    report = stage.crawl()
    assert (report["new"], report["host"], report["error"]) == (2, "example-mirror.net", None), told(report)
    assert stage.has_all()


def test_a_consent_wall_is_no_article_and_overwrites_none(stage: Stage) -> None:
    stage.switch_on(failures.consent_wall)
    assert stage.crawl()["new"] == 2
    report = stage.crawl(2 * HOUR)
    assert (report["revised"], report["failed"]) == (0, 0), told(report)
    assert stage.has_all()


def test_windows_1256_is_read_as_it_was_written(stage: Stage) -> None:
    stage.switch_on(failures.windows_1256)
    assert stage.crawl()["new"] == 2
    found = stage.articles()[101]
    assert found["title"] == "حريق 101"
    assert failures.ARABIC[0] in found["body"]
    assert "\ufffd" not in found["body"]


def test_text_that_stands_twice_and_a_block_to_share_are_stored_once_and_not_at_all(stage: Stage) -> None:
    stage.switch_on(failures.share_blocks)
    assert stage.crawl()["new"] == 2
    for one in stage.news:
        lines = stage.articles()[one.number]["body"].split("\n")
        assert len(lines) == len(set(lines)), lines
        assert set(one.text) <= set(lines)
        assert "Tweet" not in lines


def test_the_day_of_publication_is_not_that_of_the_last_change(stage: Stage) -> None:
    stage.switch_on(failures.modified_for_published)
    assert stage.crawl()["new"] == 2
    assert stage.articles()[101]["published_at"] == "2026-11-22T08:00:00Z"


def test_a_soft_404_is_no_article_and_removes_none(stage: Stage) -> None:
    stage.switch_on(failures.soft_404)
    assert stage.crawl()["new"] == 2
    for hours in (2, 16, 30):
        assert stage.crawl(hours * HOUR)["revised"] == 0
    assert stage.has_all()
    assert {row["gone_at"] for row in stage.articles().values()} == {None}


def test_a_redirect_loop_is_left_and_the_mirror_serves(stage: Stage) -> None:
    stage.switch_on(failures.redirect_loop)
    report = stage.crawl()
    assert (report["new"], report["error"]) == (2, None), told(report)
    assert stage.has_all()
    assert len(stage.asked(["www.example.com"])) < 60


def test_a_move_to_the_front_page_of_another_domain_is_not_followed(stage: Stage) -> None:
    stage.switch_on(failures.moved_to_a_new_domain)
    report = stage.crawl()
    assert (report["new"], report["host"]) == (2, "example-mirror.net"), told(report)
    assert stage.has_all()
    assert stage.asked(["new-example.example"]) == []


def test_gzip_that_is_none_gives_way_and_gzip_that_nobody_asked_for_is_read(stage: Stage) -> None:
    stage.switch_on(failures.wrong_encoding)
    report = stage.crawl()
    assert (report["new"], report["error"]) == (2, None), told(report)
    assert stage.has_all()


def test_an_incomplete_chain_of_certificates_is_never_looked_past(stage: Stage) -> None:
    stage.switch_on(failures.incomplete_chain)
    before = len(stage.asked(["www.example.com"]))
    report = stage.crawl()
    assert (report["new"], report["host"]) == (2, "example-mirror.net"), told(report)
    assert stage.has_all()
    asked = stage.asked(["www.example.com"])[before:]
    assert not [url for url in asked if url.startswith("https:")]


def test_429_leaves_the_host_alone_and_the_mirror_serves(stage: Stage) -> None:
    stage.switch_on(failures.too_many_requests)
    before = len(stage.asked(["www.example.com"]))
    report = stage.crawl()
    assert (report["new"], report["host"]) == (2, "example-mirror.net"), told(report)
    assert stage.has_all()
    assert len(stage.asked(["www.example.com"])) - before <= 6


def test_old_news_links_are_resolved_and_sealed_ones_are_counted(stage: Stage) -> None:
    stage.switch_on(failures.google_news_links)
    report = stage.crawl()
    assert (report["new"], report["skipped"]) == (2, 1), told(report)
    assert stage.has_all()
    assert stage.room.sql("SELECT state FROM links WHERE url LIKE '%news.google%'") == [("skipped",)]
    assert stage.asked(["news.google.com"]) == []


def test_many_slugs_and_an_amp_twin_are_one_article(stage: Stage) -> None:
    stage.switch_on(failures.slugs_and_amp)
    report = stage.crawl()
    assert report["new"] == 2, told(report)
    assert stage.has_all()
    assert len(stage.room.mails()) == 2
    assert not any("/amp" in row["url"] for row in stage.articles().values())


def test_a_blackout_loses_nothing_and_is_told(stage: Stage) -> None:
    stage.switch_on(failures.blackout)
    report = stage.crawl()
    assert (report["found"], report["error"] is None) == (0, False), told(report)
    assert any(line.startswith("example: ") and "www.example.com" in line for line in stage.told())
    stage.site.publish(stage.world)
    assert stage.crawl(2 * HOUR)["new"] == 2
    assert stage.has_all()
    assert len(stage.room.mails()) == 2
    assert not any(line.startswith("example: www.example.com") for line in stage.told())


def test_one_dead_feed_holds_up_neither_the_other_nor_another_outlet(stage: Stage) -> None:
    other = Site(id="wire", hosts=("wire.example.org", "wire-mirror.example.net"))
    other.add(501)
    other.publish(stage.world)
    stage.room.declare(stage.site.declared(), other.declared(), HARBOUR)
    stage.switch_on(failures.one_dead_feed)
    reports = stage.room.crawl(after=5 * MINUTE)
    assert (reports["example"]["new"], reports["example"]["error"]) == (2, None)
    assert reports["wire"]["new"] == 1
    assert stage.has_all() or len(stage.room.rows()) == 6
    assert any("more.xml" in line and "404" in line for line in stage.told())


def test_the_bench_in_its_short_form_loses_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    from benchmarks.failures import Bench

    folder = tmp_path_factory.mktemp("bench")
    with World(folder) as world:
        bench = Bench(folder, world, 4)
        rows = bench.run((failures.challenge, failures.incomplete_chain, failures.blackout))
        bench.pool.end()
        assert bench.audit() == []
    assert [row.missing for row in rows] == [0, 0, 0]
    assert json.dumps([row.failure for row in rows]) == '["challenge", "incomplete_chain", "blackout"]'
    assert rows[0].served_after is not None


# --- by way of what is doubted, told and classed --------------------------------------------------


def test_a_host_that_says_304_for_ever_is_put_to_the_proof(stage: Stage) -> None:
    stage.switch_on(failures.permanent_304)
    found = 0
    for hours in (1, 7, 13, 19, 26):
        found += stage.crawl(hours * HOUR)["new"]
    assert found == 2
    assert stage.has_all()
    assert len(stage.room.mails()) == 2


def test_a_page_that_asks_for_javascript_is_no_article(stage: Stage) -> None:
    stage.switch_on(failures.javascript_disabled)
    report = stage.crawl()
    assert stage.room.sql("SELECT count(*) FROM revisions WHERE body LIKE '%JavaScript%'") == [(0,)]
    assert report["new"] == 2, told(report)
    stage.site.publish(stage.world)
    stage.crawl(2 * HOUR)
    assert stage.has_all()
    assert len(stage.room.mails()) == 2


@pytest.mark.parametrize(
    "failure",
    [
        failures.challenge,
        failures.forbidden,
        failures.incomplete_chain,
        failures.too_many_requests,
        failures.moved_to_a_new_domain,
    ],
)
def test_status_names_the_host_that_gave_way_and_why(
    stage: Stage, failure: Callable[[World, Site], None]
) -> None:
    stage.switch_on(failure)
    assert stage.crawl()["new"] == 2
    rows = outlook(load_config(stage.room.config), START + 6 * MINUTE)["outlets"]["example"]["hosts"]
    by_host = {row["host"]: row["reason"] for row in rows}
    assert by_host["www.example.com"]
    assert not by_host["example-mirror.net"]


def test_outlets_of_one_country_that_fail_together_are_one_event(newsroom: Make, world: World) -> None:
    dark = [Site(id=f"dark{n}", hosts=(f"www.dark{n}.example", f"dark{n}-mirror.example")) for n in range(4)]
    tables = [site.declared() + 'country = "IR"\n' for site in dark]
    room = newsroom(*tables, HARBOUR)
    for site in dark:
        site.add(1000 * int(site.id[-1]) + 1)
        site.publish(world)
    room.crawl()
    for site in dark:
        failures.blackout(world, site)
    room.crawl(after=HOUR)
    said = outlook(load_config(room.config), START + HOUR)
    assert len(said["blackouts"]) == 1
    assert sorted(said["blackouts"][0]["outlets"]) == [site.id for site in dark]
