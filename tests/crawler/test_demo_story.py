"""The telling of the demo: made from the evidence, and honest when the evidence is bad."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from crawler.demo.shown import show
from crawler.demo.story import COUNTS, Evidence, Mail, tell, word_diff
from crawler.demo.world import CHALLENGED, DEAD_LINK, PRESSTV_HOSTS


def row(article_id: int, outlet: str, url: str, **more: Any) -> dict[str, Any]:
    return {
        "id": article_id,
        "outlet": outlet,
        "url": url,
        "title": f"Title {article_id}",
        "body": "Some text.",
        "story_id": article_id,
        "revision": 1,
    } | more


def outlet(**counts: int) -> dict[str, Any]:
    return dict.fromkeys(COUNTS, 0) | counts | {"host": "x", "error": None}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_host_is_whole_on_narrow_terminals(width: int, evidence: Evidence) -> None:
    first, _, mirror = PRESSTV_HOSTS
    counts = dict.fromkeys(COUNTS[:7], 12)
    passes = (
        {"coastal-gazette": outlet(found=7) | {"host": first}},
        {"coastal-gazette": outlet(**counts) | {"host": mirror}},
    )
    console = Console(width=width, file=StringIO(), record=True)
    show(console, replace(evidence, passes=passes), command="newshawk", config="c.toml")
    printed = console.export_text().partition("What happened")[0]
    assert (first in printed, mirror in printed) == (True, True), printed
    assert max(map(len, printed.splitlines())) <= width


@pytest.fixture
def evidence() -> Evidence:
    first, seized, mirror = PRESSTV_HOSTS
    return Evidence(
        passes=(
            {"presstv-sample": outlet(found=7, new=7)},
            {"presstv-sample": outlet(found=12, new=4, duplicate=1)},
        ),
        articles=(
            row(1, "presstv-sample", f"http://{first}/Detail/2026/11/23/1/a", story_id=1, title="Fire"),
            row(2, "northwire", "http://www.northwire.example/b", story_id=1, title="Warehouse burns"),
            row(3, "northwire", "http://www.northwire.example/science/x-telescope-first-light"),
        ),
        revisions={1: (("Fire", "It burned for two hours."), ("Fire", "It burned for six hours."))},
        ends={CHALLENGED[0]: "failed/challenge", DEAD_LINK[0]: "failed/http_404"},
        mails=(Mail(path="mail/1.eml", subject="[port-selm-fire] Fire", to="desk@example.org"),),
        requests=(
            (2, first, "/Detail/2026/11/23/1/a", 200),
            (2, first, "/Detail/2026/11/23/2/b", 403),
            (2, seized, "/Detail/2026/11/23/2/b", 200),
            (2, mirror, "/Detail/2026/11/23/2/b", 200),
            (2, mirror, "/Detail/2026/11/23/3/c", 200),
        ),
    )


def test_the_blocked_host_is_told_with_what_each_host_gave(evidence: Evidence) -> None:
    why = tell(evidence)[0].why
    assert "www.presstv.example gave 1 page, then answered 403 (1 time)" in why
    assert "no article contains it" in why
    assert "www.presstv-mirror.example served the other 2 pages" in why
    assert "1 of 1 citations stay on www.presstv.example" in why


def test_a_stored_seizure_notice_is_admitted(evidence: Evidence) -> None:
    bad = row(9, "presstv-sample", "http://presstv.example/", body="The domain has been seized by ...")
    why = tell(replace(evidence, articles=(*evidence.articles, bad)))[0].why
    assert "stored as 1 articles (it should not be)" in why


def test_the_copy_is_one_story_and_one_mail(evidence: Evidence) -> None:
    line = tell(evidence)[2]
    assert "“Fire” (presstv-sample) and “Warehouse burns” (northwire)" in line.why
    assert "1 mail, not 2" in line.why


def test_a_missing_copy_edit_and_ledger_row_are_said(evidence: Evidence) -> None:
    told = tell(replace(evidence, articles=evidence.articles[2:], revisions={}, ends={}))
    assert "two should be" in told[2].why
    assert "one should have" in told[3].why
    assert "not in the ledger" in told[4].why


def test_the_edit_shows_the_words_that_went_and_came(evidence: Evidence) -> None:
    assert ("gone", "two") in tell(evidence)[3].diff
    assert ("come", "six") in tell(evidence)[3].diff


def test_addresses_that_gave_no_article_are_told_with_state_and_reason(evidence: Evidence) -> None:
    why = tell(evidence)[4].why
    assert "failed/challenge" in why
    assert "failed/http_404" in why


def test_unchanged_words_far_from_a_change_are_left_out() -> None:
    before = "one two three four five six seven eight nine ten eleven twelve"
    pieces = word_diff(f"{before} old {before}", f"{before} new {before}")
    assert pieces == (
        ("same", "… nine ten eleven twelve"),
        ("gone", "old"),
        ("come", "new"),
        ("same", "one two three four …"),
    )


def test_equal_texts_have_no_diff_but_their_words() -> None:
    assert word_diff("a b", "a b") == (("same", "a b"),)
