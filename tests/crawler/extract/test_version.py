"""By what a page was read: every module that decides a text counts, and every rule of the outlet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crawler.extract.version import READERS, extraction_version, program_version
from crawler.items import ChromeRule, Outlet, PageRule

CRAWLER = Path(__file__).parents[3] / "crawler"
OUTLET = Outlet(id="example", name="Example News", hosts=("www.example.com",))
DECIDE_NO_TEXT = frozenset(
    {"errors.py", "fingerprint.py", "identity.py", "redirectors.py", "signals.py", "template.py", "urls.py"}
)
"""What the readers import that says where a text belongs, with what it meets, or what its page tells of the outlet; not
what it is."""


def imports(path: Path) -> Iterator[str]:
    """Yield the modules of crawler that a module imports, as paths below it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("crawler."):
            continue
        assert node.module is not None
        names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            below = name.removeprefix("crawler.").replace(".", "/") + ".py"
            if (CRAWLER / below).is_file():
                yield below


def test_every_module_that_decides_a_text_is_counted() -> None:
    counted = {file.relative_to(CRAWLER).as_posix() for file in (CRAWLER / "extract").glob("**/*.py")}
    counted |= {reader for reader in READERS if reader.endswith(".py")}
    needed, todo = set[str](), ["extract/page.py", "extract/verdict.py", "clean.py"]
    while todo:
        module = todo.pop()
        if module in needed or module in DECIDE_NO_TEXT or module.startswith("items/"):
            continue
        needed.add(module)
        todo += imports(CRAWLER / module)
    assert len(needed) > 20
    assert needed <= counted


@pytest.mark.parametrize(
    "other",
    [
        replace(OUTLET, chrome=(ChromeRule(id="share", place="tail", text="SHARE"),)),
        replace(
            OUTLET, chrome=(ChromeRule(id="share", place="tail", text="SHARE", valid_until=date(2026, 1, 1)),)
        ),
        replace(OUTLET, pages=(PageRule(body=("article p",)),)),
        replace(OUTLET, timezone="Asia/Tehran"),
        replace(OUTLET, name="Example"),
    ],
)
def test_what_an_outlets_pages_are_read_by_is_part_of_the_version(other: Outlet) -> None:
    assert extraction_version(other) != extraction_version(OUTLET)
    assert extraction_version(other).startswith(program_version())


def test_hosts_and_intervals_are_none_of_it() -> None:
    other = replace(OUTLET, hosts=("www.example.org",), aliases=("example.org",), fixed=True)
    assert extraction_version(other) == extraction_version(OUTLET)
