"""diff, changes and show --history, as a person calls them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.changes.diffing import text_diff
from crawler.cli import archive, changes
from crawler.cli.difflines import with_gaps
from crawler.errors import UsageError
from crawler.identity import outlet_address
from crawler.items import DiffLine, Reading
from storage import mirrordifferences
from storage.store import Store
from tests.crawler.cli.test_archive import served
from tests.storage.world import NOON, OUTLET, TEXT, opened

Run = Callable[..., Result]
CONFIG = """
[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com", "example-mirror.net"]
feeds = ["http://www.example.com/rss.xml"]
"""
A = "http://www.example.com/Detail/2026/11/23/1/a"
NASTY = '<script>alert("x")</script>\x1b[31m & co'
EDITED = (
    TEXT.replace("two of its six", "three of its six")
    + f"\n{NASTY} was seen on the bridge, the council said."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    with opened(tmp_path) as world:
        world.store_article(A)
        world.store_article(A.replace("/1/a", "/2/b"), title="Never edited")
        world.begin(hours=2)
        world.write(world.article(world.recheck(1), "Bridge <b>shut</b>", EDITED, byline=("Ada Writer",)))
        world.begin(hours=2)
        world.write(world.article(world.recheck(1), "Bridge <b>shut</b>", f"{EDITED}\n5 comments"))
        link = world.recheck(2)
        page = world.page(link, host="example-mirror.net", url=outlet_address(OUTLET, link.url))
        world.write(world.article(link, "Never edited", TEXT.replace("Monday", "Sunday"), page=page))
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    app = typer.Typer()
    archive.register(app)
    changes.register(app)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--config", str(folder / "newshawk.toml")])

    return call


def test_diff_marks_words_where_there_are_no_colours(run: Run) -> None:
    result = run("diff", "1")
    assert result.exit_code == 0, result.output
    text = result.stdout
    assert "headline   Bridge [-closed-]" in text
    assert "{+<b>shut</b>+}" in text
    assert "found cracks in [-two-] {+three+} of its six piers" in text
    assert "byline     Ada Writer[-, B. Author-]" in text
    assert "Drivers are asked to use the northern crossing" in text
    assert "headline, numbers, paragraph added; +" in text
    assert "\x1b" not in text


def test_paragraphs_that_are_the_same_are_counted() -> None:
    body = [f"Paragraph {name} tells of the bridge." for name in "abcdefgh"]
    new = [*body[:-1], "Paragraph h tells of the ferry."]
    lines = text_diff(Reading(title="", body="\n".join(body)), Reading(title="", body="\n".join(new))).lines
    shown = list(with_gaps(lines))
    assert (shown[0], [line.sign for line in shown[1:] if isinstance(line, DiffLine)]) == (6, [" ", "~"])
    assert list(with_gaps(lines[:4])) == [4]


def test_diff_json_holds_both_texts(run: Run) -> None:
    told = json.loads(run("diff", "1", "--from", "1", "--to", "2", "--json").stdout)
    assert told["classes"] == ["headline", "numbers", "paragraph_added"]
    new = ["".join(piece for sign, piece in line["pieces"] if sign != "-") for line in told["lines"]]
    assert new == EDITED.split("\n")
    assert told["old"].startswith("revision 1, seen 2026-11-23T12:00:00Z")
    assert told["from"] == {"revision": 1, "seen_at": "2026-11-23T12:00:00Z", "host": "www.example.com"}
    assert (told["to"]["revision"], told["to"]["seen_at"]) == (2, "2026-11-23T14:00:00Z")


def test_diff_html_is_inert_and_needs_nothing_else(run: Run, folder: Path) -> None:
    target = folder / "diff.html"
    assert run("diff", "1", "--html", str(target)).exit_code == 0
    page = target.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert 'dir="auto"' in page
    assert "<del> closed</del>" in page
    assert re.findall(r'(?:src|href)\s*=|url\(|@import|\son\w+="', page) == []


def test_diff_with_a_mirror_that_alone_showed_another_text(run: Run) -> None:
    text = run("diff", "2", "--host", "example-mirror.net").stdout
    assert "[-Monday-] {+Sunday+}" in text
    assert "example-mirror.net alone showed" in text
    told = json.loads(run("diff", "2", "--host", "example-mirror.net", "--json").stdout)
    assert (told["from"]["revision"], told["from"]["host"]) == (1, "www.example.com")
    assert told["to"] == {"revision": None, "seen_at": "2026-11-23T16:00:00Z", "host": "example-mirror.net"}


def test_show_and_diff_tell_of_a_mirror_that_has_no_page_or_another_time(run: Run, folder: Path) -> None:
    with Store.open(folder / "newshawk.db") as store:
        article = store._db.one("SELECT * FROM articles WHERE id = 1")
        assert article is not None
        with store._writing() as db:
            for hours in (1, 2):
                at = NOON + timedelta(hours=hours)
                mirrordifferences.missing_at(db, article, "example-mirror.net", A, "404", at)
    gone = "example-mirror.net has no page of it (404), from 2026-11-23T13:00:00Z to 2026-11-23T14:00:00Z"
    assert gone in run("show", "1").stdout
    assert gone in run("show", "1", "--history").stdout
    (row,) = json.loads(run("show", "1", "--history", "--json").stdout)["mirror_differences"]
    assert (row["host"], row["kind"], row["theirs"], row["count"]) == ("example-mirror.net", "gone", "404", 2)
    assert "has no page of it" not in run("show", "2").stdout
    result = run("diff", "1", "--host", "example-mirror.net")
    assert isinstance(result.exception, UsageError)
    assert f"No mirror did. {gone}." in str(result.exception)


def test_show_says_that_a_removed_article_is_listed_still(run: Run, folder: Path) -> None:
    put_absence(folder, "2026-11-23T11:00:00Z")
    still = "(in a list that still names it; the page itself is removed)"
    assert still not in run("show", "2").stdout, "not removed"
    with Store.open(folder / "newshawk.db") as store, store._writing() as db:
        db.execute("UPDATE articles SET gone_at = '2026-11-23T11:00:00Z' WHERE id = 2")
    assert still in " ".join(run("show", "2").stdout.split())
    with Store.open(folder / "newshawk.db") as store, store._writing() as db:
        db.execute("UPDATE articles SET gone_at = '2026-11-24T11:00:00Z' WHERE id = 2")
    assert still not in " ".join(run("show", "2").stdout.split()), "removed since it was seen"


def test_diff_of_an_article_with_one_text_is_json_and_a_page_too(run: Run, folder: Path) -> None:
    row = json.loads(run("diff", "2", "--json").stdout)
    assert (row["classes"], row["kept"], {line["sign"] for line in row["lines"]}) == ([], 1.0, {" "})
    assert run("diff", "2", "--html", str(folder / "diff.html")).exit_code == 0
    assert "Never edited" in (folder / "diff.html").read_text(encoding="utf-8")


def test_diff_says_what_is_not_there(run: Run) -> None:
    assert "has one text" in run("diff", "2").stdout
    assert "none before it to compare with" in run("diff", "1", "--to", "1").stdout
    for words, told in (
        (("diff", "77"), "no article 77"),
        (("diff", "1", "--to", "9"), "no revision 9"),
        (("diff", "1", "--from", "0"), "no revision 0"),
        (("diff", "1", "--host", "nowhere.example"), "showed no text of its own"),
        (("diff", "1", "--host", "example-mirror.net", "--from", "1"), "exclude each other"),
        (("changes", "--class", "colour"), 'no class "colour"'),
    ):
        result = run(*words)
        assert isinstance(result.exception, UsageError), words
        assert told in str(result.exception)


def test_changes_lists_edits_by_class(run: Run) -> None:
    text = run("changes", "--since", "2026-11-23").stdout
    assert "headline  (numbers, paragraph added) +" in text
    assert "Bridge <b>shut</b>" in text
    (line,) = run(
        "changes", "--since", "2026-11-23", "--class", "Paragraph added", "--json"
    ).stdout.splitlines()
    row = json.loads(line)
    assert (row["article_id"], row["number"], row["class"], row["outlet"]) == (1, 2, "headline", "example")
    assert run("changes", "--since", "2026-11-23", "--class", "typo").stdout == ""
    assert "Nothing was edited or removed" in run("changes", "--since", "2026-11-24").stderr
    assert "no outlet" in run("changes", "--since", "2026-11-24", "--outlet", "exampel").stderr


def put_absence(folder: Path, gone: str | None, back: str | None = None, doubted: str | None = None) -> None:
    """Write that article 2 was missing since three o'clock on 23 November."""
    with Store.open(folder / "newshawk.db") as store, store._writing() as db:
        db.execute(
            "INSERT INTO absences (outlet_id, article_id, missing_since, last_missing_at, checks, how, revision, gone_at,"
            " returned_at, doubted_at) VALUES ('example', 2, '2026-11-23T03:00:00Z', '2026-11-23T15:00:00Z', 2, '410', 1,"
            " ?, ?, ?)",
            (gone, back, doubted),
        )


def test_changes_lists_removals_among_edits(run: Run, folder: Path) -> None:
    put_absence(folder, "2026-11-23T15:00:00Z", "2026-11-23T17:00:00Z")
    rows = [
        json.loads(line) for line in run("changes", "--since", "2026-11-23", "--json").stdout.splitlines()
    ]
    assert [(row["class"], row["article_id"]) for row in rows] == [("removed", 2), ("headline", 1)]
    text = run("changes", "--since", "2026-11-23", "--class", "removed").stdout
    assert (
        "removed  (410, back since 2026-11-23 17:00 UTC)  article 2" in text,
        "Never edited" in text,
        "article 1" in text,
    ) == (True, True, False)
    assert run("changes", "--since", "2026-11-23", "-n", "1", "--json").stdout.count("\n") == 1
    assert run("changes", "--since", "2026-11-23", "--class", "names", "--class", "removed").stdout == text


def test_changes_lists_what_came_back_though_it_was_removed_before(run: Run, folder: Path) -> None:
    put_absence(folder, "2026-11-23T15:00:00Z", "2026-12-20T17:00:00Z")
    words = ("changes", "--class", "removed", "--since")
    assert "back since 2026-12-20 17:00 UTC)" in run(*words, "2026-12-20").stdout
    assert run(*words, "2026-12-21").stdout == ""


@pytest.mark.parametrize(
    ("gone", "back", "doubted", "told"),
    [
        (
            "2026-11-23T15:00:00Z",
            None,
            None,
            "removed since 2026-11-23T15:00:00Z, when it was found so again.",
        ),
        ("2026-11-23T15:00:00Z", "2026-11-24T17:00:00Z", None, "again, and back since 2026-11-24T17:00:00Z."),
        (None, "2026-11-24T17:00:00Z", None, "; back since 2026-11-24T17:00:00Z, and so no removal."),
        (None, None, "2026-11-23T15:00:00Z", "most of the outlet's pages are missing with it."),
        (None, None, None, "a removal when it is found so again, 12 hours later at the earliest."),
    ],
)
def test_history_tells_of_a_missing_page_and_its_return(
    run: Run, folder: Path, gone: str | None, back: str | None, doubted: str | None, told: str
) -> None:
    put_absence(folder, gone, back, doubted)
    text = " ".join(run("show", "2", "--history").stdout.split())
    assert "Missing from all hosts since 2026-11-23T03:00:00Z (410, 2 checks)" in text
    assert told in text
    (row,) = json.loads(run("show", "2", "--history", "--json").stdout)["absences"]
    assert (row["gone_at"], row["returned_at"], row["doubted_at"]) == (gone, back, doubted)
    assert "Missing from" not in run("show", "1", "--history").stdout


def test_datasette_tells_of_removals_and_of_what_mirrors_alone_showed(folder: Path) -> None:
    put_absence(folder, "2026-11-23T15:00:00Z", "2026-11-23T17:00:00Z")
    rows = json.loads(served(folder, "/newshawk/article.json?id=2&_shape=array"))
    told = {"field": "removed", "text": "2026-11-23T15:00:00Z (410), back since 2026-11-23T17:00:00Z"}
    assert told in rows
    (alone,) = (row for row in rows if row["field"] == "alone at example-mirror.net")
    assert alone["text"].startswith("Never edited\n" + TEXT.replace("Monday", "Sunday") + "\n\n(2026-11-23T")
    page = served(folder, "/newshawk")
    for view, row in (("removals", "Never edited"), ("mirror_divergence", "example-mirror.net")):
        assert f'<a href="/newshawk/{view}"><b>' in page
        assert row in served(folder, f"/newshawk/{view}")


def test_history_names_class_words_and_page_of_each_revision(run: Run) -> None:
    text = run("show", "1", "--history").stdout
    assert re.search(r"1  2026-11-23T12:00:00Z  www.example.com  first text, \d+ words  \(page 1\)", text)
    assert re.search(
        r"2  2026-11-23T14:00:00Z  www.example.com  headline, numbers, paragraph added; \+\d+ -1 words", text
    )
    assert re.search(r"5 comments  \(boilerplate, 1 times since 2026-11-23T16:00:00Z, page \d+\)", text)
    told = json.loads(run("show", "1", "--history", "--json").stdout)
    assert [each["change"] and each["change"]["class"] for each in told["revisions"]] == [None, "headline"]
    assert [line["text"] for line in told["ignored_lines"]] == ["5 comments"]
