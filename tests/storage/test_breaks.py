"""A redesign is noticed, its texts are kept in quarantine, alerts wait, and all is let go once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawler.items import LinkState, Outcome
from storage.joining import merge as merge_stories
from tests.storage.pages import Paper, broken, signals, text
from tests.storage.world import World

LONG = "The harbour of Karlow is closed.\n" + text(7000, 300)
TEASER = "The harbour of Karlow is closed."


def broken_open(paper: Paper) -> int:
    """Break the outlet's pages; return how many that took."""
    for count in range(1, 20):
        paper.print_broken()
        if paper.world.rows("SELECT 1 FROM breaks WHERE kind = 'text'"):
            return count
    raise AssertionError(
        paper.world.rows("SELECT words, signs, family FROM page_signals ORDER BY id DESC LIMIT 5")
    )


def quarantined(world: World) -> list[int]:
    return [row["id"] for row in world.rows("SELECT id FROM quarantine ORDER BY id")]


def outbox(world: World) -> list[dict[str, Any]]:
    return world.rows("SELECT article_id, revision, state, held_by, held_until FROM outbox ORDER BY id")


def leaving(world: World, **later: float) -> list[tuple[int, int, bool]]:
    """Return (article, revision, in doubt) of the alerts that leave some time later."""
    world.now += timedelta(**later)
    alerts = world.store.claim_alerts(world.now, 60)
    world.store.mark_sent([alert.id for alert in alerts], world.now, "<id>")
    return [(alert.article_id, alert.revision, alert.doubt) for alert in alerts]


def article(outcome: Outcome) -> int:
    assert outcome.article_id is not None
    return outcome.article_id


def test_a_new_outlet_is_learned_before_anything_is_called_odd(world: World) -> None:
    paper = Paper(world=world, days=3, each=30)
    paper.learn()
    for _ in range(30):
        paper.print_broken()
    assert world.rows("SELECT * FROM breaks") == []
    assert world.store.watched("example")["state"] == "learning"


def test_usual_pages_break_nothing(paper: Paper) -> None:
    for _ in range(60):
        paper.print()
    assert paper.world.rows("SELECT * FROM breaks") == []
    assert paper.world.store.watched("example")["state"] == "watching"


def test_a_redesign_is_noticed_within_ten_articles_and_all_of_its_texts_are_in_quarantine(
    paper: Paper,
) -> None:
    first = paper.printed + 1
    count = broken_open(paper)
    assert count <= 10
    (row,) = paper.world.store.breaks("example")
    assert (row["kind"], row["closed_at"], row["new_template"]) == ("text", None, True)
    assert {"missed", "scant"} <= set(row["signs"])
    assert any("the outlet's own rules find no text: 0% before, 100%" in told for told in row["told"])
    assert quarantined(paper.world) == list(range(first, first + count))
    paper.print_broken()
    assert len(quarantined(paper.world)) == count + 1
    (note,) = paper.world.rows("SELECT text FROM notes WHERE kind = 'break'")
    assert "example" in note["text"]


def test_the_text_is_kept_and_its_export_row_is_like_any_other(paper: Paper) -> None:
    broken_open(paper)
    outcome = paper.print_broken(TEASER)
    row = paper.world.store.article(article(outcome))
    assert row is not None
    assert row["body"] == TEASER
    found = paper.world.store.quarantined_by(article(outcome))
    assert found is not None
    assert found["id"] == 1


def test_alerts_of_doubtful_texts_wait_and_leave_marked_after_a_day(paper: Paper) -> None:
    broken_open(paper)
    outcome = paper.print_broken(TEASER)
    assert outcome.alerts == 1
    assert leaving(paper.world, hours=23) == []
    assert leaving(paper.world, hours=2) == [(article(outcome), 1, True)]
    assert leaving(paper.world, hours=48) == []


def test_what_is_urgent_leaves_at_once_and_marked(paper: Paper) -> None:
    paper.world.add_rule("karlow", severity="high")
    broken_open(paper)
    outcome = paper.print_broken(TEASER)
    assert leaving(paper.world) == [(article(outcome), 1, True)]


def test_a_sound_page_during_a_break_alerts_as_ever(paper: Paper) -> None:
    broken_open(paper)
    outcome = paper.print(body=LONG)
    assert leaving(paper.world) == [(article(outcome), 1, False)]


def test_a_sound_copy_of_the_story_takes_the_alert_over(paper: Paper) -> None:
    broken_open(paper)
    held = paper.print_broken(LONG)
    sound = paper.print(body=LONG)
    assert sound.story_id == held.story_id
    assert leaving(paper.world) == [(article(sound), 1, False)]
    paper.world.store.close_break(1, "normal", paper.world.now)
    assert leaving(paper.world, hours=30) == []


@pytest.mark.parametrize("sound_first", [False, True])
def test_a_sound_alert_stays_when_its_story_turns_out_to_be_that_of_a_doubtful_text(
    paper: Paper, sound_first: bool
) -> None:
    world = paper.world
    doubtful = "The harbour, in a list of what others read.\n" + text(9000, 20)
    broken_open(paper)
    if sound_first:
        sound, held = paper.print(body=LONG), paper.print_broken(doubtful)
    else:
        held, sound = paper.print_broken(doubtful), paper.print(body=LONG)
    assert [row["held_by"] for row in outbox(world)].count(None) == 1
    with world.store._writing() as db:
        merge_stories(db, held.story_id or 0, sound.story_id or 0)
    world.store.close_break(1, "fixed", world.now)
    paper.read_again(article(held), signals(1), text(9000, 300))  # it says nothing of the harbour
    assert leaving(world) == [(article(sound), 1, False)]
    assert leaving(world, hours=30) == []


def one_story_of_three_in_doubt(paper: Paper) -> list[int]:
    """Print three doubtful texts that turn out to be one story, and return their articles: one alert waits for all."""
    world = paper.world
    broken_open(paper)
    printed = [
        paper.print_broken(f"The harbour, as seen by many.\n{text(n, 20)}") for n in (9000, 9400, 9800)
    ]
    with world.store._writing() as db:
        for other in printed[1:]:
            merge_stories(db, printed[0].story_id or 0, other.story_id or 0)
    assert [row["state"] for row in outbox(world)] == ["queued", "dead", "dead"]
    world.store.close_break(1, "fixed", world.now)
    return [article(each) for each in printed]


def test_an_alert_goes_over_to_the_next_text_of_its_story_until_none_gives_it(paper: Paper) -> None:
    world = paper.world
    for left, number in enumerate(one_story_of_three_in_doubt(paper), start=1):
        waiting = [row["article_id"] for row in outbox(world) if row["state"] == "queued"]
        assert waiting == [number], left
        paper.read_again(
            number, signals(left), text(9000 + 400 * left, 300)
        )  # it says nothing of the harbour
    assert outbox(world) == []


def test_an_alert_of_an_edit_that_was_given_up_for_one_that_is_taken_back_waits_again(paper: Paper) -> None:
    world = paper.world
    mine, *others = one_story_of_three_in_doubt(paper)
    with world.store._writing() as db:  # found silently: only an edit of them is told
        db.execute(
            "UPDATE links SET silent = 1 WHERE id IN (SELECT link_id FROM articles WHERE id != ?)", (mine,)
        )
    paper.read_again(mine, signals(1), text(9000, 300))  # it says nothing of the harbour
    assert [row["state"] for row in outbox(world)] == ["queued", "dead"]
    assert leaving(world, hours=30) == [(others[0], 1, True)]
    assert leaving(world, hours=30) == []


def test_alerts_that_had_not_left_when_it_was_noticed_are_held(paper: Paper) -> None:
    outcome = paper.print_broken(TEASER)
    broken_open(paper)
    (row,) = outbox(paper.world)
    assert (row["article_id"], row["held_by"]) == (article(outcome), 1)


def test_a_text_that_is_read_anew_alerts_once_and_is_no_edit(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    outcome = paper.print_broken(text(9000, 30))  # the teaser says nothing of the harbour
    held = paper.print_broken(TEASER)
    world.store.close_break(1, "fixed", world.now)
    again = paper.read_again(article(outcome), signals(1), LONG)
    assert (again.state, again.reason) == (LinkState.REVISION, "mended")
    (alert,) = world.store.claim_alerts(world.now, 60)
    assert (alert.article_id, alert.revision, alert.doubt, alert.edited_at) == (
        article(outcome),
        2,
        False,
        None,
    )
    assert alert.body_before == ""
    world.store.mark_sent([alert.id], world.now, "<id>")
    assert article(outcome) not in quarantined(world)
    assert article(held) in quarantined(world)
    assert leaving(world, hours=3) == [(article(held), 1, True)]


def test_an_alert_that_the_text_read_anew_does_not_give_is_taken_back(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    outcome = paper.print_broken("The harbour, in a list of what others read.\n" + text(9000, 20))
    assert len(outbox(world)) == 1
    world.store.close_break(1, "fixed", world.now)
    paper.read_again(article(outcome), signals(1), text(9000, 300))
    assert outbox(world) == []
    assert world.rows("SELECT * FROM matches WHERE article_id = ? AND revision = 2", article(outcome)) == []


def test_release_lets_go_what_the_present_text_says(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    outcome = paper.print_broken(TEASER)
    number = article(outcome)
    assert world.store.release([number, number, 1], world.now) == [number]
    assert leaving(world) == [(number, 1, False)]
    assert world.store.release([number], world.now) == []
    assert leaving(world, hours=48) == []


def test_accepted_as_normal_all_leave_and_what_is_usual_is_learned_anew(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    outcome = paper.print_broken(TEASER)
    assert world.store.close_break(1, "normal", world.now) == 0
    assert leaving(world, minutes=1) == [(article(outcome), 1, False)]
    assert quarantined(world) == []
    for _ in range(30):
        paper.print_broken()
    assert len(world.store.breaks("example")) == 1
    assert world.store.watched("example")["state"] == "learning"
    assert world.store.close_break(1, "normal", world.now) is None


def test_nine_sound_pages_of_ten_end_it_and_its_articles_are_read_anew_at_once(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    outcome = paper.print_broken(TEASER)
    for number in range(9):
        assert world.store.breaks("example")[0]["closed_at"] is None, number
        paper.print(signals(paper.printed + 1, template=broken(1).template))
    (row,) = world.store.breaks("example")
    assert row["how"] == "fixed"
    assert article(outcome) in quarantined(world)
    due = {link.article_id for link in world.store.due_rechecks("example", world.now, 500)}
    assert set(quarantined(world)) <= due
    for _ in range(30):
        paper.print(signals(paper.printed + 1, template=broken(1).template))
    assert [each["kind"] for each in world.store.breaks("example") if each["kind"] != "redesign"] == ["text"]


def test_pages_without_a_text_are_asked_for_again_when_it_is_over(paper: Paper) -> None:
    world = paper.world
    outcomes = [paper.print_empty() for _ in range(10)]
    (row,) = world.store.breaks("example")
    assert "empty" in row["signs"]
    assert {outcome.state for outcome in outcomes} == {LinkState.SKIPPED}
    world.store.close_break(1, "fixed", world.now)
    assert len(world.store.pending_links("example", world.now)) == 10


def test_a_re_check_in_a_break_replaces_nothing_and_is_kept_beside(paper: Paper) -> None:
    world = paper.world
    stored = world.store.article(100)
    broken_open(paper)
    outcome = paper.read_again(100, broken(100), TEASER)
    assert (outcome.state, outcome.reason) == (LinkState.FAILED, "doubtful")
    assert world.store.article(100) == stored
    (kept,) = world.store.doubtful(100)
    assert (kept["body"], kept["break_id"]) == (TEASER, 1)
    (notice,) = world.store.untold_breaks(world.now)
    assert notice.before is not None
    assert notice.after is not None
    assert (notice.before.article_id, notice.after.body) == (100, TEASER)
    world.store.close_break(1, "fixed", world.now)
    assert 100 in {link.article_id for link in world.store.due_rechecks("example", world.now, 200)}


def test_before_a_break_is_proved_half_a_text_in_a_new_template_is_believed_after_half_a_day(
    paper: Paper,
) -> None:
    world = paper.world
    assert paper.read_again(100, broken(100), TEASER).reason == "doubtful"
    world.begin(hours=6)
    assert paper.read_again(100, broken(100), TEASER).reason == "doubtful"
    world.begin(hours=7)
    assert paper.read_again(100, broken(100), TEASER).state is LinkState.REVISION


def test_an_edit_of_a_sound_page_is_an_edit(paper: Paper) -> None:
    broken_open(paper)
    outcome = paper.read_again(100, signals(100), LONG)
    assert (outcome.state, outcome.reason) == (LinkState.REVISION, "")


def test_a_new_template_with_sound_texts_is_told_once_and_holds_nothing(paper: Paper) -> None:
    world = paper.world
    for _ in range(60):
        number = paper.printed + 1
        paper.print(signals(number, 250 + 37 * (number % 5), template=broken(1).template))
    (row,) = world.store.breaks("example")
    assert (row["kind"], row["how"], row["quarantined"]) == ("redesign", "sound", 0)
    assert len(world.store.untold_breaks(world.now)) == 1


def test_fields_that_vanish_are_told_and_hold_nothing(paper: Paper) -> None:
    world = paper.world
    for _ in range(12):
        number = paper.printed + 1
        given = signals(number, 250 + 37 * (number % 5), template=broken(1).template, fields=("title",))
        outcome = paper.print(given, LONG if number == 125 else "")
    (row,) = world.store.breaks("example")
    assert (row["kind"], row["closed_at"]) == ("fields", None)
    assert {"byline", "date"} <= set(row["signs"])
    assert quarantined(world) == []
    assert outcome.state is LinkState.NEW


def test_texts_that_go_bad_while_fields_are_missing_are_told_anew(paper: Paper) -> None:
    world = paper.world
    for _ in range(12):
        paper.print(signals(paper.printed + 1, 300, template=broken(1).template, fields=("title",)))
    world.store.mark_break_told(1, "opened", world.now)
    broken_open(paper)
    (notice,) = world.store.untold_breaks(world.now)
    assert (notice.id, notice.kind, notice.event) == (1, "text", "opened")
    assert notice.quarantined > 0


def test_ops_is_told_of_the_beginning_and_of_the_end_once(paper: Paper) -> None:
    world = paper.world
    broken_open(paper)
    (notice,) = world.store.untold_breaks(world.now)
    assert (notice.event, notice.kind, notice.outlet_name) == ("opened", "text", "Example News")
    assert notice.before is not None
    assert notice.after is not None
    assert len(notice.before.body.split()) > 200 > len(notice.after.body.split())
    world.store.mark_break_untold(1, world.now + timedelta(hours=1))
    assert world.store.untold_breaks(world.now) == []
    (notice,) = world.store.untold_breaks(world.now + timedelta(hours=1))
    assert notice.tries == 1
    world.store.mark_break_told(1, "opened", world.now)
    assert world.store.untold_breaks(world.now) == []
    world.store.close_break(1, "fixed", world.now)
    (notice,) = world.store.untold_breaks(world.now)
    assert (notice.event, notice.how) == ("closed", "fixed")
    world.store.mark_break_told(1, "closed", world.now)
    assert world.store.untold_breaks(world.now) == []


def test_old_articles_and_backfills_say_nothing_of_how_pages_are_built_now(paper: Paper) -> None:
    world = paper.world
    seen = world.value("SELECT count(*) FROM page_signals")
    for _ in range(12):
        paper.printed += 1
        link = world.found(paper._url(paper.printed).replace("/2026/11/23/", "/2019/03/02/"))
        given = broken(paper.printed)
        body = text(paper.printed, 30)
        world.write(world.article(link, f"Old {paper.printed}", body, signals=given, word_count=30))
    assert world.value("SELECT count(*) FROM page_signals") == seen
    assert world.store.breaks("example") == []
