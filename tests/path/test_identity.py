"""What changes around an outlet's articles and what must not: citations, one article each, one alert each."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crawler.cli.app import app
from crawler.config import load_config
from crawler.errors import ConfigError
from storage.store import Store
from tests.path.commands import Daemon, newshawk
from tests.path.newsroom import EXAMPLE, FIRE, Newsroom, told
from tests.path.test_feed_to_mail import FIRE_TEXT, FIRE_URL, LIBRARY_TEXT, LIBRARY_URL
from tests.world.answers import Answer, feed, html
from tests.world.server import World

Make = Callable[..., Newsroom]

FERRY_TEXT = (
    "The ferry to the outer islands stays in port until Friday, its owners said.",
    "A pump of the main engine broke, and the part has to come from the mainland by road.",
    "Islanders who need a doctor are taken over by the lifeboat in the meantime.",
)
FERRY_URL = "https://www.example.com/story/102/no-ferry"
RENAMED_URL = "https://www.example.com/story/100/fire-in-the-harbour-is-out"
PAGES = {
    "/story/100/fire-in-the-harbour": ("Fire in the harbour", FIRE_TEXT),
    "/story/100/fire-in-the-harbour-is-out": ("Fire in the harbour is out", FIRE_TEXT),
    "/story/101/library-opens": ("Library opens reading room", LIBRARY_TEXT),
    "/story/102/no-ferry": ("No ferry before Friday", FERRY_TEXT),
}
HOSTS = ("www.example.com", "example-mirror.net")
BY_PATH = EXAMPLE.replace("article_id = '/story/(\\d+)'\n", "")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def publish(world: World, *urls: str, hosts: tuple[str, ...] = HOSTS) -> None:
    """Serve a feed that names *urls*, and all stories, on these hosts."""
    for host in hosts:
        world.put(host, "/rss.xml", feed(*urls))
        for path, (title, text) in PAGES.items():
            world.put(host, path, html(title, *text))


def filled(room: Newsroom, world: World) -> dict[int, str]:
    """Crawl a first list, then the fire, which alerts; return the citations."""
    publish(world, LIBRARY_URL)
    room.crawl()
    publish(world, FIRE_URL, LIBRARY_URL)
    room.crawl(after=MINUTE)
    assert len(room.mails()) == 1
    return citations(room)


def citations(room: Newsroom) -> dict[int, str]:
    """The citation of every number that was ever given."""
    with room.store() as store:
        rows = {number: store.article(number) for (number,) in room.sql("SELECT id FROM articles")}
    return {number: row["url"] for number, row in rows.items() if row is not None}


def is_whole(room: Newsroom, before: dict[int, str]) -> bool:
    """Return True when no citation changed, no text stands under two articles, and the store is whole."""
    rows = room.rows()
    texts = [(row["title"], row["body"]) for row in rows]
    now = citations(room)
    with Store.open(room.folder / "newshawk.db") as store:
        faults = store.check(bodies=True)
    kept = all(now[number] == url or url not in {r["url"] for r in rows} for number, url in before.items())
    return kept and before.keys() <= now.keys() and len(set(texts)) == len(texts) and faults == []


def alerts(room: Newsroom) -> int:
    """How many alerts there are in all."""
    return int(room.sql("SELECT count(*) FROM outbox")[0][0])


def typed(room: Newsroom, *words: str) -> Result:
    """Type a command in the newsroom's folder, without a process of its own."""
    return CliRunner().invoke(app, [*words, "--config", str(room.config)], catch_exceptions=True)


def said(room: Newsroom, *words: str) -> str:
    """What a command prints, in one line."""
    done = typed(room, *words)
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


def rekeyed(room: Newsroom, *options: str) -> dict[str, Any]:
    """Run ``newshawk outlets rekey`` and return what it says of the outlet."""
    return dict(
        json.loads(said(room, "outlets", "rekey", "example", "--json", *options))["outlets"]["example"]
    )


# --- names ----------------------------------------------------------------------------------------


def renamed(name: str, *former: str) -> str:
    """Declare the outlet under another id."""
    return EXAMPLE.replace('id = "example"', f'id = "{name}"\nformerly = {json.dumps(former)}')


def test_all_of_a_renamed_outlet_follows_and_nothing_is_told_again(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    before = filled(room, world)
    room.declare(renamed("herald", "example"), FIRE)
    report = room.crawl(after=5 * MINUTE)["herald"]
    assert (report["new"], report["known"]) == (0, 2), told(report)
    for table in ("links", "articles", "feeds", "hosts", "runs"):
        assert room.sql(f"SELECT DISTINCT outlet_id FROM {table}") == [("herald",)]
    assert {row["outlet"] for row in room.rows()} == {"herald"}
    assert len(room.mails()) == 1
    assert is_whole(room, before)


def test_rules_that_name_an_outlet_by_its_former_id_go_on_alerting(newsroom: Make, world: World) -> None:
    limited = FIRE + 'outlets = ["example"]\n'
    queried = FIRE.replace('id = "fire"', 'id = "queried"').replace("harbour", "outlet:example")
    room = newsroom(EXAMPLE, limited, queried)
    publish(world, LIBRARY_URL)
    room.crawl()
    room.declare(renamed("herald", "example"), limited, queried)
    publish(world, FIRE_URL, LIBRARY_URL)
    room.crawl(after=MINUTE)
    assert room.sql("SELECT rule_id, state FROM outbox ORDER BY rule_id") == [
        ("fire", "sent"),
        ("queried", "sent"),
    ]
    assert "called herald now" in said(room, "check")
    assert FIRE_URL in said(room, "search", "outlet:example AND harbour")
    assert "1 article in 1 story" in said(room, "rules", "test", "queried", "--since", "9999d")


def test_an_outlet_may_be_renamed_twice(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    before = filled(room, world)
    room.declare(renamed("herald", "example"), FIRE)
    room.crawl(after=5 * MINUTE)
    room.declare(renamed("post", "herald", "example"), FIRE)
    assert room.crawl(after=10 * MINUTE)["post"]["known"] == 2
    assert room.sql("SELECT id FROM outlets") == [("post",)]
    assert is_whole(room, before)


WIRE = """
[[outlets]]
id = "wire"
name = "Wire"
hosts = ["wire.example.org"]
feeds = ["http://wire.example.org/rss.xml"]
"""


def test_two_outlets_change_names_by_way_of_a_third_one(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, WIRE)
    world.put("wire.example.org", "/rss.xml", feed("http://wire.example.org/news/ferry"))
    world.put("wire.example.org", "/news/ferry", html("No ferry before Friday", *FERRY_TEXT))
    publish(world, FIRE_URL)
    room.crawl()
    before = {row["id"]: (row["url"], row["outlet"]) for row in room.rows()}
    as_wire = renamed("wire", "example")
    room.declare(as_wire, WIRE.replace('id = "wire"', 'id = "example"\nformerly = ["wire"]'))
    with pytest.raises(ConfigError, match="id of another outlet"):
        load_config(room.config)
    room.declare(renamed("between", "example"), WIRE)
    room.crawl(after=MINUTE)
    room.declare(renamed("between"), WIRE.replace('id = "wire"', 'id = "example"\nformerly = ["wire"]'))
    room.crawl(after=2 * MINUTE)
    room.declare(renamed("wire", "between"), WIRE.replace('id = "wire"', 'id = "example"'))
    reports = room.crawl(after=3 * MINUTE)
    assert {name: (each["new"], each["known"]) for name, each in reports.items()} == {
        "wire": (0, 1),
        "example": (0, 1),
    }
    swapped = {"example": "wire", "wire": "example"}
    after = {row["id"]: (row["url"], swapped[row["outlet"]]) for row in room.rows()}
    assert after == before


def test_a_former_id_that_was_crawled_beside_the_new_one_keeps_its_rows(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE)
    publish(world, FIRE_URL)
    room.crawl()
    room.declare(EXAMPLE.replace('id = "example"', 'id = "herald"'))
    room.crawl(after=MINUTE)
    room.declare(renamed("herald", "example"))
    room.crawl(after=2 * MINUTE)
    assert room.sql("SELECT outlet_id, count(*) FROM articles GROUP BY 1") == [("example", 1), ("herald", 1)]
    assert "stays there" in said(room, "check")


def test_an_outlet_that_was_taken_out_comes_back_to_its_articles(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, WIRE, FIRE)
    before = filled(room, world)
    room.declare(WIRE, FIRE)
    room.crawl(after=HOUR)
    room.declare(EXAMPLE, WIRE, FIRE)
    publish(world, FERRY_URL, FIRE_URL, LIBRARY_URL)
    report = room.crawl(after=2 * HOUR)["example"]
    assert (report["new"], report["unchanged"]) == (1, 2), told(report)
    assert room.sql("SELECT removed_at FROM outlets WHERE id = 'example'") == [(None,)]
    assert room.sql("SELECT silent FROM links WHERE url LIKE '%ferry%'") == [(0,)]
    assert len(room.mails()) == 1
    assert is_whole(room, before)


# --- hosts ----------------------------------------------------------------------------------------


def test_hosts_in_another_order_change_no_citation_and_double_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    before = filled(room, world)
    turned = EXAMPLE.replace(
        '"www.example.com", "example-mirror.net"', '"example-mirror.net", "www.example.com"'
    )
    room.declare(turned, FIRE)
    publish(world, FERRY_URL, FIRE_URL, LIBRARY_URL)
    report = room.crawl(after=5 * MINUTE)["example"]
    assert (report["new"], report["known"], report["host"]) == (1, 2, "example-mirror.net"), told(report)
    now = citations(room)
    assert now.items() >= before.items()
    assert now[max(now)] == FERRY_URL.replace("www.example.com", "example-mirror.net")
    room.declare(turned + 'canonical_host = "www.example.com"\n', FIRE)
    assert room.crawl(after=10 * MINUTE)["example"]["known"] == 3
    assert citations(room) == now
    assert len(room.mails()) == 1


def test_a_host_that_is_added_serves_and_doubles_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    before = filled(room, world)
    room.declare(EXAMPLE.replace('"example-mirror.net"', '"example-mirror.net", "example-new.org"'), FIRE)
    urls = [url.replace("www.example.com", "example-new.org") for url in (FIRE_URL, LIBRARY_URL, FERRY_URL)]
    publish(world, *urls, hosts=("example-new.org",))
    for host in HOSTS:
        world.break_host(host, "reset")
    report = room.crawl(after=5 * MINUTE)["example"]
    assert (report["new"], report["known"], report["host"]) == (1, 2, "example-new.org"), told(report)
    assert citations(room).items() >= before.items()
    assert len(room.mails()) == 1


def test_a_lost_host_as_an_alias_is_asked_no_more_and_its_links_are_known(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, FIRE)
    before = filled(room, world)
    lost = EXAMPLE.replace('"www.example.com", "example-mirror.net"', '"example-mirror.net"')
    lost = lost.replace('"old.example.com"', '"old.example.com", "www.example.com"')
    room.declare(lost.replace("http://www.example.com/rss.xml", "http://example-mirror.net/rss.xml"), FIRE)
    asked = len(world.asked_urls())
    publish(world, FIRE_URL, LIBRARY_URL)
    report = room.crawl(after=5 * MINUTE)["example"]
    assert (report["new"], report["known"], report["skipped"]) == (0, 2, 0), told(report)
    checked = room.crawl(after=2 * HOUR)["example"]
    assert checked["unchanged"] == 2, told(checked)
    assert not any("www.example.com" in url for url in world.asked_urls()[asked:])
    assert is_whole(room, before)


def test_articles_of_a_host_that_was_taken_away_are_re_checked_at_the_others(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, FIRE)
    before = filled(room, world)
    left = EXAMPLE.replace('"www.example.com", "example-mirror.net"', '"example-mirror.net"')
    room.declare(left.replace("http://www.example.com/rss.xml", "http://example-mirror.net/rss.xml"), FIRE)
    mirrored = FIRE_URL.replace("www.example.com", "example-mirror.net")
    publish(world, mirrored, LIBRARY_URL)
    report = room.crawl(after=5 * MINUTE)["example"]
    assert (report["new"], report["known"], report["skipped"]) == (0, 1, 1), told(report)
    assert room.crawl(after=2 * HOUR)["example"]["unchanged"] == 2
    assert len(room.mails()) == 1
    assert is_whole(room, before)


def test_what_was_foreign_is_fetched_when_its_host_is_added_and_the_store_rekeyed(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, FIRE)
    filled(room, world)
    foreign = FERRY_URL.replace("www.example.com", "example-new.org")
    publish(world, foreign, FIRE_URL, LIBRARY_URL)
    assert room.crawl(after=2 * MINUTE)["example"]["skipped"] == 1
    room.declare(EXAMPLE.replace('"example-mirror.net"', '"example-mirror.net", "example-new.org"'), FIRE)
    assert rekeyed(room)["counts"]["recognise"] == 1
    publish(world, FIRE_URL, LIBRARY_URL)
    publish(world, hosts=("example-new.org",))
    report = room.crawl(after=5 * MINUTE)["example"]
    assert report["new"] == 1, told(report)
    assert FERRY_URL in citations(room).values()


# --- declarations ---------------------------------------------------------------------------------

PRESSTV = """
[[outlets]]
id = "presstv"
name = "Press TV"
hosts = ["www.presstv.ir", "www.presstv.co.uk"]
aliases = ["presstv.com"]
feeds = ["https://www.presstv.ir/rss.xml"]
article_id = '/Detail/\\d{4}/\\d\\d/\\d\\d/(\\d+)'
"""


def test_a_catalogue_outlet_becomes_an_own_declaration_and_keeps_its_articles(
    newsroom: Make, world: World
) -> None:
    room = newsroom('[[outlets]]\nuse = "presstv"\n')
    url = "https://www.presstv.ir/Detail/2026/11/22/701800/Fire-in-the-harbour"
    path = "/" + url.split("/", 3)[3]
    for host in ("www.presstv.ir", "www.presstv.co.uk", "presstv.ir"):
        world.put(host, "/rss.xml", feed(url))
        world.put(host, path, html("Fire in the harbour", *FIRE_TEXT))
    assert room.crawl()["presstv"]["new"] == 1
    before = citations(room)
    room.declare(PRESSTV)
    report = room.crawl(after=MINUTE)["presstv"]
    assert (report["new"], report["known"]) == (0, 1), told(report)
    said(room, "outlets", "rekey")
    assert room.crawl(after=2 * MINUTE)["presstv"]["known"] == 1
    assert is_whole(room, before)


# --- patterns -------------------------------------------------------------------------------------


def test_a_pattern_that_comes_later_merges_slugs_dry_run_first(newsroom: Make, world: World) -> None:
    room = newsroom(BY_PATH, FIRE)
    filled(room, world)
    publish(world, RENAMED_URL, FIRE_URL, LIBRARY_URL)
    room.crawl(after=2 * MINUTE)
    before, sent = citations(room), alerts(room)
    assert len(room.rows()) == 3
    room.declare(EXAMPLE, FIRE)
    assert "rekey example --dry-run" in said(room, "check")
    planned = rekeyed(room, "--dry-run")
    assert (planned["due"], planned["counts"]["merge"], planned["links"]) == (True, 1, 3)
    assert len(room.rows()) == 3
    done = rekeyed(room)
    assert done["counts"] == planned["counts"]
    assert len(room.rows()) == 2
    report = room.crawl(after=5 * MINUTE)["example"]
    assert (report["new"], report["failed"]) == (0, 0), told(report)
    assert (alerts(room), len(room.mails())) == (sent, 1)
    assert is_whole(room, before)
    again = rekeyed(room)
    assert (again["changes"], again["links"]) == ([], 0)


def test_a_merged_number_leads_to_the_article_in_every_command(newsroom: Make, world: World) -> None:
    room = newsroom(BY_PATH, FIRE)
    publish(world, FIRE_URL)
    room.crawl()
    publish(world, RENAMED_URL, FIRE_URL)
    room.crawl(after=MINUTE)
    room.declare(EXAMPLE, FIRE)
    human = said(room, "outlets", "rekey", "example", "--dry-run")
    assert "lives on in article 1" in human
    assert "does it" in human
    rekeyed(room)
    shown = said(room, "show", "2", "--history")
    assert "Article 2 turned out to be article 1" in shown
    assert "of article 2, which lives on in this one" in shown
    row = json.loads(said(room, "show", "2", "--json", "--history"))
    assert (row["id"], [each["id"] for each in row["merged"]]) == (1, [2])
    why = said(room, "why", RENAMED_URL)
    assert "article 2 lives on in this one" in why
    assert "it matched revision 1 of article 2, which lives on in this one" in " ".join(why.split())
    assert "duplicate/merged" in why
    exported = typed(room, "export").stdout.splitlines()
    assert [json.loads(line)["id"] for line in exported] == [1]


def test_until_it_is_rekeyed_a_changed_pattern_doubles_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(BY_PATH, FIRE)
    before = filled(room, world)
    room.declare(EXAMPLE, FIRE)
    publish(world, RENAMED_URL, FIRE_URL, LIBRARY_URL)
    report = room.crawl(after=5 * MINUTE)["example"]
    assert (report["new"], report["duplicate"]) == (0, 1), told(report)
    status = json.loads(said(room, "status", "--json"))
    assert status["outlets"]["example"]["rekey_due"]
    assert "rekey example --dry-run" in said(room, "status")
    rekeyed(room)
    assert room.crawl(after=10 * MINUTE)["example"]["new"] == 0
    assert not json.loads(said(room, "status", "--json"))["outlets"]["example"]["rekey_due"]
    assert len(room.mails()) == 1
    assert is_whole(room, before)


def test_what_a_pattern_too_wide_had_swallowed_is_fetched_and_told(newsroom: Make, world: World) -> None:
    wide = EXAMPLE.replace("/story/(\\d+)", "/(story)/")
    room = newsroom(wide, FIRE)
    publish(world, LIBRARY_URL)
    room.crawl()
    publish(world, FIRE_URL, FERRY_URL, LIBRARY_URL)
    report = room.crawl(after=MINUTE)["example"]
    assert (report["new"], report["duplicate"]) == (0, 2), told(report)
    before = citations(room)
    room.declare(EXAMPLE, FIRE)
    assert rekeyed(room)["counts"]["release"] == 2
    report = room.crawl(after=5 * MINUTE)["example"]
    assert report["new"] == 2, told(report)
    assert len(room.mails()) == 1
    assert len(room.rows()) == 3
    assert is_whole(room, before)
    assert room.crawl(after=10 * MINUTE)["example"]["new"] == 0


def test_a_pattern_too_wide_is_told_and_changes_nothing(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    before = filled(room, world)
    room.declare(EXAMPLE.replace("/story/(\\d+)", "/(story)/"), FIRE)
    planned = rekeyed(room, "--dry-run")
    assert (planned["counts"]["apart"], planned["counts"]["merge"]) == (2, 0)
    human = said(room, "outlets", "rekey", "example")
    assert "The pattern may be too wide" in human
    assert "Nothing to do; 2 articles left as they are" in human
    room.declare(EXAMPLE, FIRE)
    assert rekeyed(room)["changes"] == []
    assert room.crawl(after=5 * MINUTE)["example"]["known"] == 2
    assert is_whole(room, before)


def test_another_name_for_the_kind_of_key_changes_nothing_else(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    before = filled(room, world)
    table = "article_id = { pattern = '/story/(\\d+)', kind = \"story\" }\n"
    room.declare(EXAMPLE.replace("article_id = '/story/(\\d+)'\n", table), FIRE)
    assert rekeyed(room)["counts"]["key"] == 2
    publish(world, RENAMED_URL, FIRE_URL, LIBRARY_URL)
    report = room.crawl(after=5 * MINUTE)["example"]
    assert (report["new"], report["duplicate"]) == (0, 1), told(report)
    assert len(room.mails()) == 1
    assert is_whole(room, before)


# --- generations ----------------------------------------------------------------------------------


def dated(title: str, day: str, *paragraphs: str) -> Answer:
    """A page that says when it was published."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Answer(
        body=f'<html><head><title>{title}</title><meta property="article:published_time" content="{day}T08:00:00Z">'
        f"</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def test_a_key_that_returns_with_another_article_is_a_new_one_that_alerts_once(
    newsroom: Make, world: World
) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, LIBRARY_URL)
    for host in HOSTS:
        world.put(host, "/story/101/library-opens", dated("Library opens", "2026-11-22", *LIBRARY_TEXT))
    room.crawl()
    before = citations(room)
    for host in HOSTS:
        world.put(host, "/story/101/library-opens", dated("Fire in the harbour", "2026-11-23", *FIRE_TEXT))
    report = room.crawl(after=2 * HOUR)["example"]
    assert report["new"] == 1, told(report)
    assert [row["title"] for row in room.rows()] == ["Library opens", "Fire in the harbour"]
    assert room.sql("SELECT kind FROM notes") == [("key_reused",)]
    assert room.sql("SELECT generation FROM articles ORDER BY id") == [(1,), (2,)]
    room.crawl(after=30 * HOUR)
    assert len(room.mails()) == 1
    assert citations(room).items() >= before.items()
    assert rekeyed(room)["changes"] == []


def test_a_page_rewritten_on_its_day_is_a_revision(newsroom: Make, world: World) -> None:
    room = newsroom(EXAMPLE, FIRE)
    publish(world, LIBRARY_URL)
    for host in HOSTS:
        world.put(host, "/story/101/library-opens", dated("Monday in brief", "2026-11-23", *LIBRARY_TEXT))
    room.crawl()
    for host in HOSTS:
        world.put(host, "/story/101/library-opens", dated("Monday at noon", "2026-11-23", *FIRE_TEXT))
    report = room.crawl(after=2 * HOUR)["example"]
    assert (report["new"], report["revised"]) == (0, 1), told(report)
    (row,) = room.rows()
    assert (row["revision"], row["title"]) == (2, "Monday at noon")


# --- held, and killed -----------------------------------------------------------------------------


def test_rekey_does_not_touch_the_store_of_a_running_daemon_but_can_look(
    newsroom: Make, world: World
) -> None:
    room = newsroom(BY_PATH)
    publish(world, FIRE_URL, RENAMED_URL)
    room.crawl()
    room.declare(EXAMPLE)
    with Daemon(room.folder) as daemon:
        assert rekeyed(room, "--dry-run")["counts"]["merge"] == 1
        done = newshawk(room.folder, "outlets", "rekey", "example")
        assert (done.returncode, str(daemon.pid) in done.stderr) == (75, True)
        assert daemon.wait_for_event("patterns changed")["outlet"] == "example"
        assert daemon.end() == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from crawler.config import load_config
from schedules.rekey import rekey
from storage.rekey import Rekeyer
Rekeyer._write_links = lambda self: os.kill(os.getpid(), signal.SIGKILL)
config = load_config(Path(sys.argv[1]))
rekey(config, config.outlets)
"""


def test_kill_9_in_the_midst_leaves_the_store_as_it_was(newsroom: Make, world: World) -> None:
    room = newsroom(BY_PATH)
    publish(world, FIRE_URL, RENAMED_URL, LIBRARY_URL)
    room.crawl()
    room.declare(EXAMPLE)
    tables = ("articles", "links", "revisions", "sightings", "stories", "outbox", "rekeys")
    before = {table: room.sql(f"SELECT * FROM {table}") for table in tables}
    done = subprocess.run([sys.executable, "-c", KILLED, str(room.config)], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert {table: room.sql(f"SELECT * FROM {table}") for table in tables} == before
    assert rekeyed(room)["counts"]["merge"] == 1
    with Store.open(room.folder / "newshawk.db") as store:
        assert store.check(bodies=True) == []
