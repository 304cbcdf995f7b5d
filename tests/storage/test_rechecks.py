"""Which articles are looked at again, when, why, and with what the hosts gave before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from crawler.items import Attempt, LinkState, Outcome, Page, Precision, TimeSource, Timestamp, Untouched
from tests.storage.world import OUTLET, TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
MAIN, MIRROR = OUTLET.hosts
EDITED = TEXT.replace("two of its six piers", "three of its six piers")
TAGGED = (("Content-Type", "text/html"), ("ETag", '"one"'))


def article(world: World) -> dict[str, Any]:
    (row,) = world.rows("SELECT * FROM articles WHERE id = 1")
    return row


def look(world: World, body: str = TEXT, *, host: str = MAIN, opinion: bool = False, **more: Any) -> Outcome:
    link = world.recheck(1)
    url = more.pop("url", link.url)
    attempts = (Attempt(host=host, url=url, status=200, reason="ok"),)
    attempts = (*more.pop("tried", ()), *attempts)
    page = world.page(
        link, host=host, url=url, opinion=opinion, attempts=attempts, headers=more.pop("headers", TAGGED)
    )
    (outcome,) = world.write(world.article(link, body=body, page=page, **more))
    return outcome


def make_due(world: World) -> None:
    world.store._db.execute("UPDATE articles SET recheck_at = first_seen_at")


def later(world: World, **time: float) -> None:
    world.begin(**time)
    make_due(world)


# --- when -----------------------------------------------------------------------------------------


def test_a_new_article_is_looked_at_in_fifteen_minutes_and_by_an_hour_at_the_latest(world: World) -> None:
    world.store_article(A)
    row = article(world)
    assert (row["recheck_at"], row["recheck_by"]) == ("2026-11-23T12:15:00Z", "2026-11-23T13:00:00Z")
    assert row["recheck_why"] == "first hours: every 15 minutes"


def test_near_a_promise_the_promise_is_kept_and_named(world: World) -> None:
    world.store_article(A)
    later(world, hours=25)
    look(world)
    row = article(world)
    assert row["recheck_at"] == row["recheck_by"] == "2026-11-25T08:00:00Z"
    assert row["recheck_why"] == "promised at the age of 2 days"


def test_after_a_year_an_article_is_left_alone(world: World) -> None:
    world.store_article(A)
    later(world, days=366)
    look(world)
    row = article(world)
    assert (row["recheck_at"], row["recheck_by"]) == (None, None)
    assert world.value("SELECT count(*) FROM page_validators") == 0


def test_what_a_backfill_brings_is_not_looked_at_every_quarter_of_an_hour(world: World) -> None:
    old = Timestamp(
        at=world.now - timedelta(days=900),
        precision=Precision.SECOND,
        source=TimeSource.PAGE,
        local="2024-06-06T12:00:00+00:00",
    )
    world.store_article(A, published=old)
    assert article(world)["recheck_at"] == "2026-11-23T13:00:00Z", "as promised, and no more"


def test_an_article_of_a_busy_story_is_looked_at_more_often(world: World) -> None:
    for number in range(3):
        world.store_article(A.replace("1001", str(1001 + number)))
    later(world, hours=3)
    look(world)
    assert article(world)["recheck_at"] == "2026-11-23T15:30:00Z"
    assert "its story is busy" in article(world)["recheck_why"]


def test_a_check_that_proved_nothing_leaves_no_promise_that_is_due_at_once(world: World) -> None:
    world.store_article(A)
    world.begin(hours=2)
    world.write(world.refusal(world.recheck(1)))
    assert world.store.due_rechecks("example", world.now, 9) == []
    row = article(world)
    assert row["recheck_by"] >= row["recheck_at"] > "2026-11-23T14:00:00Z"


# --- the budget -----------------------------------------------------------------------------------


def _fill(world: World, count: int) -> None:
    for number in range(count):
        world.store_article(A.replace("1001", str(1001 + number)), body=f"{TEXT}\nReport {number}.")


def _plan(world: World, budget: int) -> None:
    world.store.plan_rechecks(replace(OUTLET, recheck_budget=budget), 1.0, world.now)


def test_no_more_is_asked_than_the_budget_of_the_hour_and_the_day_allows(world: World) -> None:
    _fill(world, 30)
    _plan(world, 80)
    world.begin(hours=2)
    due = world.store.due_rechecks("example", world.now, 99)
    assert len(due) == 10, "an eighth of a day's budget in one hour"
    world.write(*(world.refusal(link) for link in due))
    assert world.store.due_rechecks("example", world.now, 99) == []
    assert world.store.outlets_with_due_rechecks(world.now) == []
    world.begin(hours=1)
    assert len(world.store.due_rechecks("example", world.now, 99)) == 10
    standing = world.store.status(world.now)["example"]["rechecks"]
    assert (standing["due"], standing["overdue"], standing["requests"], standing["budget"]) == (
        30,
        30,
        10,
        80,
    )
    assert standing["late_seconds"] == 2 * 3600


def test_a_budget_of_a_few_requests_is_used_up_each_day_and_never_exceeded(world: World) -> None:
    _fill(world, 30)
    _plan(world, 5)
    asked: list[int] = []
    for _ in range(72):
        world.begin(hours=1)
        due = world.store.due_rechecks("example", world.now, 99)
        world.write(*(world.refusal(link) for link in due))
        asked.append(len(due))
    assert [sum(asked[day : day + 24]) for day in (0, 24, 48)] == [5, 5, 5]
    assert max(sum(asked[hour : hour + 24]) for hour in range(49)) == 5


def test_promises_come_before_wishes(world: World) -> None:
    _fill(world, 12)
    world.store._db.execute("UPDATE articles SET recheck_by = '2026-11-30T00:00:00Z' WHERE id < 12")
    world.begin(hours=2)
    first, *_ = world.store.due_rechecks("example", world.now, 3)
    assert first.article_id == 12


def test_a_short_budget_lengthens_what_is_wished_and_keeps_what_is_promised(world: World) -> None:
    _fill(world, 12)
    _plan(world, 200)
    later(world, hours=3)
    look(world)
    row = article(world)
    assert row["recheck_at"] <= row["recheck_by"] == "2026-11-23T22:00:00Z"
    assert row["recheck_at"] > "2026-11-23T16:30:00Z", "not within the hour"


def test_the_plan_is_made_once_an_hour(world: World) -> None:
    _plan(world, 80)
    world.begin(minutes=30)
    _plan(world, 90)
    assert world.value("SELECT budget FROM recheck_plans") == 80
    world.begin(minutes=31)
    _plan(world, 90)
    assert world.value("SELECT budget FROM recheck_plans") == 90


def test_what_an_outlet_edits_is_learned_by_age(world: World) -> None:
    world.store_article(A)
    later(world, hours=1)
    look(world, EDITED)
    later(world, hours=2)
    look(world, EDITED)
    rows = world.rows("SELECT band, checks, hours, edits FROM edit_habits ORDER BY band")
    assert [tuple(row.values()) for row in rows] == [
        ("first day", 1.0, 2.0, 0.0),
        ("first hours", 1.0, 1.0, 1.0),
    ]


# --- conditional ----------------------------------------------------------------------------------


def test_a_recheck_bears_what_the_address_gave_until_every_fourth(world: World) -> None:
    link = world.found(A)
    world.write(world.article(link, page=world.page(link, headers=TAGGED)))
    seen = []
    for _ in range(5):
        later(world, minutes=20)
        seen.append(world.recheck(1).validators.get(A))
        look(world)
    assert [given is not None and given.etag == '"one"' for given in seen] == [True, True, True, False, True]


def untouched(world: World, **more: Any) -> Untouched:
    link = world.recheck(1)
    return Untouched(page=world.page(link, status=304, body=b"", **more))


def test_a_304_is_unchanged_and_read_by_nobody(world: World) -> None:
    world.store_article(A)
    later(world, hours=1)
    (outcome,) = world.write(untouched(world))
    assert (outcome.state, outcome.reason, outcome.revision) == (LinkState.UNCHANGED, "not_modified", 1)
    row = article(world)
    assert (row["checked_at"], row["checks"]) == ("2026-11-23T13:00:00Z", 1)
    assert world.value("SELECT saved FROM recheck_hours WHERE checks = 1") == 1


def test_a_304_that_was_asked_before_the_text_changed_proves_nothing(world: World) -> None:
    world.store_article(A)
    later(world, hours=1)
    item: Untouched = untouched(world)
    look(world, EDITED)
    (outcome,) = world.write(replace(item, page=replace(item.page, url=A + "?old")))
    assert (outcome.state, outcome.reason) == (LinkState.FAILED, "superseded")
    assert article(world)["recheck_at"] == "2026-11-23T13:00:00Z", "asked for again at once"


def test_an_article_in_doubt_or_missing_is_asked_for_as_a_whole(world: World) -> None:
    world.store_article(A)
    later(world, hours=1)
    assert world.recheck(1).validators
    world.store._db.execute("UPDATE articles SET missing_since = first_seen_at")
    assert not world.recheck(1).validators


def test_a_host_that_keeps_its_etag_over_an_edit_is_asked_for_whole_pages_from_then_on(world: World) -> None:
    link = world.found(A)
    world.write(world.article(link, page=world.page(link, headers=TAGGED)))
    later(world, hours=1)
    look(world, EDITED)
    later(world, hours=1)
    assert world.recheck(1).validators == {}
    look(world, EDITED + "\nMore.")
    assert world.value("SELECT count(*) FROM notes WHERE kind = 'validators_lie'") == 1
    later(world, days=40)
    assert world.recheck(1).validators, "forgiven after a month"


def test_a_host_whose_etag_changes_with_the_text_is_believed(world: World) -> None:
    link = world.found(A)
    world.write(world.article(link, page=world.page(link, headers=TAGGED)))
    later(world, hours=1)
    look(world, EDITED, headers=(("ETag", '"two"'),))
    later(world, hours=1)
    assert world.recheck(1).validators[A].etag == '"two"'


# --- mirrors --------------------------------------------------------------------------------------


def divergence(world: World) -> list[tuple[object, ...]]:
    sql = (
        "SELECT host, kind, theirs, ended_at IS NOT NULL FROM mirror_divergence ORDER BY first_seen_at, kind"
    )
    return [tuple(row.values()) for row in world.rows(sql)]


def test_a_mirror_that_is_compared_changes_nothing_and_its_text_is_kept(world: World) -> None:
    world.store_article(A)
    later(world, hours=1)
    before = article(world)
    outcome = look(world, EDITED, host=MIRROR, opinion=True)
    assert outcome.reason == "divergent"
    assert article(world) == before
    assert divergence(world) == [(MIRROR, "text", f"Bridge closed\n{EDITED}", 0)]
    (row,) = world.rows("SELECT ours, revision, capture_id IS NOT NULL AS kept FROM mirror_divergence")
    assert (row["ours"], row["revision"], row["kept"]) == (f"Bridge closed\n{TEXT}", 1, 1)
    look(world, host=MIRROR, opinion=True)
    assert [row[3] for row in divergence(world)] == [1]
    assert world.value("SELECT count(*) FROM notes") == 1


def test_a_mirror_that_is_behind_does_not_differ(world: World) -> None:
    world.store_article(A)
    later(world, hours=1)
    look(world, EDITED)
    make_due(world)
    assert look(world, TEXT, host=MIRROR, opinion=True).reason == "outdated"
    assert divergence(world) == []


def test_another_publication_time_at_a_mirror_is_recorded_with_both(world: World) -> None:
    ours = Timestamp(
        at=world.now,
        precision=Precision.MINUTE,
        source=TimeSource.PAGE,
        local="2026-11-23T15:30:00+03:30",
    )
    world.store_article(A, published=ours)
    later(world, hours=1)
    look(
        world,
        host=MIRROR,
        opinion=True,
        published=replace(ours, at=ours.at and ours.at + timedelta(seconds=50)),
    )
    assert divergence(world) == [], "within a minute and a half it is the same"
    wrong = replace(ours, at=ours.at and ours.at + timedelta(hours=3, minutes=30))
    for _ in range(2):
        look(world, host=MIRROR, opinion=True, published=wrong)
    assert divergence(world) == [(MIRROR, "time", "2026-11-23T15:30:00Z", 0)]
    assert world.rows("SELECT ours FROM mirror_divergence") == [{"ours": "2026-11-23T12:00:00Z"}]
    assert world.value("SELECT count FROM mirror_differences") == 2
    look(world, host=MIRROR, opinion=True, published=ours)
    assert [row[3] for row in divergence(world)] == [1]


GONE_THERE = (Attempt(host=MIRROR, url=A.replace(MAIN, MIRROR), status=404, reason="http_404"),)


def test_gone_on_one_mirror_and_alive_on_another_is_told_once_and_ends(world: World) -> None:
    world.store_article(A)
    for hours in (1, 6, 7, 5):
        later(world, hours=hours)
        look(world, tried=GONE_THERE)
    assert divergence(world) == [(MIRROR, "gone", "404", 0)]
    (note,) = world.rows("SELECT kind, at, text FROM notes")
    assert (note["kind"], note["at"]) == ("gone_on_mirror", "2026-11-24T02:00:00Z"), (
        "when it lasted for half a day"
    )
    assert MIRROR in note["text"]
    assert world.value("SELECT count(*) FROM absences") == 0
    later(world, hours=1)
    look(world, host=MIRROR, opinion=True)
    assert [row[3] for row in divergence(world)] == [1]


def test_a_removal_ends_what_one_mirror_alone_did_not_have(world: World) -> None:
    world.store_article(A)
    later(world, hours=1)
    look(world, tried=GONE_THERE)
    for hours in (1, 13):
        later(world, hours=hours)
        world.write(world.removed(world.recheck(1), 404, 404))
    assert [row[3] for row in divergence(world)] == [1]
    assert world.value("SELECT count(*) FROM removals") == 1


def test_a_mirror_asked_for_comparison_that_has_no_page_is_no_removal(world: World) -> None:
    world.store_article(A)
    for hours in (1, 13, 13):
        later(world, hours=hours)
        link = world.recheck(1)
        refusal = world.removed(link, 404, 404)
        page: Page = replace(refusal.page, opinion=True, attempts=refusal.page.attempts[1:])
        world.write(replace(refusal, page=page))
    assert article(world)["missing_since"] is None
    assert divergence(world) == [(MIRROR, "gone", "404", 0)]
