"""The store's pages in a browser: whatever a headline is, all columns stay within reach and nothing of it is alive."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import datasette
import pytest

import storage
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
    "<script>addEventListener('load', () => { document.body.innerHTML = 'width ' + document.querySelector('.rows-and-columns')"
    ".scrollWidth + ' of ' + innerWidth + ', alive ' + document.title.startsWith('owned') })</script>"
)
LONG = "W" * 5000


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


def width(folder: Path, asked: str, window: int) -> tuple[int, int]:
    """Return how wide the table of a page is, and the window, in a browser."""
    arguments = datasette_arguments(folder / "newshawk.db", 0)
    command = [sys.executable, "-m", "datasette", *arguments, "--get", asked]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    styles = "".join(f"<style>{each.read_text(encoding='utf-8')}</style>" for each in STYLES)
    file = folder / "page.html"
    file.write_text(page.replace("</head>", f"{styles}{WIDTHS}</head>"), encoding="utf-8")
    browser = [
        str(CHROMIUM),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--window-size={window},900",
    ]
    browser += [f"--user-data-dir={folder / 'profile'}", "--dump-dom", file.as_uri()]
    shown = subprocess.run(browser, capture_output=True, text=True, check=True).stdout
    told = re.search(r"width (\d+) of (\d+), alive false", shown)
    assert told, shown[-500:]
    return int(told[1]), int(told[2])


@pytest.mark.parametrize("window", [1200, 600])
def test_an_article_is_as_wide_as_the_window(folder: Path, window: int) -> None:
    table, inner = width(folder, "/newshawk/article?id=1", window)
    assert table <= inner


@pytest.mark.parametrize("page", ["headline_changes", "edits", "revisions"])
def test_a_word_without_end_makes_no_column_wider_than_a_paragraph(folder: Path, page: str) -> None:
    table, inner = width(folder, f"/newshawk/{page}", 1200)
    assert table < 4 * inner
