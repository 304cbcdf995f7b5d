"""search, show, export, backup and serve, as a person calls them."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crawler.cli import archive, serving
from crawler.cli.formats import csv_cell
from crawler.cli.serving import datasette_arguments
from crawler.cli.since import moment_since
from crawler.errors import NewshawkError, QueryError, UsageError
from crawler.items import CutLine
from storage.search import COLUMNS
from storage.store import Store
from tests.storage.test_reextract import FERRY, apply, read
from tests.storage.world import TEXT, World, opened

Run = Callable[..., Result]
CONFIG = """
[[outlets]]
id = "example"
name = "Example News"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    with opened(tmp_path) as world:
        world.store_article("http://www.example.com/Detail/2026/11/23/1/a", title="=Bridge [red]shut\x1b[31m")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    import typer

    app = typer.Typer()
    archive.register(app)
    serving.register(app)

    def call(*words: str) -> Result:
        config = ["--config", str(folder / "newshawk.toml")]
        return CliRunner().invoke(app, [*words, *config])

    return call


def test_search_prints_titles_without_control_characters_or_markup(run: Run) -> None:
    result = run("search", "bridge")
    assert result.exit_code == 0
    assert "=Bridge [red]shut" in result.stdout
    assert "\x1b" not in result.stdout


def test_search_json_prints_an_export_row_a_line(run: Run) -> None:
    (line,) = run("search", "karlow", "--json").stdout.splitlines()
    assert tuple(json.loads(line)) == COLUMNS


def test_search_without_a_hit_exits_0_and_says_so(run: Run) -> None:
    result = run("search", "nowhere", "--json")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize("query", ["NOT bridge", "", "nofield:x"])
def test_wrong_query_is_a_usage_error(run: Run, query: str) -> None:
    error = run("search", query).exception
    assert isinstance(error, QueryError)
    assert error.exit_code == 2


def test_show_prints_the_article_and_json_its_revisions(run: Run) -> None:
    assert "Engineers found cracks" in run("show", "1").stdout
    told = json.loads(run("show", "1", "--json", "--history", "--cut").stdout)
    assert ([each["revision"] for each in told["revisions"]], told["cuts"]) == ([1], [])
    assert isinstance(run("show", "99").exception, UsageError)


def test_csv_has_no_formula_and_the_same_columns(run: Run) -> None:
    rows = list(csv.reader(io.StringIO(run("export", "--format", "csv").stdout)))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1][COLUMNS.index("title")].startswith("'=Bridge")
    assert rows[1][COLUMNS.index("byline")] == "Ada Writer; B. Author"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
def test_cell_cannot_become_a_formula(text: str) -> None:
    assert csv_cell(text) == f"'{text}"
    assert csv_cell([text]) == f"'{text}"


def test_export_to_a_file_is_whole_or_not_there(run: Run, folder: Path) -> None:
    target = folder / "out.jsonl"
    assert run("export", "-o", str(target)).exit_code == 0
    assert json.loads(target.read_text())["id"] == 1
    assert isinstance(run("export", "-o", str(folder / "no" / "out")).exception, NewshawkError)


@pytest.mark.parametrize("words", [["search", "bridge"], ["export"], ["export", "--format", "warc"]])
def test_an_outlet_that_there_is_not_is_a_mistake(run: Run, folder: Path, words: list[str]) -> None:
    error = run(*words, "--outlet", "exampel").exception
    assert isinstance(error, UsageError)
    assert error.exit_code == 2
    assert str(error) == 'No outlet "exampel" in the config or the store. Did you mean "example"?'
    error = run(*words, "--outlet", "zzz").exception
    assert isinstance(error, UsageError)
    assert "There is: example, other." in str(error)
    assert run(*words, "--outlet", "other").exit_code == 0  # only the store has it


def test_an_outlet_may_be_named_as_it_was_called(run: Run, folder: Path) -> None:
    text = (folder / "newshawk.toml").read_text()
    (folder / "newshawk.toml").write_text(text + 'formerly = ["sample"]\n')
    assert [
        json.loads(line)["outlet"] for line in run("export", "--outlet", "sample").stdout.splitlines()
    ] == ["example"]


def test_backup_writes_a_store_and_says_what_it_checked(run: Run, folder: Path) -> None:
    done = run("backup", str(folder / "copy.db"))
    assert done.exit_code == 0
    assert "its pages and indexes are whole, and the chain of its 1 captures holds" in done.stderr
    assert 'Not checked: what kept pages hold ("newshawk doctor --bodies")' in done.stderr
    with Store.open(folder / "copy.db", read_only=True) as store:
        assert store.check() == []


def test_backup_of_a_store_whose_chain_fails_is_written_and_exits_1(run: Run, folder: Path) -> None:
    with Store.open(folder / "newshawk.db") as store:
        store._db.execute("UPDATE captures SET host = 'elsewhere.example'")
    done = run("backup", str(folder / "copy.db"))
    assert done.exit_code == 1
    assert "It is not sound" in done.stderr
    assert "captures: number 1 was changed after it was written" in done.stderr
    Store.open(folder / "copy.db", read_only=True).close()


def test_backup_names_the_folder_that_is_missing(run: Run, folder: Path) -> None:
    error = run("backup", str(folder / "no" / "copy.db")).exception
    assert isinstance(error, NewshawkError)
    assert f"the folder {folder / 'no'} does not exist" in str(error)
    assert ".part" not in str(error)


def test_since_is_a_day_or_how_long_ago() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert moment_since("2026-11-01", now) == datetime(2026, 11, 1, tzinfo=UTC)
    assert moment_since("90m", now) == now - timedelta(minutes=90)
    assert moment_since("12h", now) == now - timedelta(hours=12)
    assert moment_since("30d", now) == now - timedelta(days=30)
    for wrong in ("1x", "", "2026-13-01", "yesterday"):
        with pytest.raises(UsageError):
            moment_since(wrong, now)


def served(folder: Path, asked: str) -> str:
    """Return what Datasette answers to a request."""
    arguments = datasette_arguments(folder / "newshawk.db", 0)
    command = [sys.executable, "-m", "datasette", *arguments, "--get", asked]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_datasette_opens_the_store_and_folds(folder: Path) -> None:
    arguments = datasette_arguments(folder / "newshawk.db", 0)
    assert arguments[arguments.index("--host") + 1] == "127.0.0.1"
    asked = "/newshawk.json?sql=select+fold('Ä')+as+f,id+from+export&_shape=array"
    assert json.loads(served(folder, asked)) == [{"f": "a", "id": 1}]


def test_datasette_begins_with_what_there_is_to_read(folder: Path) -> None:
    page = served(folder, "/newshawk")
    assert '<a href="/newshawk/latest"><b>The latest articles</b></a>' in page
    assert "/static/newshawk.css" in page
    assert not re.search(r'<h3><a href="[^"]*">(_sqlite_migrations|story_bands)<', page)
    assert '<a href="/newshawk/article?id=1">=Bridge' in served(folder, "/newshawk/latest")
    assert '<a href="/newshawk/article?id=1">' in served(folder, "/newshawk/articles/1")


@pytest.mark.parametrize(
    ("query", "found"), [("bridge", 1), ("BRIDGE+OR+x", 1), ("", 1), ("zebra", 0), ("/br.dge/", 1)]
)
def test_datasette_searches_as_the_command_does(folder: Path, query: str, found: int) -> None:
    assert len(json.loads(served(folder, f"/newshawk/search.json?q={query}&_shape=array"))) == found


def test_datasette_shows_an_article_with_its_whole_text(folder: Path, run: Run) -> None:
    article = json.loads(run("show", "1", "--json").stdout)
    rows = json.loads(served(folder, "/newshawk/article.json?id=1&_shape=array"))
    assert [row["text"] for row in rows if not row["field"]] == [article["title"], article["body"]]
    assert {"field": "address", "text": article["url"]} in rows
    assert "0 results" in served(folder, "/newshawk/article?id=99")


def test_datasette_shows_what_was_cut_from_an_article_and_earlier_readings(folder: Path) -> None:
    with Store.open(folder / "newshawk.db") as store:
        world = World(store=store, path=folder / "newshawk.db")
        world.begin()
        line = CutLine(position=2, text="Share this page", rule="share")
        number = world.store_article("http://www.example.com/Detail/2026/11/23/2/b", cut=(line,)).article_id
        assert number is not None
        apply(world, read(world, number, f"{TEXT}\n{FERRY}", cut=(line,)))
    rows = json.loads(served(folder, f"/newshawk/article.json?id={number}&_shape=array"))
    assert {"field": "cut by share", "text": "Share this page"} in rows
    (earlier,) = [row["text"] for row in rows if row["field"].startswith("read until 2026-11-23T")]
    assert earlier.endswith(TEXT)
    assert FERRY not in earlier
