"""How a call of ``reextract`` ends."""

from __future__ import annotations

import pytest
import typer

from crawler.cli.reextract import _end
from crawler.items import Fate, Reextraction
from schedules.reextract import OutletReport, ReextractReport


def ended(*texts: Reextraction) -> int:
    report = OutletReport(outlet_id="example")
    for each in texts:
        report.add(each, 0)
    with pytest.raises(typer.Exit) as left:
        _end(ReextractReport(outlets={"example": report}, dry_run=False))
    return int(left.value.exit_code)


def text(fate: Fate, reason: str = "") -> Reextraction:
    return Reextraction(article_id=1, number=1, url="u", title="t", fate=fate, reason=reason)


@pytest.mark.parametrize("fate", [Fate.SAME, Fate.GAINED, Fate.WITHHELD, Fate.NO_ARTICLE])
def test_what_was_read_is_no_failure(fate: Fate, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(text(fate)) == 0
    assert capsys.readouterr().err == ""


def test_a_page_that_could_not_be_read_fails_the_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        ended(text(Fate.SAME), text(Fate.FAILED, "extract_timeout"), text(Fate.FAILED, "page_damaged")) == 1
    )
    damaged, unread = capsys.readouterr().err.splitlines()
    assert damaged.startswith("newshawk: 1 kept page is damaged")
    assert unread.startswith("newshawk: 1 kept page could not be read")
