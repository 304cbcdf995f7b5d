"""``newshawk demo`` from end to end: the real crawl over the sample world, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def newshawk(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "1000"}
    command = [sys.executable, "-m", "crawler.cli.app", *words]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder in which the demo ran, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    done = newshawk("demo", folder=folder)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder, done.stdout


def test_the_mirror_serves_when_the_first_host_is_blocked(shown: tuple[Path, str]) -> None:
    assert re.search(r"presstv-sample .* www\.presstv-mirror\.example", shown[1])
    assert "no article contains it" in shown[1]
    assert "11 of 11 citations stay on www.presstv.example" in shown[1]


def test_one_article_for_many_addresses_and_one_mail_for_a_copy(shown: tuple[Path, str]) -> None:
    assert "in four forms (www, bare host, trackers, AMP): 1 article" in shown[1]
    assert "under a new slug: 1 duplicate" in shown[1]
    assert "are one story, by their text: 1 mail, not 2" in shown[1]


def test_the_edit_is_a_second_revision_with_its_words(shown: tuple[Path, str]) -> None:
    assert "has 2 revisions" in shown[1]
    assert "[-no damage.-] {+a crack eleven meters long.+}" in shown[1]


def test_nothing_that_is_no_article_is_stored(shown: tuple[Path, str]) -> None:
    assert "ended as failed/challenge, a dead link as failed/http_404" in shown[1]
    assert "should" not in shown[1]


def test_the_cut_lines_are_told_with_their_rules(shown: tuple[Path, str]) -> None:
    for line, rule in (("SHARE THIS ARTICLE", "share"), ("News / Society", "breadcrumb")):
        assert re.search(rf"^{re.escape(line)} +{rule}", shown[1], re.MULTILINE)


def test_the_mails_are_files_and_the_first_poll_sent_none(shown: tuple[Path, str]) -> None:
    folder, told = shown
    mails = sorted(path.name for path in (folder / "newshawk-demo" / "mail").glob("*.eml"))
    assert all(name in told for name in mails)
    assert told.count("[port-selm-fire]") == 1
    assert "[fishing-port] بندر تازه" in told
    assert "[telescope]" not in told


def test_what_the_edit_brought_alerts_although_the_article_was_found_in_silence(
    shown: tuple[Path, str],
) -> None:
    assert "A rule matches only now: 1 mail." in shown[1]
    assert shown[1].count("[ostra-evacuation] Edited: Valley below the Ostra dam") == 1


def test_the_line_to_type_next_finds_the_articles(shown: tuple[Path, str]) -> None:
    folder, told = shown
    assert "serve --config newshawk-demo/newshawk.toml" in told
    done = newshawk(
        "search", "fire OR evacuat*", "--json", "--config", "newshawk-demo/newshawk.toml", folder=folder
    )
    assert done.returncode == 0, done.stderr
    titles = {json.loads(line)["title"] for line in done.stdout.splitlines()}
    assert "Valley below the Ostra dam is told to prepare for evacuation" in titles
    assert len(titles) == 3


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = newshawk("demo", "--dir", str(tmp_path), folder=tmp_path)
    assert done.returncode == 2
    assert "no demo made" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
