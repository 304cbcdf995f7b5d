"""The alarm over simulated outlets: quiet in good times, soon after a break."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from benchmarks.redesign import START, Outlet, Watch, make, year
from crawler.baseline import (
    LEAST_PAGES,
    Baseline,
    Echo,
    Observed,
    as_record,
    from_record,
    judge,
    learned,
)
from crawler.items import Draft, Signals, TimeSource, Timestamp
from crawler.redesign import found_break, told
from crawler.signals import FIRST, LAST, signals_of
from tests.storage.pages import broken, signals

DAYS = 45


def pages(count: int, days: float = 10) -> list[Observed]:
    step = timedelta(days=days / count)
    return [
        Observed(number=number, at=START + number * step, signals=signals(number, 200 + number % 7 * 30))
        for number in range(count)
    ]


def usual() -> Baseline:
    baseline = learned(pages(100))
    assert baseline is not None
    return baseline


def watched(outlet: Outlet) -> tuple[Watch, int]:
    """Return the watch over an outlet after some weeks, and how many false breaks it found."""
    watch, false = Watch(), 0
    for at, given in year(outlet, DAYS):
        false += watch.see(at, given) is not None
    return watch, false


@pytest.mark.parametrize("way", ["empty", "teaser", "furniture", "fields"])
def test_weeks_without_a_break_raise_no_alarm_and_a_break_is_told_soon(way: str) -> None:
    outlet = make(random.Random(way))
    outlet.pages_a_day = 25
    outlet.families = {"article": outlet.families["article"]}
    watch, false = watched(outlet)
    assert false == 0
    assert watch.baseline is not None
    outlet.broken = way
    after = islice(year(outlet, 20, START + timedelta(days=DAYS)), 12)
    finding = next((found for at, given in after if (found := watch.see(at, given))), None)
    assert finding is not None
    assert finding.new_template
    assert told(finding)[-1].startswith("words of the middle text")


def test_too_few_pages_or_too_short_a_time_teach_nothing() -> None:
    assert learned(pages(LEAST_PAGES - 1)) is None
    assert learned(pages(200, days=6)) is None
    assert learned(pages(LEAST_PAGES)) is not None


def test_what_is_usual_survives_being_kept() -> None:
    baseline = usual()
    again = from_record(json.loads(json.dumps(as_record(baseline))))
    assert [family.name for family in again.families] == [family.name for family in baseline.families]
    assert again.usual.words == pytest.approx(baseline.usual.words, abs=0.1)
    assert again.usual.habits == baseline.usual.habits
    assert again.usual.shares["missed"] == pytest.approx(baseline.usual.shares["missed"], abs=1e-4)


def test_short_pages_of_a_template_that_is_always_short_are_not_odd() -> None:
    gallery = replace(signals(0), words=20, template=broken(1).template, ruled=None, edges=())
    mixed = [
        replace(each, signals=replace(gallery, title_hash=each.number + 1)) if each.number % 5 == 0 else each
        for each in pages(100)
    ]
    baseline = learned(mixed)
    assert baseline is not None
    judged = judge(replace(mixed[0], number=500), baseline, Echo())
    assert judged.known
    assert not {"short", "scant", "missed"} & judged.signs


def test_lines_that_other_pages_have_too_are_seen() -> None:
    baseline, echo = usual(), Echo()
    rail = tuple(range(1, 9))
    for number in range(3):
        echo.add(signals(number, edges=rail))
    judged = judge(Observed(number=9, at=START, signals=signals(9, edges=rail)), baseline, echo)
    assert "repeated" in judged.signs
    assert "repeated" not in judge(pages(10)[9], baseline, echo).signs


def test_five_odd_pages_are_no_break_and_six_are() -> None:
    baseline, echo = usual(), Echo()
    odd = [
        Observed(number=1000 + number, at=START + timedelta(days=11, hours=number), signals=broken(number))
        for number in range(6)
    ]
    judged = [judge(each, baseline, echo) for each in odd]
    assert found_break(judged[:5], baseline) is None
    finding = found_break(judged, baseline)
    assert finding is not None
    assert (finding.kind, finding.first, finding.pages) == ("text", 1000, 6)


def test_a_draft_tells_what_the_page_gave_itself() -> None:
    lines = tuple(f"Line number {number} of the text." for number in range(40))
    given = Draft(
        title="A title",
        lines=(*lines, "Share this"),
        byline=("Ada Writer",),
        published=Timestamp(at=datetime(2026, 1, 2, tzinfo=UTC), source=TimeSource.FEED),
        method="trafilatura",
    )
    told_by = signals_of(given, lines, 280)
    assert told_by.fields == ("title", "byline")
    assert 0 < told_by.cut < 0.02
    assert len(told_by.edges) == FIRST + LAST
    assert signals_of(Draft(title="", lines=()), (), 0) == Signals()
