"""Queries of ten thousand terms and of two hundred levels: an answer or a refusal in words, wherever they are asked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from crawler.config import load_config
from crawler.query import Matcher
from storage import asking
from storage.store import Store
from tests.path.commands import newshawk
from tests.storage.world import NOON, World

WORDS = [f"w{number}" for number in range(10_000)]
ANSWERED = {
    "all": " AND ".join(WORDS),
    "any": " OR ".join(f"no{word}" for word in WORDS[1:]) + " OR w9999",
    "none": f"w0 NOT ({' OR '.join(f'no{word}' for word in WORDS[1:])})",
    "nears": " OR ".join(f"NEAR({one} {two}, 1)" for one, two in zip(WORDS[1::2], WORDS[::2], strict=True)),
    "phrase": f'"{" ".join(WORDS)}"',
    "signs": "北" * 10_000,
    "cased": " AND ".join(f"={word}" for word in WORDS),
    "starts": " AND ".join(f"{word}*" for word in WORDS),
    "nest": "(w1 AND " * 49 + "w2" + ")" * 49,
    "turns": "w1 " + "NOT (no " * 49 + "w2" + ")" * 49,
}
if "NEWSHAWK_EXAMPLES" not in os.environ:
    ANSWERED = {name: ANSWERED[name] for name in ("all", "none", "phrase", "signs", "turns")}
"""All of them in a long run: NEWSHAWK_EXAMPLES=20000."""
REFUSED = {
    "NEAR takes at most 50 terms.": f"NEAR({' '.join(WORDS)}, 5)",
    "More than 10000 terms.": " OR ".join((*WORDS, "more")),
    "More than 50 levels deep.": "(" * 200 + "w" + ")" * 200,
    "The query is longer than 500000 characters.": "w" * 500_001,
}
CONFIG = """
[[outlets]]
id = "example"
hosts = ["www.example.com"]
feeds = ["http://www.example.com/rss.xml"]
[[recipients]]
id = "desk"
email = "desk@example.org"
[queries]
"""


def write(folder: Path, queries: dict[str, str]) -> Path:
    """Write a config in which each query has a name, and a rule."""
    lines = [f"{name} = {json.dumps(query)}" for name, query in queries.items()]
    lines += [
        f'[[rules]]\nid = "{name}"\nquery = {json.dumps(query)}\nto = "desk"'
        for name, query in queries.items()
    ]
    path = folder / "newshawk.toml"
    path.write_text(CONFIG + "\n".join(lines))
    return path


def test_large_queries_are_answered_alike_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, ANSWERED)
    monkeypatch.setenv(asking.CONFIG, str(path))
    monkeypatch.setattr(asking, "SECONDS", 60)  # a busy machine is no fault of a query
    config = load_config(path)
    body = f"{' '.join(WORDS)} {'北' * 10_000}"
    with Store.open(config.store.path) as store:
        store.sync_config(config.outlets, config.rules, NOON)
        store.set_matcher(Matcher(config.rules), config.rules, config.recipients)
        world = World(store=store, path=config.store.path, outlet=config.outlets[0])
        world.begin()
        number = world.store_article("http://www.example.com/1", "All words", body).article_id
        world.store_article("http://www.example.com/2", "One word", "wagner")
        rows = world.rows("SELECT rule_id, article_id FROM matches")
    assert {(row["rule_id"], row["article_id"]) for row in rows} == {(name, number) for name in ANSWERED}
    for name in ANSWERED:
        assert asking.found(config.store.path, f"@{name}") == [number], name
    asked = ("turns",) if len(ANSWERED) < 10 else ("all", "turns")
    write(tmp_path, {name: ANSWERED[name] for name in asked})
    assert newshawk(tmp_path, "check").returncode == 0
    for name in asked:
        searched = newshawk(tmp_path, "search", f"@{name}", "--json")
        tried = newshawk(tmp_path, "rules", "test", name, "--since", "2020-01-01", "--json")
        assert (searched.returncode, tried.returncode) == (0, 0), searched.stderr + tried.stderr
        assert searched.stdout == tried.stdout
        assert [json.loads(line)["id"] for line in searched.stdout.splitlines()] == [number]


@pytest.mark.parametrize("told", REFUSED)
def test_what_is_too_large_is_refused_in_words(tmp_path: Path, told: str) -> None:
    (tmp_path / "newshawk.toml").write_text(CONFIG)
    assert asking.what_is_wrong(REFUSED[told]).startswith(told)
    if len(REFUSED[told]) < 100_000:  # the system takes no longer argument
        searched = newshawk(tmp_path, "search", REFUSED[told])
        assert (searched.returncode, searched.stdout) == (2, "")
        assert told in searched.stderr
    write(tmp_path, {"large": REFUSED[told]})
    checked = newshawk(tmp_path, "check")
    assert checked.returncode == 2
    assert "newshawk.toml:" in checked.stderr
    assert told in checked.stderr
    for text in (checked.stdout, checked.stderr):
        assert "Traceback" not in text
        assert len(text) < 2_000
