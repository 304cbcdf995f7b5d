"""What is learned of outlets' templates, judged by texts that people wrote down and by outlets whose truth is known.

    python -m benchmarks.learned

corpora    outlets of ../shared/corpora with three pages or more: their texts as newshawk keeps them, and as the
           extractor gives them before any rule for lines. A proposed line is wrong when it is in the gold text of a page
           it stands on. Too few pages for anything to be applied, so F1 is that of all proposals approved
press tv   the real texts of ../shared/data/presstv without the declared rules: what the outlet's own rules cut is right
layout     200 made-up articles in Press TV's present page, around them four lines that no rule of newshawk knows
serial     200 made-up articles, some of which end in the background that is copied under each report on one matter
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from benchmarks.corpora import CORPORA
from crawler.clean import clean_draft, cut_chrome
from crawler.extract.characters import plain
from crawler.extract.line_asking import line_rules
from crawler.extract.page import extract_page
from crawler.items import LearnedRule, LearnedState, TextPage
from crawler.learning.learner import learned
from crawler.learning.signatures import signature
from crawler.outlets.load import catalogue
from tests.crawler.learning.outlet import pages, reports
from tests.pages.presstv_layouts import Story, present

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SHARED = CORPORA.parent
LEAST = 3
"""Pages of an outlet that can teach anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A page whose text is known."""

    page: TextPage
    gold: str
    row: dict[str, Any]
    corpus: str


def scorer() -> Any:
    """Return the corpora's own scorer as a module."""
    spec = importlib.util.spec_from_file_location(
        "score_extraction", SHARED / "tools" / "score_extraction.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def applied(rules: Sequence[LearnedRule], *, all_of_them: bool = False) -> Any:
    """Return the rules that may be applied, or all, ready to be asked about lines."""
    chosen = [rule for rule in rules if all_of_them or not rule.why]
    return line_rules(
        tuple(replace(rule, id=n, state=LearnedState.APPLIED).chrome() for n, rule in enumerate(chosen, 1))
    )


# --- corpora ----------------------------------------------------------------------------------------


def outlets(cleaned: bool) -> dict[str, list[Known]]:
    """Return the pages of each outlet with enough of them; *cleaned*: after the rules for lines of any outlet."""
    found: dict[str, list[Known]] = defaultdict(list)
    canon = scorer().canon
    for gold in sorted(CORPORA.glob("*/gold.jsonl")):
        for line in gold.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            path = gold.parent / "html" / f"{row['id']}.html.gz"
            text = row.get("body") or "\n\n".join(row.get("paragraphs") or [])
            host = urlsplit((row.get("url") or "").strip()).netloc
            if host and text and path.is_file():
                found[canon(host)].append(_known(row, path.read_bytes(), text, gold.parent.name, cleaned))
    return {
        name: [replace(each, page=_numbered(each.page, n)) for n, each in enumerate(known)]
        for name, known in found.items()
        if len(known) >= LEAST
    }


def _known(row: dict[str, Any], packed: bytes, text: str, corpus: str, cleaned: bool) -> Known:
    draft = extract_page(gzip.decompress(packed), url=row["url"], outlet=None, now=NOW)
    lines = clean_draft(draft, None)[0] if cleaned else draft.lines
    page = TextPage(article_id=0, story_id=0, day=date(2026, 1, 1), title=draft.title, lines=lines)
    return Known(page=page, gold=_squeezed(text), row={**row, "body": text}, corpus=corpus)


def _numbered(page: TextPage, number: int) -> TextPage:
    """Return the page with a day of its own: the corpora's days are too often unknown to spread by them."""
    return replace(page, article_id=number + 1, story_id=number + 1, day=page.day + timedelta(days=number))


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def judge_corpora(cleaned: bool) -> None:
    """Print the proposals over all outlets, how many were wrong, and F1 with all of them approved."""
    score, by_outlet = scorer(), outlets(cleaned)
    proposed = wrong = lines = cut_wrongly = ready = 0
    before: list[float] = []
    after: list[float] = []
    for name, known in by_outlet.items():
        rules = learned(name, [each.page for each in known], names=(name,))
        proposed, ready = proposed + len(rules), ready + sum(not rule.why for rule in rules)
        for rule in rules:
            hits = [
                (line, each)
                for each in known
                for line in each.page.lines
                if signature(line) == rule.signature
            ]
            bad = sum(_squeezed(line) in each.gold for line, each in hits)
            lines, cut_wrongly, wrong = lines + len(hits), cut_wrongly + bad, wrong + bool(bad)
        asked = applied(rules, all_of_them=True)
        for each in known:
            left, _ = cut_chrome(each.page.lines, asked)
            before.append(_f1(score, each, each.page.lines))
            after.append(_f1(score, each, [each.page.lines[number] for number in left]))
    count = len(before)
    print(
        f"corpora, {'as kept' if cleaned else 'before rules for lines'}: {len(by_outlet)} outlets, {count} pages;"
    )
    print(
        f"  {proposed} lines proposed ({lines} times on a page), {wrong} wrong ({cut_wrongly} times), {ready} applied;"
    )
    print(f"  F1 {sum(before) / count:.4f}, with all proposals approved {sum(after) / count:.4f}")


def _f1(score: Any, known: Known, lines: Sequence[str]) -> float:
    text = "\n".join(lines)
    shingles = score.shingle(score.gold_body(known.row, text), text, known.corpus == "aeb")
    return float(score.f1(*score.pr(shingles)))


# --- Press TV ---------------------------------------------------------------------------------------


def judge_press_tv() -> None:
    """Print what is proposed over the real texts, and whether the outlet's own rules cut it too."""
    path, made = SHARED / "data" / "presstv" / "samples.jsonl", []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        lines = [text for text in map(plain, json.loads(line)["text"].splitlines()) if text]
        title = next((text for text in lines if " / " not in text), "")
        made.append(_numbered(TextPage(
            article_id=0, story_id=0, day=date(2026, 1, 1), title=title, lines=tuple(lines)), number))  # fmt: skip
    own = line_rules(catalogue()["presstv"].chrome)
    rules = learned("presstv", made, names=("Press TV",))
    right = [rule for rule in rules if own.rule(rule.text, rule.place, "line")]
    print(
        f"press tv: {len(made)} real texts, {len(rules)} lines proposed, {len(right)} of them cut by its own rules;"
    )
    for rule in rules:
        print(
            f"  {'right' if rule in right else 'other'}  {rule.evidence.pages:3} pages  {rule.place}  {rule.line}"
        )


LINES = (
    "Harbour Post is also to be found at the following places, should you not reach it here:",
    "harbourpost.example",
    "SEND THIS ON",
    "Harbour Post on your television",
)


def judge_layout() -> None:
    """Print what is applied on a grown outlet in Press TV's layout, and the share of texts that are exact."""
    made, texts = [], reports(200, 21)
    for number, text in enumerate(texts):
        title = f"{' '.join(text[1].split()[:5])} {number}"
        story = Story(title=title, paragraphs=tuple(text), chrome=LINES)
        draft = extract_page(present(story), url=f"https://www.presstv.ir{story.path}", outlet=None, now=NOW)
        day = date(2026, 1, 1) + timedelta(days=number // 5)
        made.append(TextPage(article_id=number, story_id=number, day=day, title=title, lines=draft.lines))
    rules = learned("post", made, names=("Harbour Post", "harbourpost.example"))
    lines = {rule.text for rule in rules if not rule.why}
    exact = [_exact(made, texts, line_rules(())), _exact(made, texts, applied(rules))]
    print(
        f"layout: of {len(LINES)} lines {len(lines & set(LINES))} applied, {len(lines - set(LINES))} others;"
    )
    print(
        f"  exact texts {exact[0]:.3f} with the rules of any outlet, {exact[1]:.3f} with the learned ones too"
    )


def _exact(made: Sequence[TextPage], texts: Sequence[Sequence[str]], rules: Any) -> float:
    kept = [[page.lines[number] for number in cut_chrome(page.lines, rules)[0]] for page in made]
    return sum(left == list(text) for left, text in zip(kept, texts, strict=True)) / len(texts)


# --- serial backgrounds -----------------------------------------------------------------------------

TEMPLATE = (
    "Follow the Karlow Post where you are",
    "Our pages can also be read at these addresses when the first one is blocked:",
    "karlowpost.example",
)
BACKGROUNDS = (
    "The dispute over the Tolsund tunnel began in March, when the builders stopped work over unpaid wages.",
    "In July the court of Velden ordered both sides back to the table; they have met four times since.",
    "Tolsund took the contract back in May. The Karlow Post has asked the company for its view.",
    "The US withdrew from the accord in 2018 and has since reimposed its sanctions.",
)


def serials() -> Iterator[tuple[float, list[TextPage]]]:
    """Yield outlets on which this share of pages ends in the same background."""
    for seed, share in enumerate((0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)):
        on_it = round(200 * share)
        texts = [[*text, *BACKGROUNDS] for text in reports(on_it, seed, topic="Tolsund tunnel strike:")]
        texts += reports(200 - on_it, seed + 100)
        random.Random(seed).shuffle(texts)
        yield share, pages(texts, tail=TEMPLATE)


def judge_serials(measure: Callable[[], float] = time.process_time) -> None:
    """Print how many lines of the template and of the backgrounds are applied, and what a look costs."""
    right: Collection[str] = set(TEMPLATE)
    wrong = missed = looks = 0
    spent = 0.0
    for share, made in serials():
        start = measure()
        rules = learned("post", made, names=("Karlow Post", "karlowpost.example"))
        spent, looks = spent + measure() - start, looks + 1
        found = {rule.text for rule in rules if not rule.why}
        wrong, missed = wrong + len(found - right), missed + len(right - found)
        if found != right:
            print(f"  at {share:.0%}: wrong {sorted(found - right)}, missed {sorted(right - found)}")
    print(
        f"serial: {looks} outlets of 200 pages: {wrong} lines wrongly applied, {missed} of the template's missed;"
    )
    print(f"  {spent / looks * 1000:.0f} ms of CPU a look")


def main() -> None:
    """Print all parts; those that need ../shared only where it is."""
    if CORPORA.is_dir():
        judge_corpora(cleaned=True)
        judge_corpora(cleaned=False)
        judge_press_tv()
    else:
        print("../shared is not here: no corpora, no real texts of Press TV")
    judge_layout()
    judge_serials()


if __name__ == "__main__":
    main()
