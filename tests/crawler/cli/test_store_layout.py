"""The store's pages, and that of an edit, in a browser: whatever a headline is, all stays within reach and nothing is alive."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import datasette
import pytest
import typer
from typer.testing import CliRunner

import storage
from crawler.cli import changes
from crawler.cli.serving import datasette_arguments
from storage.store import Store
from tests.storage.world import NOON, OUTLET, TEXT, World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium")
STYLES = (
    Path(datasette.__file__).parent / "static" / "app.css",
    Path(storage.__file__).parent / "datasette" / "static" / "newshawk.css",
)
WIDTHS = (
    "<script>addEventListener('load', () => { document.body.innerHTML = 'width ' + document.querySelector('BOX')"
    ".scrollWidth + ' of ' + innerWidth + ', alive ' + document.title.startsWith('owned') })</script>"
)
LONG = "W" * 5000
CONFIG = """
[[outlets]]
id = "example"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one article whose headline was edited, and both are words of 5,000 letters."""
    folder = tmp_path_factory.mktemp("store")
    with Store.open(folder / "newshawk.db") as store:
        store.sync_config((OUTLET,), (), NOON - timedelta(days=1))
        world = World(store=store, path=folder / "newshawk.db")
        world.begin()
        world.make_known()
        body = f"{LONG}\n<script>document.title = 'owned'</script>\n{TEXT}"
        world.store_article("http://www.example.com/Detail/2026/11/23/1/a", title=f"Bridge {LONG}", body=body)
        world.begin(hours=2)
        world.write(world.article(world.recheck(1), title=f"Span {LONG}", body=body))
    return folder


def shown(folder: Path, page: str, window: int, box: str = ".rows-and-columns") -> tuple[int, int]:
    """Return how wide a box of a page is, and the window, in a browser."""
    file, page = folder / "page.html", re.sub("<meta http-equiv[^>]*>", "", page)  # the page allows no script
    file.write_text(page.replace("</head>", WIDTHS.replace("BOX", box) + "</head>"), encoding="utf-8")
    browser = [
        str(CHROMIUM),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--window-size={window},900",
    ]
    browser += [f"--user-data-dir={folder / 'profile'}", "--dump-dom", file.as_uri()]
    dump = subprocess.run(browser, capture_output=True, text=True, check=True).stdout
    told = re.search(r"width (\d+) of (\d+), alive false", dump)
    assert told, dump[-500:]
    return int(told[1]), int(told[2])


def served(folder: Path, asked: str) -> str:
    """Return a page of Datasette with its styles in it."""
    arguments = datasette_arguments(folder / "newshawk.db", 0)
    command = [sys.executable, "-m", "datasette", *arguments, "--get", asked]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    styles = "".join(f"<style>{each.read_text(encoding='utf-8')}</style>" for each in STYLES)
    return page.replace("</head>", f"{styles}</head>")


@pytest.mark.parametrize("window", [1200, 600])
def test_an_article_is_as_wide_as_the_window(folder: Path, window: int) -> None:
    table, inner = shown(folder, served(folder, "/newshawk/article?id=1"), window)
    assert table <= inner


@pytest.mark.parametrize("page", ["headline_changes", "edits", "revisions"])
def test_a_word_without_end_makes_no_column_wider_than_a_paragraph(folder: Path, page: str) -> None:
    table, inner = shown(folder, served(folder, f"/newshawk/{page}"), 1200)
    assert table < 4 * inner


def test_the_page_of_an_edit_is_as_wide_as_the_window(folder: Path) -> None:
    app = typer.Typer()
    changes.register(app)
    (folder / "newshawk.toml").write_text(CONFIG)
    asked = ["diff", "1", "--html", str(folder / "diff.html"), "--config", str(folder / "newshawk.toml")]
    assert CliRunner().invoke(app, asked).exit_code == 0
    page, inner = shown(folder, (folder / "diff.html").read_text(), 600, "html")
    assert page <= inner
