"""What people are told of re-checks, absences and mirrors."""

from __future__ import annotations

from typing import Any

from crawler.rechecklines import (
    absence_line,
    absence_told,
    difference_line,
    recheck_told,
    recheck_troubles,
)

CALM: dict[str, Any] = {
    "due": 3,
    "overdue": 0,
    "late_seconds": 0,
    "requests": 40,
    "budget": 200,
    "stretch": 1.0,
    "new_a_day": 4.0,
}
NONE = {"missing": 0, "doubt": 0, "gone": 0}


def test_an_outlet_that_keeps_its_promises_is_no_trouble() -> None:
    assert list(recheck_troubles({"rechecks": CALM, "absences": NONE})) == []
    assert (
        list(recheck_troubles({"rechecks": CALM | {"overdue": 5, "late_seconds": 600}, "absences": NONE}))
        == []
    )
    assert recheck_told(CALM) == "40 requests in 24 hours, of 200; 3 due"
    assert absence_told(NONE) == ""


def test_one_that_is_behind_says_by_how_much_and_whether_the_budget_is_why() -> None:
    late = CALM | {"overdue": 5, "late_seconds": 7300, "requests": 190, "stretch": 2.5}
    (told,) = recheck_troubles({"rechecks": late, "absences": NONE})
    assert told == (
        "5 re-checks are later than promised, by up to 2 h, and 190 of 200 requests a day are used (recheck_budget)"
    )
    (told,) = recheck_troubles({"rechecks": late | {"requests": 20}, "absences": NONE})
    assert "recheck_budget" not in told
    assert recheck_told(late).endswith(
        "5 of them later than promised; the budget lengthens what is wished 2.5 times"
    )


def test_a_budget_that_is_less_than_what_is_promised_is_told_though_nothing_is_late_yet() -> None:
    short = CALM | {"requests": 4, "budget": 5, "new_a_day": 300.0}
    assert recheck_told(short) == (
        "4 requests in 24 hours, of 5; 3 due; what is promised of 300 new articles a day takes 5,400 (recheck_budget)"
    )
    (told,) = recheck_troubles(
        {"rechecks": short | {"overdue": 300, "late_seconds": 90_000}, "absences": NONE}
    )
    assert told.endswith("by up to 25 h, and 4 of 5 requests a day are used (recheck_budget)")


def test_an_outlet_that_is_missing_as_a_whole_is_told() -> None:
    absences = {"missing": 1, "doubt": 300, "gone": 2}
    (told,) = recheck_troubles({"rechecks": CALM, "absences": absences})
    assert told.startswith("300 articles are missing on every host")
    assert absence_told(absences) == "2 removed; 1 missing, one check more decides; 300 missing in doubt"


def test_absences_and_differences_are_sentences() -> None:
    absence = {
        "missing_since": "A",
        "checks": 2,
        "how": "404",
        "gone_at": "B",
        "doubted_at": None,
        "returned_at": "C",
    }
    assert absence_line(absence) == (
        "Missing from all hosts since A (404, 2 checks); removed since B, when it was found so again, and back since C."
    )
    doubted = absence | {"gone_at": None, "doubted_at": "D", "returned_at": None}
    assert absence_line(doubted).endswith("since most of the outlet's pages are missing with it.")
    other = {
        "host": "m",
        "kind": "time",
        "ours": "X",
        "theirs": "Y",
        "first_seen_at": "A",
        "last_seen_at": "B",
    }
    assert difference_line(other | {"ended_at": None}) == "m says it was published at Y, not X, from A to B"
    gone = other | {"kind": "gone", "theirs": "404", "ended_at": "C"}
    assert difference_line(gone) == "m has no page of it (404), from A to B, over since C"
