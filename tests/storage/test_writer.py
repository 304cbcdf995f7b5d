"""Verdict, story, matches and alerts of a page, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.items import Article, Copy, LinkState, Precision, TimeSource, Timestamp
from tests.storage.world import NOON, OTHER, TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
B = "http://www.example.com/Detail/2026/11/23/1002/Else"
ELSE = "A bakery in the old town won the yearly prize for rye bread, the guild said. " * 6


def test_new_article_is_whole_with_everything_that_belongs_to_it(world: World) -> None:
    world.add_rule("bridge")
    outcome = world.store_article(A)
    assert (outcome.state, outcome.revision, outcome.alerts) == (LinkState.NEW, 1, 1)
    for table in ("articles", "revisions", "captures", "visits", "stories", "matches", "outbox"):
        assert world.value(f"SELECT count(*) FROM {table}") == 1


def test_one_bad_item_is_set_aside_and_sinks_no_other(world: World) -> None:
    links = world.discover(A, B).to_fetch
    bad = replace(world.article(links[0]), word_count=2**70)
    outcomes = world.write(bad, world.article(links[1], "Bread", ELSE))
    assert [(o.state, o.reason) for o in outcomes] == [(LinkState.FAILED, "store_error"), (LinkState.NEW, "")]
    assert "OverflowError" in world.value("SELECT text FROM notes")


def test_charset_and_its_doubt_are_kept_with_the_text(world: World) -> None:
    (link,) = world.discover(A).to_fetch
    world.write(replace(world.article(link), charset="cp1256", charset_doubt="guessed"))
    assert world.value("SELECT charset || ' ' || charset_doubt FROM revisions") == "cp1256 guessed"


def test_two_copies_in_one_batch_meet_in_one_story_and_alert_once(world: World) -> None:
    world.add_rule("bridge")
    links = world.discover(A, B).to_fetch
    first, second = world.write(world.article(links[0]), world.article(links[1], "Span shut"))
    assert first.story_id == second.story_id
    assert (first.alerts, second.alerts) == (1, 0)


def test_copy_at_another_outlet_is_counted_in_the_alert(world: World) -> None:
    world.add_rule("bridge")
    world.store_article(A)
    world.outlet = OTHER
    world.begin()
    source = OTHER.sources[0]
    world.discover(source=source, host="other.example.org")
    (link,) = world.discover(
        "http://other.example.org/span", source=source, host="other.example.org"
    ).to_fetch
    world.write(world.article(link, "Span shut"))
    (alert,) = world.store.claim_alerts(world.now, 60)
    copy = Copy(outlet_name="Other Wire", title="Span shut", url="http://other.example.org/span")
    assert (alert.outlet_name, alert.copies) == ("Example News", (copy,))


def test_bulletins_under_one_title_stay_apart(world: World) -> None:
    one = world.store_article(A, "News headlines", TEXT)
    two = world.store_article(B, "News headlines", ELSE)
    assert one.story_id != two.story_id


def test_re_check_of_the_same_text_is_unchanged_and_keeps_no_page(world: World) -> None:
    stored = world.store_article(A)
    world.begin(hours=1)
    (outcome,) = world.write(world.article(world.recheck(stored.article_id or 0)))
    assert outcome.state is LinkState.UNCHANGED
    assert world.value("SELECT count(*) FROM captures") == 1
    assert world.value("SELECT state FROM links") == "new"


def test_edit_is_a_revision_and_alerts_only_where_the_match_is_new(world: World) -> None:
    world.add_rule("bridge")
    world.add_rule("mayor")
    stored = world.store_article(A)
    world.begin(hours=1)
    edited = world.article(world.recheck(stored.article_id or 0), body=f"{TEXT}\nThe mayor resigned.")
    (outcome,) = world.write(edited)
    assert (outcome.state, outcome.revision, outcome.alerts) == (LinkState.REVISION, 2, 1)
    assert [r.number for r in world.store.revisions(stored.article_id or 0)] == [1, 2]
    assert outcome.story_id == stored.story_id


def test_silent_link_alerts_nobody_but_its_match_is_on_record(world: World) -> None:
    world.add_rule("bridge")
    entry = replace(world.found(A), silent=False)
    world.store._db.execute("UPDATE links SET silent = 1")
    (outcome,) = world.write(world.article(entry))
    assert outcome.alerts == 0
    assert world.value("SELECT count(*) FROM matches") == 1


def test_rule_applies_to_what_was_first_seen_after_its_creation(world: World) -> None:
    link = world.found(A)
    world.now += timedelta(minutes=1)
    world.add_rule("bridge")
    assert world.write(world.article(link))[0].alerts == 0


def test_old_publication_date_suppresses_nothing(world: World) -> None:
    world.add_rule("bridge")
    old = Timestamp(at=NOON - timedelta(days=900), precision=Precision.SECOND, source=TimeSource.PAGE)
    assert world.store_article(A, published=old).alerts == 1


def test_redirect_settles_the_final_address_too(world: World) -> None:
    link = world.found("http://www.example.com/go/77")
    page = world.page(link, url="http://www.example.com/Detail/2026/11/23/77/Final")
    (outcome,) = world.write(world.article(link, page=page))
    recorded = world.discover("http://example-mirror.net/Detail/2026/11/23/77/Final")
    assert outcome.state is LinkState.NEW
    assert recorded.to_fetch == recorded.counted == ()


def test_other_address_of_a_known_key_never_makes_a_revision(world: World) -> None:
    stored = world.store_article(A)
    link = world.found("http://www.example.com/go/1")
    page = world.page(link, url=A.replace("Bridge", "Bridge-2"))
    (outcome,) = world.write(world.article(link, "Changed", ELSE, page=page))
    assert (outcome.state, outcome.article_id, outcome.revision) == (
        LinkState.DUPLICATE,
        stored.article_id,
        1,
    )
    assert world.recheck(stored.article_id or 0).article_id == stored.article_id


def test_key_used_again_is_a_new_article_and_told_to_ops(world: World) -> None:
    url = "http://www.example.com/Detail/1001"
    day = Timestamp(at=NOON, precision=Precision.SECOND, source=TimeSource.PAGE)
    stored = world.store_article(url, published=day)
    world.begin(days=30)
    later = replace(day, at=world.now)
    again = world.article(world.recheck(stored.article_id or 0), "Rye bread wins", ELSE, published=later)
    (outcome,) = world.write(again)
    assert outcome.state is LinkState.NEW
    assert outcome.article_id != stored.article_id
    assert world.value("SELECT kind FROM notes") == "key_reused"


@pytest.mark.parametrize("statuses", [(404, 404), (410, 404)])
def test_removed_everywhere_twice_with_a_pause_is_gone_and_the_text_stays(
    world: World, statuses: tuple[int, int]
) -> None:
    article_id = world.store_article(A).article_id or 0
    world.begin(hours=1)
    world.write(world.removed(world.recheck(article_id), *statuses))
    world.begin(hours=12)
    (outcome,) = world.write(world.removed(world.recheck(article_id), *statuses))
    row = world.store.article(article_id)
    assert outcome.reason == "gone"
    assert row is not None
    assert (row["gone_at"], row["body"]) == ("2026-11-24T01:00:00Z", TEXT)


def test_two_checks_within_the_pause_prove_nothing(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    world.begin(hours=1)
    link = world.recheck(article_id)
    world.write(world.removed(link, 404, 404))
    world.begin(hours=11)
    world.write(world.removed(link, 404, 404))
    assert world.value("SELECT gone_at FROM articles") is None


@pytest.mark.parametrize("status", [503, 403, 200])
def test_one_host_that_says_otherwise_proves_nothing(world: World, status: int) -> None:
    article_id = world.store_article(A).article_id or 0
    for hours in (1, 13, 13):
        world.begin(hours=hours)
        link = world.store.due_rechecks("example", world.now, 9)[0]
        world.write(world.removed(link, status, 404))
    assert world.value("SELECT gone_at FROM articles WHERE id = ?", article_id) is None


def test_soft_404_of_the_host_that_answered_counts_with_the_404_of_the_other(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    for hours in (1, 13):
        world.begin(hours=hours)
        refusal = world.removed(world.recheck(article_id), 404, 200)
        tried = (refusal.page.attempts[0], replace(refusal.page.attempts[1], reason="ok"))
        world.write(replace(refusal, reason="soft_404", page=replace(refusal.page, attempts=tried)))
    assert world.value("SELECT gone_at FROM articles") == "2026-11-24T02:00:00Z"


def test_page_that_comes_back_is_no_longer_gone_and_that_is_recorded(world: World) -> None:
    article_id = world.store_article(A).article_id or 0
    for hours in (1, 13):
        world.begin(hours=hours)
        world.write(world.removed(world.recheck(article_id), 404, 404))
    world.begin(days=2)
    (outcome,) = world.write(world.article(world.recheck(article_id)))
    assert (outcome.state, outcome.reason) == (LinkState.UNCHANGED, "returned")
    assert world.value("SELECT gone_at FROM articles") is None


def test_feed_time_of_the_same_day_is_taken_when_it_is_more_exact(world: World) -> None:
    exact = Timestamp(
        at=NOON, precision=Precision.SECOND, source=TimeSource.FEED, local="2026-11-23T15:30:00+03:30"
    )
    link = replace(world.found(A), published=exact)
    world.write(world.article(link))
    row = world.store.article(1)
    assert row is not None
    assert (row["published_from"], row["published_precision"]) == ("feed", "second")
    assert row["published_at"] == "2026-11-23T12:00:00Z"


def _day(world: World) -> Timestamp:
    return Timestamp(at=world.now, precision=Precision.SECOND, source=TimeSource.PAGE)


def _other_article(world: World, article_id: int | None, host: str) -> Article:
    """Return what *host* shows at a re-check: another title, text and day."""
    link = world.recheck(article_id or 0)
    page = world.page(link, host=host)
    return world.article(link, "Rye bread wins", ELSE, published=_day(world), page=page)


def test_article_edited_into_another_text_does_not_swallow_the_alert_of_that_text(world: World) -> None:
    world.add_rule("bread OR bridge")
    stored = world.store_article(A)
    world.begin(hours=1)
    world.write(world.article(world.recheck(stored.article_id or 0), body=ELSE))
    copy = world.store_article(B, "Bread", ELSE)
    assert copy.story_id != stored.story_id
    assert copy.alerts == 1
    world.begin(hours=1)
    late = world.store_article(B.replace("1002", "1003"), "Span shut", TEXT)
    assert (late.story_id, late.alerts) == (stored.story_id, 0)


def test_what_a_re_check_of_an_old_link_leads_to_is_news(world: World) -> None:
    world.add_rule("bread")
    stored = world.store_article(A)
    world.store._db.execute("UPDATE links SET silent = 1")
    world.begin(hours=1)
    old = world.recheck(stored.article_id or 0)
    (moved,) = world.write(world.article(old, "Bread", ELSE, page=world.page(old, url=B)))
    assert (moved.state, moved.reason) == (LinkState.FAILED, "redirected")
    (link,) = world.store.pending_links("example", world.now)
    assert world.write(world.article(link, "Bread", ELSE))[0].alerts == 1


def test_key_used_again_alerts_however_silent_its_link_was(world: World) -> None:
    world.add_rule("bread")
    stored = world.store_article(A, published=_day(world))
    world.store._db.execute("UPDATE links SET silent = 1")
    world.begin(days=2)
    (outcome,) = world.write(_other_article(world, stored.article_id, "www.example.com"))
    assert (outcome.state, outcome.alerts) == (LinkState.NEW, 1)


def test_mirror_alone_does_not_replace_an_article_at_once(world: World) -> None:
    stored = world.store_article(A, published=_day(world))
    world.begin(days=2)
    (outcome,) = world.write(_other_article(world, stored.article_id, "example-mirror.net"))
    assert (outcome.state, outcome.reason) == (LinkState.FAILED, "divergent")
    assert world.value("SELECT reason FROM visits ORDER BY id DESC LIMIT 1") == "divergent"
    world.begin(days=1)
    (outcome,) = world.write(world.article(world.recheck(stored.article_id or 0)))
    assert outcome.state is LinkState.UNCHANGED
    world.begin(days=1)
    (outcome,) = world.write(_other_article(world, stored.article_id, "example-mirror.net"))
    assert outcome.reason == "divergent"
    assert [row["kind"] for row in world.rows("SELECT kind FROM notes")] == ["divergent"], "told once"


def test_mirror_is_believed_when_no_host_of_the_article_contradicts_it_for_half_a_day(world: World) -> None:
    stored = world.store_article(A, published=_day(world))
    states = []
    for hours in (48, 6, 6):
        world.begin(hours=hours)
        outcome = world.write(_other_article(world, stored.article_id, "example-mirror.net"))[0]
        states.append(outcome.state)
    assert states == [LinkState.FAILED, LinkState.FAILED, LinkState.NEW]


def test_nearest_text_is_compared_first_and_a_few_books_end_the_search(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.copies.CHARACTERS", 1)  # one text and no more
    near = world.store_article(A, "Bridge", f"{TEXT} {ELSE}")
    world.store_article(B, "Bread", f"{ELSE} {TEXT[: len(TEXT) // 2]}")
    copy = world.store_article(B.replace("1002", "1003"), "Span", f"{TEXT} {ELSE} Copied.")
    assert copy.story_id == near.story_id


# --- a clock that was set back -------------------------------------------------------------------------


def test_an_edit_that_is_seen_while_the_clock_is_behind_the_rule_alerts(world: World) -> None:
    world.make_known()
    first = world.store_article("http://www.example.com/Detail/2026/11/23/1001/a")
    world.begin(days=3)
    world.add_rule("mayor", on=("match", "edit", "headline"))
    world.begin(days=-2)
    edited = world.article(world.recheck(first.article_id or 0), body=f"{TEXT}\nThe mayor resigned.")
    assert [outcome.alerts for outcome in world.write(edited)] == [1]
    assert world.value("SELECT event FROM outbox") == "edit"


def test_an_article_that_is_found_while_the_clock_is_behind_the_rule_alerts(world: World) -> None:
    world.make_known()
    world.add_rule("bridge")
    world.begin(days=-2)
    assert world.store_article("http://www.example.com/Detail/2026/11/23/1001/a").alerts == 1


def test_a_link_from_before_the_rule_alerts_nobody_when_the_clock_is_right(world: World) -> None:
    world.make_known()
    link = world.found("http://www.example.com/Detail/2026/11/23/1001/a")
    world.begin(hours=1)
    world.add_rule("bridge")
    assert [outcome.alerts for outcome in world.write(world.article(link))] == [0]
