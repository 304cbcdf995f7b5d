"""A rule gives one answer from config to store: as matched when the text was written, searched, and tried on the past."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from crawler.cli import archive, rules
from crawler.config import Config, load_config
from crawler.items import Article, Link
from crawler.query import Matcher
from storage.store import Store
from tests.crawler.query.worlds import (
    BARE,
    OUTLETS,
    Sample,
    Words,
    holds_for_nothing,
    reference,
    samples,
    trees_with_names,
    vocabularies,
    written,
)
from tests.storage.newsroom import stated
from tests.storage.world import NOON, World

EXAMPLES = int(os.environ.get("NEWSHAWK_EXAMPLES", "200")) // 12
"""Raise it for a long run: NEWSHAWK_EXAMPLES=20000."""
app = typer.Typer()
archive.register(app)
rules.register(app)


@dataclass(frozen=True)
class Told:
    """An article: what it says first, and after an edit."""

    first: Sample
    edited: Sample | None


@st.composite
def articles(draw: st.DrawFn) -> Told:
    first, edited = draw(samples()), draw(st.one_of(st.none(), samples()))
    if edited is not None:
        was = first.document
        same = replace(edited.document, outlet=was.outlet, language=was.language, date=was.date)
        edited = replace(edited, document=same)
    return Told(first, edited)


def kept(words: Words) -> Words:
    """Return *words* without the sets that a config refuses: of one word."""
    pairs = zip(words.sets, words.vocabulary.synonyms, strict=True)
    sound = [(meant, line) for meant, line in pairs if len({(each, cased) for each, cased in meant}) > 1]
    lines = tuple(line for _, line in sound)
    return Words(replace(words.vocabulary, synonyms=lines), words.named, [meant for meant, _ in sound])


def configured(folder: Path, words: Words, trees: list[tuple[Any, ...]]) -> Path:
    """Write a config with these rules and this vocabulary; return its path."""
    lines = ["[synonyms]", 'files = "names.txt"', "[queries]"]
    lines += [f"{name} = {quoted(query)}" for name, query in words.vocabulary.queries.items()]
    for outlet in OUTLETS:
        lines += ["[[outlets]]", f'id = "{outlet}"', f'hosts = ["{outlet}.example.org"]']
        lines += [f'feeds = ["http://{outlet}.example.org/feed"]']
    lines += ["[[recipients]]", 'id = "desk"', 'email = "desk@example.org"']
    for number, tree in enumerate(trees):
        lines += ["[[rules]]", f'id = "r{number}"', f"query = {quoted(written(tree))}", 'to = "desk"']
    (folder / "names.txt").write_text("".join(", ".join(line) + "\n" for line in words.vocabulary.synonyms))
    path = folder / "newshawk.toml"
    path.write_text("\n".join(lines))
    return path


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "newshawk.db"
    Store.open(path).close()
    return path


class Newsdesk:
    """A store file with the outlets and rules of a config, and what is written into it."""

    def __init__(self, store: Store, config: Config) -> None:
        self.outlets = {outlet.id: outlet for outlet in config.outlets}
        store.sync_config(config.outlets, config.rules, NOON)
        store.set_matcher(Matcher(config.rules, config.former_ids), config.rules, config.recipients)
        self.world = World(store=store, path=config.store.path)
        self.samples: dict[tuple[int, int], Sample] = {}
        """By article and revision."""

    def store(self, number: int, told: Told) -> None:
        """Store an article, and its edit a day later where it has one."""
        world, outlet = self.world, self.outlets[told.first.document.outlet]
        world.outlet = outlet
        world.begin(minutes=1)
        url = f"http://{outlet.id}.example.org/piece/{number}"
        found = world.discover(url, source=outlet.sources[0], host=outlet.hosts[0])
        self._write(found.to_fetch[0], told.first)
        if told.edited is not None:
            world.begin(days=1)
            (article_id, _) = next(reversed(self.samples))
            self._write(world.recheck(article_id), told.edited)

    def _write(self, link: Link, sample: Sample) -> None:
        document = sample.document
        page = self.world.page(link, host=self.world.outlet.hosts[0])
        item: Article = self.world.article(
            link,
            document.title,
            document.body,
            page=page,
            byline=(document.byline,) if document.byline else (),
            section=document.section,
            language=document.language,
            published=stated(datetime.combine(document.date.date(), time(9), UTC)),
        )
        (outcome,) = self.world.write(item)
        if outcome.revision is not None:  # not so where the edit is none: the text stays
            self.samples[outcome.article_id, outcome.revision] = sample


def asked(config: Path, *args: str) -> set[tuple[int, int]]:
    """Return article and revision of each row that a command prints."""
    result = CliRunner().invoke(app, [*args, "--json", "--config", str(config)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len({(row["id"], row["revision"]) for row in rows}) == len(rows)
    return {(row["id"], row["revision"]) for row in rows}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    vocabularies(),
    st.lists(trees_with_names, min_size=1, max_size=3),
    st.lists(articles(), min_size=1, max_size=4),
)
def test_what_was_matched_as_it_was_stored_is_what_search_and_backtest_find(
    empty_store: Path, drawn: Words, found: list[tuple[Any, ...]], told: list[Told]
) -> None:
    words = kept(drawn)
    trees = [("not", tree) if holds_for_nothing(tree, words) else tree for tree in found]
    with tempfile.TemporaryDirectory() as name:
        path = configured(Path(name), words, trees)
        shutil.copy(empty_store, Path(name) / "newshawk.db")
        config = load_config(path)
        with Store.open(config.store.path) as store:
            desk = Newsdesk(store, config)
            for number, each in enumerate(told):
                desk.store(number, each)
            rows = desk.world.rows("SELECT article_id, revision, rule_id FROM matches WHERE ended_at IS NULL")
        latest = set(dict(sorted(desk.samples)).items())
        for number, tree in enumerate(trees):
            expected = {
                place for place, sample in desk.samples.items() if reference(tree, sample, BARE, words)
            }
            live = {(row["article_id"], row["revision"]) for row in rows if row["rule_id"] == f"r{number}"}
            assert live == expected
            query = written(tree)
            assert asked(path, "search", query, "--limit", "100") == expected & latest
            assert asked(path, "search", query, "--limit", "100", "--history") == expected
            assert asked(path, "rules", "test", f"r{number}", "--since", "2020-01-01") == expected & latest
