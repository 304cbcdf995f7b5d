"""Patterns and hosts change under a filled store: no citation changes, no article doubles, no alert leaves twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.items import IdPattern, LinkState, Outlet, Precision, TimeSource, Timestamp
from crawler.query import Matcher, parse
from storage.rekey_plan import RekeyReport
from tests.storage.world import DESK, NOON, OTHER, OUTLET, TEXT, World

BREAD = "A bakery in the old town won the yearly prize for rye bread, the guild said on Monday. " * 3
FERRY = "The ferry to the islands will not sail before Friday because its engine has to be taken apart. " * 3
A = "http://www.example.com/story/100/bridge-closed"
A2 = "http://www.example.com/story/100/bridge-closed-after-flood"
B = "http://www.example.com/story/101/rye-bread"
C = "http://www.example.com/story/102/no-ferry"

BY_NUMBER = (IdPattern(pattern=r"/story/(\d+)"),)
TOO_WIDE = (IdPattern(pattern=r"/(story)/"),)


def keyed(*patterns: IdPattern, **more: Any) -> Outlet:
    """The outlet with these patterns."""
    return replace(OUTLET, article_id=patterns, **more)


def use(world: World, outlet: Outlet) -> None:
    """Let the config declare the outlet so, as a crawl would."""
    world.outlet = outlet
    world.store.sync_config((outlet, OTHER), world.rules, world.now)
    world.store.set_matcher(Matcher(world.rules), world.rules, (DESK,))


def add_rule(world: World, query: str) -> None:
    """Configure one rule more, the outlet staying as it is declared."""
    outlet = world.outlet
    world.add_rule(query)
    use(world, outlet)


def rekey(world: World, **more: Any) -> RekeyReport:
    """Run a dry run and then the thing; both must say the same. A second call has nothing left to do."""
    before = world.store.plan_rekey(world.outlet, world.now, **more)
    done = world.store.rekey(world.outlet, world.now, **more)
    assert [(c.action, c.link_id, c.url) for c in before.changes] == [
        (c.action, c.link_id, c.url) for c in done.changes
    ]
    again = world.store.plan_rekey(world.outlet, world.now, **more)
    assert again.is_empty, again.changes
    assert world.store.rekey_due([world.outlet]) == []
    return done


def citations(world: World) -> dict[int, str]:
    """The citation of each number, merged ones too, as ``show`` gives it."""
    ids = [row["id"] for row in world.rows("SELECT id FROM articles")]
    rows = {article_id: world.store.article(article_id) for article_id in ids}
    return {article_id: row["url"] for article_id, row in rows.items() if row is not None}


def live(world: World) -> list[int]:
    """Numbers of the articles of the export."""
    return [row["id"] for row in world.store.export_rows()]


@pytest.fixture
def by_path(world: World) -> World:
    """A store whose outlet has no pattern: every slug is an article of its own."""
    use(world, keyed())
    world.begin()
    return world


@pytest.fixture
def too_wide(world: World) -> World:
    """A store whose outlet's pattern takes all stories for one article."""
    use(world, keyed(*TOO_WIDE))
    world.begin()
    return world


# --- two that are one -----------------------------------------------------------------------------


def doubled(world: World) -> tuple[int, int]:
    """Store one story under two slugs, and another story; return the numbers of the two."""
    add_rule(world, "bridge")
    one = world.store_article(A)
    world.begin(minutes=30)
    two = world.store_article(A2, "Bridge closed after flood", f"{TEXT}\nA ferry will run.")
    world.store_article(B, "Rye bread", BREAD)
    assert one.article_id
    assert two.article_id
    return one.article_id, two.article_id


def test_a_pattern_that_comes_later_merges_what_slugs_had_doubled(by_path: World) -> None:
    older, younger = doubled(by_path)
    before = citations(by_path)
    use(by_path, keyed(*BY_NUMBER))
    assert by_path.store.rekey_due([by_path.outlet]) == ["example"]
    report = rekey(by_path)
    assert (report.count("merge"), report.count("apart"), report.links) == (1, 0, 3)
    assert live(by_path) == [older, younger + 1]
    assert by_path.value("SELECT merged_into FROM articles WHERE id = ?", younger) == older
    assert citations(by_path) == before | {younger: before[older]}


def test_the_survivor_has_the_newest_text_and_every_address(by_path: World) -> None:
    older, younger = doubled(by_path)
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    row = by_path.store.article(younger)
    assert row is not None
    assert (row["id"], row["revision"], row["title"]) == (older, 2, "Bridge closed after flood")
    assert [each.title for each in by_path.store.revisions(older)] == [
        "Bridge closed",
        "Bridge closed after flood",
    ]
    assert [each.title for each in by_path.store.revisions(younger)] == ["Bridge closed after flood"]
    seen = {each["url"] for each in by_path.rows("SELECT url FROM sightings WHERE article_id = ?", older)}
    assert {A, A2} <= seen
    assert [link["article"]["id"] for link in by_path.store.trace([A2])] == [older]
    merged = by_path.store.trace([A])[0]["article"]["merged"]
    assert [(each["id"], len(each["revisions"]), len(each["matches"])) for each in merged] == [
        (younger, 1, 1)
    ]


def test_a_merged_article_is_found_once_and_checked_no_more(by_path: World) -> None:
    older, younger = doubled(by_path)
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    assert [row["id"] for row in by_path.store.search(parse("bridge")).rows] == [older]
    by_path.begin(hours=1)
    due = by_path.store.due_rechecks("example", by_path.now, 99)
    assert younger not in {link.article_id for link in due}
    assert older in {link.article_id for link in due}
    assert by_path.store.status(by_path.now)["example"]["articles"] == 2


def test_after_a_merge_every_old_address_is_known_and_nothing_is_alerted_again(by_path: World) -> None:
    older, _ = doubled(by_path)
    alerts = by_path.rows("SELECT id, state FROM outbox")
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    by_path.begin(hours=2)
    recorded = by_path.discover(A, A2, B, "http://www.example.com/story/100/third-slug")
    assert (recorded.to_fetch, [outcome.article_id for outcome in recorded.counted]) == ((), [older])
    edited = by_path.article(by_path.recheck(older), "Bridge open", f"{TEXT}\nThe bridge is open again.")
    (outcome,) = by_path.write(edited)
    assert (outcome.state, outcome.revision, outcome.alerts) == (LinkState.REVISION, 3, 0)
    assert by_path.rows("SELECT id, state FROM outbox") == alerts


def test_a_link_that_waited_for_nothing_gets_the_article_that_stands_and_never_a_merged_one(
    by_path: World,
) -> None:
    older, younger = doubled(by_path)
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    assert by_path.value("SELECT generation FROM articles WHERE id = ?", younger) == 2
    again = "http://www.example.com/story/100/third-slug"
    by_path.discover(again)
    by_path.store._db.execute(
        "UPDATE links SET article_id = NULL, reason = 'waiting' WHERE url = ?", (again,)
    )
    by_path.begin(hours=1)
    assert by_path.value("SELECT article_id FROM links WHERE url = ?", again) == older


def test_what_was_sent_for_either_story_counts_for_both(by_path: World) -> None:
    add_rule(by_path, "Karlow OR island")
    one = by_path.store_article(A, "Bridge closed", TEXT)
    by_path.store.mark_sent([1], by_path.now, "<1@x>")
    by_path.begin(minutes=30)
    two = by_path.store_article(A2, "Bridge closed", FERRY + " An island is cut off.")
    assert one.story_id != two.story_id
    assert (one.alerts, two.alerts) == (1, 1)
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    assert by_path.store.claim_alerts(by_path.now + timedelta(days=1), 60) == []
    states = by_path.rows("SELECT id, state, error FROM outbox ORDER BY id")
    assert [row["state"] for row in states] == ["sent", "dead"]
    assert "alert 1" in states[1]["error"]
    assert len(by_path.store.trace([A])[0]["article"]["alerts"]) == 2


def test_an_alert_that_left_for_the_younger_story_silences_the_older_ones(by_path: World) -> None:
    add_rule(by_path, "Karlow OR island")
    by_path.store_article(A, "Bridge closed", TEXT)
    by_path.begin(minutes=30)
    by_path.store_article(A2, "Bridge closed", FERRY + " An island is cut off.")
    by_path.store.mark_sent([2], by_path.now, "<2@x>")
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    states = [row["state"] for row in by_path.rows("SELECT state FROM outbox ORDER BY id")]
    assert states == ["dead", "sent"]


def test_the_stories_of_a_merged_article_are_one_and_the_first_id_stays(by_path: World) -> None:
    one = by_path.store_article(A, "Bridge closed", TEXT)
    two = by_path.store_article(A2, "Bridge closed", FERRY)
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    assert by_path.value("SELECT merged_into FROM stories WHERE id = ?", two.story_id) == one.story_id
    copy = by_path.store_article(C, "No ferry", FERRY + "Passengers wait.")
    assert copy.story_id == one.story_id


def test_a_pattern_that_is_taken_back_parts_what_it_had_merged(by_path: World) -> None:
    older, younger = doubled(by_path)
    before = citations(by_path)
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    use(by_path, keyed())
    report = rekey(by_path)
    assert (report.count("part"), report.count("release")) == (1, 0)
    assert citations(by_path) == before
    assert live(by_path) == [older, younger, younger + 1]
    assert by_path.rows("SELECT state, article_id FROM links ORDER BY id")[:2] == [
        {"state": "new", "article_id": older},
        {"state": "new", "article_id": younger},
    ]
    assert {row["url"] for row in by_path.rows("SELECT url FROM sightings WHERE article_id = ?", older)} == {
        A
    }
    assert by_path.value("SELECT count(*) FROM outbox") == 1


# --- different articles under one key -------------------------------------------------------------


def test_different_articles_under_one_new_key_are_told_and_left_as_they_are(by_path: World) -> None:
    for url, title, body in ((A, "Bridge closed", TEXT), (B, "Rye bread", BREAD), (C, "No ferry", FERRY)):
        by_path.store_article(url, title, body)
    keys = by_path.rows("SELECT id, key_kind, key_value, generation, merged_into FROM articles")
    use(by_path, keyed(*TOO_WIDE))
    report = rekey(by_path)
    assert [change.action for change in report.changes] == ["apart"] * 3
    assert "3 different articles" in report.changes[0].told
    assert by_path.rows("SELECT id, key_kind, key_value, generation, merged_into FROM articles") == keys
    by_path.begin(hours=1)
    assert by_path.discover(A, B, C).to_fetch == ()


def test_with_force_different_articles_become_generations_and_never_one(by_path: World) -> None:
    for url, title, body in ((A, "Bridge closed", TEXT), (B, "Rye bread", BREAD), (C, "No ferry", FERRY)):
        by_path.store_article(url, title, body)
    use(by_path, keyed(*TOO_WIDE))
    report = rekey(by_path, force=True)
    assert report.count("generation") == 3
    rows = by_path.rows("SELECT key_value, generation, merged_into FROM articles ORDER BY id")
    assert [(row["key_value"], row["generation"], row["merged_into"]) for row in rows] == [
        ("story", number, None) for number in (1, 2, 3)
    ]


def test_an_article_left_under_its_old_key_goes_on_being_checked(by_path: World) -> None:
    stored = by_path.store_article(A, "Bridge closed", TEXT)
    by_path.store_article(B, "Rye bread", BREAD)
    use(by_path, keyed(*TOO_WIDE))
    rekey(by_path)
    by_path.begin(hours=1)
    assert stored.article_id
    (outcome,) = by_path.write(by_path.article(by_path.recheck(stored.article_id), "Bridge open", FERRY))
    assert (outcome.state, outcome.article_id, outcome.revision) == (LinkState.REVISION, stored.article_id, 2)


def test_bulletins_of_other_days_under_one_title_are_not_one_article(by_path: World) -> None:
    for number, (url, body) in enumerate(((A, TEXT), (A2, BREAD))):
        day = Timestamp(at=NOON - timedelta(days=number), precision=Precision.SECOND, source=TimeSource.PAGE)
        by_path.store_article(url, "News headlines", body, published=day)
    use(by_path, keyed(*BY_NUMBER))
    assert rekey(by_path).count("apart") == 2


# --- one that is two ------------------------------------------------------------------------------


def test_a_pattern_that_was_too_wide_lets_go_of_what_it_swallowed(too_wide: World) -> None:
    add_rule(too_wide, "rye")
    first = too_wide.store_article(A)
    (swallowed,) = too_wide.discover(A, B).counted
    assert swallowed.state is LinkState.DUPLICATE
    before = citations(too_wide)
    use(too_wide, keyed(*BY_NUMBER))
    report = rekey(too_wide)
    assert (report.count("key"), report.count("release")) == (1, 1)
    assert citations(too_wide) == before
    too_wide.begin(minutes=5)
    (link,) = too_wide.store.pending_links("example", too_wide.now)
    assert link.url == B
    (outcome,) = too_wide.write(too_wide.article(link, "Rye bread", BREAD))
    assert (outcome.state, outcome.alerts) == (LinkState.NEW, 1)
    assert outcome.article_id != first.article_id
    assert B not in {row["url"] for row in too_wide.rows("SELECT url FROM sightings WHERE article_id = 1")}


def test_what_was_swallowed_long_ago_is_fetched_and_alerts_nobody(too_wide: World) -> None:
    add_rule(too_wide, "rye")
    too_wide.store_article(A)
    too_wide.discover(A, B)
    too_wide.begin(days=30)
    use(too_wide, keyed(*BY_NUMBER))
    rekey(too_wide)
    (link,) = too_wide.store.pending_links("example", too_wide.now)
    assert link.silent
    assert too_wide.write(too_wide.article(link, "Rye bread", BREAD))[0].alerts == 0


def test_of_two_slugs_that_were_swallowed_one_is_fetched_and_the_other_waits(too_wide: World) -> None:
    too_wide.store_article(A)
    too_wide.discover(A, B, B + "-wins")
    use(too_wide, keyed(*BY_NUMBER))
    rekey(too_wide)
    (link,) = too_wide.store.pending_links("example", too_wide.now)
    (outcome,) = too_wide.write(too_wide.article(link, "Rye bread", BREAD))
    states = too_wide.rows("SELECT state, article_id FROM links WHERE url LIKE '%rye%' ORDER BY id")
    assert states == [{"state": s, "article_id": outcome.article_id} for s in ("new", "duplicate")]


def with_another_articles_text(world: World) -> int:
    """Store an article whose re-check was led to another one's address, which the wide pattern took for its own."""
    add_rule(world, "bridge")
    add_rule(world, "rye")
    stored = world.store_article(A)
    assert stored.article_id
    world.begin(hours=1)
    page = world.page(world.recheck(stored.article_id), url=B)
    (outcome,) = world.write(world.article(world.recheck(stored.article_id), "Rye bread", BREAD, page=page))
    assert (outcome.state, outcome.revision, outcome.alerts) == (LinkState.REVISION, 2, 1)
    return stored.article_id


def test_revisions_read_at_another_articles_address_become_that_article(too_wide: World) -> None:
    article_id = with_another_articles_text(too_wide)
    captures = too_wide.rows("SELECT id, row_hash FROM captures ORDER BY id")
    use(too_wide, keyed(*BY_NUMBER))
    report = rekey(too_wide)
    (change,) = [each for each in report.changes if each.action == "split"]
    assert change.article_id is not None
    assert change.article_id > article_id
    one, other = too_wide.store.article(article_id), too_wide.store.article(change.article_id)
    assert one is not None
    assert other is not None
    assert (one["title"], one["url"], one["revision"]) == ("Bridge closed", A, 1)
    assert (other["title"], other["url"], other["revision"]) == ("Rye bread", B, 1)
    assert one["story_id"] != other["story_id"]
    assert too_wide.rows("SELECT id, row_hash FROM captures ORDER BY id") == captures
    assert [row["id"] for row in too_wide.store.search(parse("rye")).rows] == [change.article_id]
    assert too_wide.value("SELECT count(*) FROM revisions") == 2


def test_alerts_go_with_the_text_that_was_split_off_and_are_not_repeated(too_wide: World) -> None:
    article_id = with_another_articles_text(too_wide)
    too_wide.store.mark_sent([1, 2], too_wide.now, "<1@x>")
    use(too_wide, keyed(*BY_NUMBER))
    rekey(too_wide)
    other = too_wide.value("SELECT id FROM articles WHERE id != ?", article_id)
    alerts = too_wide.rows("SELECT rule_id, article_id, revision, state FROM outbox ORDER BY id")
    assert alerts == [
        {"rule_id": "rule0", "article_id": article_id, "revision": 1, "state": "sent"},
        {"rule_id": "rule1", "article_id": other, "revision": 1, "state": "sent"},
    ]
    too_wide.begin(hours=1)
    again = too_wide.article(too_wide.recheck(other), "Rye bread", BREAD + "\nMore rye.")
    (outcome,) = too_wide.write(again)
    assert (outcome.state, outcome.alerts) == (LinkState.REVISION, 0)


# --- other changes of patterns --------------------------------------------------------------------


def test_another_name_of_the_kind_changes_keys_and_nothing_else(world: World) -> None:
    use(world, keyed(*BY_NUMBER))
    world.store_article(A)
    before = world.rows("SELECT url, story_id, revision, recheck_at FROM articles")
    use(world, keyed(IdPattern(pattern=r"/story/(\d+)", kind="story")))
    report = rekey(world)
    assert [(change.action, change.new.kind) for change in report.changes] == [("key", "story")]
    assert world.rows("SELECT url, story_id, revision, recheck_at FROM articles") == before
    assert world.discover(A2).counted[0].state is LinkState.DUPLICATE


def test_keys_that_change_places_do_not_meet_on_the_way(world: World) -> None:
    use(world, keyed(IdPattern(pattern=r"/(\d+)/\d+/")))
    one = world.store_article("http://www.example.com/1/2/bridge")
    two = world.store_article("http://www.example.com/2/1/bread", "Rye bread", BREAD)
    use(world, keyed(IdPattern(pattern=r"/\d+/(\d+)/")))
    rekey(world)
    rows = world.rows("SELECT id, key_value FROM articles ORDER BY id")
    assert [(row["id"], row["key_value"]) for row in rows] == [(one.article_id, "2"), (two.article_id, "1")]


def test_a_pattern_that_gets_a_last_day_leaves_old_addresses_their_keys(world: World) -> None:
    old = IdPattern(pattern=r"/detail/(\d+)\.html")
    use(world, keyed(old))
    stored = world.store_article("http://www.example.com/detail/222208.html")
    use(world, keyed(replace(old, valid_until=NOON.date()), *BY_NUMBER))
    assert rekey(world).is_empty
    (outcome,) = world.discover("http://example-mirror.net/detail/222208.html?utm_source=x").counted or (
        None,
    )
    assert outcome is None
    assert world.store.article_of_key("example", world.article(world.found(A)).key) is None
    assert live(world) == [stored.article_id]


def test_generations_of_a_key_stay_generations_under_another_kind(world: World) -> None:
    use(world, keyed(*BY_NUMBER))
    day = Timestamp(at=NOON, precision=Precision.SECOND, source=TimeSource.PAGE)
    stored = world.store_article(A, published=day)
    world.begin(days=30)
    assert stored.article_id
    later = replace(day, at=world.now)
    (second,) = world.write(
        world.article(world.recheck(stored.article_id), "Rye bread", BREAD, published=later)
    )
    assert second.state is LinkState.NEW
    use(world, keyed(IdPattern(pattern=r"/story/(\d+)", kind="story")))
    assert rekey(world).count("apart") == 0
    rows = world.rows("SELECT key_kind, generation FROM articles ORDER BY id")
    assert [(row["key_kind"], row["generation"]) for row in rows] == [("story", 1), ("story", 2)]


# --- before it is run -----------------------------------------------------------------------------


def test_until_rekey_is_run_no_article_is_stored_twice(by_path: World) -> None:
    add_rule(by_path, "bridge")
    stored = by_path.store_article(A)
    use(by_path, keyed(*BY_NUMBER))
    by_path.begin(hours=1)
    assert by_path.discover(A).to_fetch == ()
    (outcome,) = by_path.write(by_path.article(by_path.found(A2), "Bridge closed after flood"))
    assert (outcome.state, outcome.article_id) == (LinkState.DUPLICATE, stored.article_id)
    assert stored.article_id
    (checked,) = by_path.write(by_path.article(by_path.recheck(stored.article_id), body=f"{TEXT}\nMore."))
    assert (checked.state, checked.alerts) == (LinkState.REVISION, 0)
    rekey(by_path)
    assert live(by_path) == [stored.article_id]
    assert by_path.value("SELECT count(*) FROM outbox") == 1


def test_patterns_of_an_outlet_without_links_are_taken_as_they_are(world: World) -> None:
    fresh = replace(OTHER, article_id=BY_NUMBER)
    world.store.sync_config((world.outlet, fresh), (), world.now)
    assert world.store.rekey_due([fresh]) == []


def test_a_store_that_is_not_touched_has_nothing_to_do(world: World) -> None:
    world.store_article("http://www.example.com/Detail/2026/11/23/1001/Bridge")
    link = world.found("http://www.example.com/go/77")
    page = world.page(link, url="http://www.example.com/Detail/2026/11/23/77/Bread")
    world.write(world.article(link, "Rye bread", BREAD, page=page))
    redirected = world.found("http://www.example.com/go/78")
    again = world.page(redirected, url="http://www.example.com/Detail/2026/11/23/1001/Bridge-2")
    world.write(world.article(redirected, page=again))
    report = world.store.plan_rekey(world.outlet, world.now)
    assert (report.changes, report.links, report.is_due) == ((), 0, False)


# --- hosts ----------------------------------------------------------------------------------------

NEW_HOST = "http://news.example-two.org"


def test_links_that_were_foreign_are_recognised_when_their_host_is_added(world: World) -> None:
    use(world, keyed(*BY_NUMBER))
    add_rule(world, "rye")
    stored = world.store_article(A)
    for url in (A2, B, C, C + "-today"):
        world.discover(url.replace("http://www.example.com", NEW_HOST))
    assert world.value("SELECT count(*) FROM links WHERE reason = 'foreign'") == 4
    use(world, keyed(*BY_NUMBER, hosts=(*OUTLET.hosts, "news.example-two.org")))
    report = rekey(world)
    assert report.count("recognise") == 4
    states = world.rows("SELECT state, reason, article_id FROM links WHERE id > 1 ORDER BY id")
    assert states[0] == {"state": "duplicate", "reason": "", "article_id": stored.article_id}
    assert [row["state"] for row in states[1:]] == ["pending"] * 3
    world.begin(minutes=5)
    assert {link.host for link in world.store.pending_links("example", world.now)} == {"news.example-two.org"}


def test_a_foreign_link_found_again_at_its_new_host_is_one_with_the_old(world: World) -> None:
    use(world, keyed(*BY_NUMBER))
    foreign = B.replace("http://www.example.com", NEW_HOST)
    world.discover(foreign)
    use(world, keyed(*BY_NUMBER, hosts=(*OUTLET.hosts, "news.example-two.org")))
    world.begin(minutes=5)
    stored = world.store_article(foreign, "Rye bread", BREAD)
    rekey(world)
    assert world.rows("SELECT state, article_id FROM links ORDER BY id") == [
        {"state": "duplicate", "article_id": stored.article_id},
        {"state": "new", "article_id": stored.article_id},
    ]


def test_links_of_a_host_that_was_taken_away_stay_as_they_are(world: World) -> None:
    use(world, keyed(*BY_NUMBER))
    stored = world.store_article(B.replace("www.example.com", "example-mirror.net"), "Rye bread", BREAD)
    before = world.rows("SELECT * FROM links")
    use(world, keyed(*BY_NUMBER, hosts=("www.example.com",)))
    assert rekey(world).is_empty
    assert world.rows("SELECT * FROM links") == before
    assert live(world) == [stored.article_id]


# --- the record -----------------------------------------------------------------------------------


def test_each_change_is_on_record_with_both_keys(by_path: World) -> None:
    older, younger = doubled(by_path)
    use(by_path, keyed(*BY_NUMBER))
    rekey(by_path)
    rows = by_path.rows("SELECT * FROM rekeys WHERE action = 'merge'")
    assert [(row["article_id"], row["into_id"], row["new_value"]) for row in rows] == [
        (younger, older, "100")
    ]
    assert rows[0]["old_value"] == "/story/100/bridge-closed-after-flood"
    assert (
        by_path.value("SELECT keyed_by FROM outlets WHERE id = 'example'")
        == '[{"kind":"id","pattern":"/story/(\\\\d+)"}]'
    )


def test_a_fault_in_the_midst_leaves_everything_as_it_was(
    by_path: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import rekey as written

    doubled(by_path)
    use(by_path, keyed(*BY_NUMBER))
    before = [
        by_path.rows(f"SELECT * FROM {table}") for table in ("articles", "links", "outbox", "sightings")
    ]

    def fail(*_: object) -> None:
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr(written.Rekeyer, "_write_links", fail)
    with pytest.raises(RuntimeError):
        by_path.store.rekey(by_path.outlet, by_path.now)
    assert [
        by_path.rows(f"SELECT * FROM {table}") for table in ("articles", "links", "outbox", "sightings")
    ] == before
    assert by_path.store.check() == []
