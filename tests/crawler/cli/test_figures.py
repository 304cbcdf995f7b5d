"""The tables of crawl, status and schedule on a terminal of 80 columns."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from crawler.cli import figures, standing
from crawler.tally import COLUMNS
from schedules.crawls import CrawlReport

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def shown(table: Table) -> list[str]:
    """Return the lines of a table on 80 columns."""
    out = io.StringIO()
    Console(file=out, width=80).print(table, soft_wrap=True)
    return out.getvalue().rstrip().splitlines()


def report(outlet_id: str, host: str | None, **counts: int) -> CrawlReport:
    return CrawlReport(outlet_id=outlet_id, host=host, counts=dict.fromkeys(COLUMNS, 0) | counts)


def row(**more: Any) -> dict[str, Any]:
    return {
        "last_good_poll": "2026-11-23T05:56:00Z",
        "next_due": "2026-11-23T06:11:00Z",
        "host": "www.example.com",
        "articles": 12,
        "links": {"new": 12},
        "error": None,
        "failing_sources": [],
        "frozen_sources": [],
        "hosts": [],
    } | more


def test_counts_that_are_zero_everywhere_are_left_out() -> None:
    text = shown(figures.pass_table({"example": report("example", "www.example.com", found=2, new=2)}))
    assert text[1].split() == ["outlet", "found", "new", "host"]
    assert text[3].split() == ["example", "2", "2", "www.example.com"]


def test_all_columns_fit_on_eighty_and_numbers_stay_whole() -> None:
    counts = dict.fromkeys(COLUMNS, 99_999)
    text = shown(
        figures.pass_table({"example-news-fr": report("example-news-fr", "www.example.com", **counts)})
    )
    assert max(map(len, text)) <= 80
    assert "\n".join(text).count("99999") == len(COLUMNS)


def test_the_status_folds_no_host_and_does_without_the_least_telling_states() -> None:
    links = dict.fromkeys(figures.STATES, 1234)
    host = "www.presstv-mirror.example"
    outlets = {"presstv": row(host=host, links=links), "b": row(host="b.example", links=links)}
    whole = shown(figures.status_table(outlets, NOW))
    assert whole[1].split()[4:] == ["articles", *figures.STATES.values()]
    narrow = shown(figures.status_table(outlets, NOW, 80))
    assert narrow[1].split()[4:] == ["articles", "failed", "pending"]
    assert max(len(line.rstrip()) for line in narrow) <= 80
    assert all(any(host in line for line in text) for text in (whole, narrow))
    assert len(whole) == len(narrow) == 5
    long = f"{'a' * 60}.example"
    assert any(long in line for line in shown(figures.status_table({"x": row(host=long)}, NOW, 40)))


def test_the_status_shows_times_as_people_say_them() -> None:
    outlets = {"example": row(), "new": row(last_good_poll=None, host=None, articles=0, links={})}
    text = "\n".join(shown(figures.status_table(outlets, NOW)))
    assert "4 min ago" in text
    assert "in 11 min" in text
    assert "never" in text
    assert "failed" not in text


def test_troubles_are_a_line_each() -> None:
    source = {
        "url": "http://a.example/rss",
        "failures": 3,
        "failing_since": "2026-11-22T06:00:00Z",
        "error": "dns",
    }
    assert figures.status_troubles({"example": row(error="out of reach", failing_sources=[source])}, NOW) == [
        "example: out of reach",
        "example: http://a.example/rss failed 3 times since 2026-11-22T06:00:00Z: dns",
    ]
    sources = [source, {**source, "url": "http://a.example/b"}, {**source, "error": "http 500"}]
    assert figures.status_troubles({"example": row(failing_sources=sources)}, NOW) == [
        "example: http://a.example/rss and 1 more failed 3 times since 2026-11-22T06:00:00Z: dns",
        "example: http://a.example/rss failed 3 times since 2026-11-22T06:00:00Z: http 500",
    ]


def test_odd_sources_and_gaps_are_told_with_the_outlet() -> None:
    def source(state: str, *distrusted: str) -> dict[str, Any]:
        told = f"it is {state}"
        return {
            "url": "http://a.example/rss",
            "state": state,
            "told": told,
            "distrusted_hosts": list(distrusted),
        }

    sources = [source("well", "a.example"), source("empty"), source("quiet"), source("failing")]
    gaps = {"open": 1, "uncovered": 0, "told": ["a gap"]}
    assert figures.status_troubles({"example": row(sources=sources, gaps=gaps)}, NOW) == [
        "example: it is empty",
        "example: it is quiet",
        "example: a.example says that http://a.example/rss is unchanged when it is not; it is asked for the whole"
        " each time",
        "example: a gap",
    ]


def test_a_source_that_is_frozen_and_quiet_is_one_line() -> None:
    url = "http://a.example/rss"
    quiet = {"url": url, "state": "quiet", "told": "it is quiet", "distrusted_hosts": []}
    frozen = {"url": url, "since": "2026-11-20T06:00:00Z", "usual_gap": None}
    told = figures.status_troubles({"example": row(sources=[quiet], frozen_sources=[frozen])}, NOW)
    assert told == [f"example: {url} is frozen since 2026-11-20T06:00:00Z: it answers and names nothing new"]


def test_only_outlets_that_are_not_polled_as_configured_are_explained() -> None:
    outlets = {"a": {"why": ""}, "b": {"why": "1 of 2 sources"}, "c": {}}
    assert figures.schedule_notes(outlets) == ["b: 1 of 2 sources."]


def test_a_frozen_source_and_a_host_in_trouble_are_told_below_the_table() -> None:
    frozen = {"url": "http://a.example/rss", "since": "2026-11-20T06:00:00Z", "usual_gap": 720}
    host = {
        "host": "mirror.example", "last_ok_at": "2026-11-23T05:00:00Z", "last_tried_at": "2026-11-23T05:00:00Z",
        "failing_since": None, "failures": 0, "rest_until": None, "reason": None, "status": 200,
        "newest_at": None, "stale_since": None, "stale_as": None, "divergent": 2,
    }  # fmt: skip
    well = host | {"host": "www.a.example", "divergent": 0}
    told = figures.status_troubles({"example": row(frozen_sources=[frozen], hosts=[well, host])}, NOW)
    assert told == [
        "example: http://a.example/rss is frozen since 2026-11-20T06:00:00Z: it answers and names nothing new;"
        " usually something comes every 12 min",
        "example: mirror.example: it shows another text of 2 articles than the outlet's own hosts; last good answer"
        " 2026-11-23T05:00:00Z",
    ]


def test_a_blackout_is_one_line_in_place_of_one_for_each_outlet() -> None:
    outlets = {name: row(error=f"{name} is down") for name in "abcd"}
    dark = [{"told": "blackout: all 3 outlets of IR", "outlets": ["a", "b", "c"]}]
    assert figures.status_troubles(outlets, NOW, dark) == ["blackout: all 3 outlets of IR", "d: d is down"]


def test_the_schedule_has_the_next_outlet_first() -> None:
    told = {
        "hours": 6.0,
        "outlets": {
            "later": {"every": 'cron "0 12 * * *"', "next_due": "2026-11-23T12:00:00Z"},
            "soon": {"every": "every 5 min", "next_due": "2026-11-23T06:01:00Z"},
        },
        "polls": [{"at": "2026-11-23T06:01:00Z", "outlet": "soon"}],
    }
    text = shown(figures.schedule_table(told, NOW))
    assert text[3].split("  ")[-1].strip() == "1"
    assert "soon" in text[3]
    assert "later" in text[4]
    assert max(map(len, text)) <= 80


def test_an_outlet_that_is_not_complete_and_sums_that_do_not_agree_are_told() -> None:
    found = {"recall": 0.85, "at": "2026-11-23T03:00:00Z", "missing": 3}
    lines = figures.status_troubles(
        {"example": row(completeness=found, sums=["run 7: x was found and not counted"])}, NOW
    )
    assert lines == [
        "example: sums do not agree: run 7: x was found and not counted",
        "example: recall 0.850 on 2026-11-23, 3 links missing; "
        '"newshawk reconcile example --fetch" fetches what is missing',
    ]
    assert figures.status_troubles({"example": row(completeness=found | {"missing": 0})}, NOW) == []


def test_the_counts_of_a_funnel_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("found", "fetched", "new", "revision", "duplicate", "unchanged", "pending")
    counts = dict.fromkeys(names, 7) | {
        "skipped": {},
        "failed": {"extract_timeout": 7},
        "rechecks": {"revised": 7, "unchanged": 7},
    }
    standing._print_funnel({"day": counts, "all": counts})
    lines = capsys.readouterr().out.splitlines()
    (at,) = {text.index("7") for text in lines if "7" in text}
    assert any(text.index("24 hours") == at for text in lines if "24 hours" in text)
