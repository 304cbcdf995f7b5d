"""A rule that was tried on the past, in the words of the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.markup import escape
from rich.text import Text

from crawler.alerts.backtest import (
    Comparison,
    Hit,
    Load,
    Sample,
    Trial,
    bars,
    hits_by_day,
    hits_by_outlet,
    sparkline,
)
from crawler.alerts.excerpts import Pieces, as_text
from crawler.alerts.plain import one_line
from crawler.cli.options import out, say

QUERY = 100
"""Characters of a query that are shown."""
MOST_DAYS = 31
"""Days with hits that are listed, the latest ones; the page of --html and --summary have them all."""


# --- on a terminal --------------------------------------------------------------------------------


def print_trial(trial: Trial) -> None:
    """Print what a rule found, for people: also without colours, and in a pipe."""
    rule, found = trial.rule, len(trial.hits)
    say(f"[bold]{escape(rule.id)}[/]  {escape(one_line(rule.query, QUERY))}")
    say(
        f"{count(found, 'article')} in {count(trial.stories, 'story')} since {trial.since:%Y-%m-%d %H:%M} UTC"
    )
    _print_examples(trial)
    if trial.hits:
        _print_days(trial)
        for outlet, articles in hits_by_outlet(trial.hits):
            say(f"  {articles:6}  {escape(outlet)}")
        for sample in trial.samples:
            _print_sample(sample)
    if trial.against is not None:
        _print_comparison(trial.against)
    if trial.hits or trial.against is not None:
        _print_loads(trial)


def _print_examples(trial: Trial) -> None:
    wrong = [each for each in trial.examples if not each.is_right]
    for each in wrong:
        say(f"[red]wrong[/] it {escape(each.told())}")
    if trial.examples and not wrong:
        say(f"Its {count(len(trial.examples), 'example')} {'hold' if len(trial.examples) > 1 else 'holds'}.")


def _print_days(trial: Trial) -> None:
    days = hits_by_day(trial.hits, trial.since, trial.until)
    each, drawn = bars(days)
    name = "By day" if each == 1 else f"By {each} days"
    counts = [articles for _, articles in drawn]
    say(f"{name}: {sparkline(counts)}")
    tallest = f"the tallest bar: {count(max(counts), 'article')}"
    say(f"  left: {days[0][0]}, right: {days[-1][0]} (UTC), {tallest}")
    hit_days = [(day, articles) for day, articles in days if articles]
    if len(hit_days) > MOST_DAYS:
        say(f"  the latest {MOST_DAYS} of {len(hit_days)} days with hits:")
    for day, articles in hit_days[-MOST_DAYS:]:
        say(f"  {articles:6}  {day}")
    say("By outlet:")


def _print_sample(sample: Sample) -> None:
    say()
    say(Text.assemble(f"#{sample.article_id}  ", _styled(sample.title)))
    say(Text(f"{one_line(sample.outlet, QUERY)} · {sample.at} · {sample.url}"))
    for pieces in sample.shown:
        say(Text.assemble("  ", _styled(pieces)))
    for why in sample.why:
        say(Text(f"  lost by: {one_line(why, 3 * QUERY)}"))


def _styled(pieces: Pieces) -> Text:
    """Return the pieces in colour on a terminal, with asterisks where there is none."""
    if not out.is_terminal or out.no_color:
        return Text(as_text(pieces))
    return Text.assemble(*((piece.text, "bold black on yellow" if piece.marked else "") for piece in pieces))


def _print_comparison(against: Comparison) -> None:
    say()
    say(f"[bold]Against {escape(against.name)}[/]  {escape(one_line(against.query, QUERY))}")
    if against.outlets:
        say(f"limited to {escape(', '.join(against.outlets))}")
    say(
        f"{len(against.gained)} gained, {len(against.lost)} lost, "
        f"{len(against.hits) - len(against.lost)} found by both"
    )
    for name, hits, samples in (
        ("Gained", against.gained, against.gained_samples),
        ("Lost", against.lost, against.lost_samples),
    ):
        if hits:
            say()
            say(f"{name}: {_by_outlet(hits)}")
        for sample in samples:
            _print_sample(sample)


def _by_outlet(hits: Sequence[Hit]) -> str:
    return escape(", ".join(f"{articles} {outlet}" for outlet, articles in hits_by_outlet(hits)))


def _print_loads(trial: Trial) -> None:
    say()
    if not trial.loads:
        say("No recipient would have got mail: the config names none for this rule.")
        return
    before = {} if trial.against is None else {load.recipient_id: load for load in trial.against.loads}
    for load in trial.loads:
        say(escape(load_words(load, trial.rule.cadence, before.get(load.recipient_id))))
    say("Articles of a first poll or a backfill are counted here, though they alert nobody.")
    for words in trial.holding:
        say(escape(f"At present {words}."))


def load_words(load: Load, cadence: str, before: Load | None = None) -> str:
    """Return what a reader would have had, in a sentence; *before* under the other wording."""
    told = f"{load.recipient_id} would have had {count(load.alerts, 'alert')} in {count(load.mails, 'mail')} ({cadence})"
    parts = []
    if load.at_once and load.digests:
        parts.append(f"{load.at_once} at once, {count(load.digests, 'digest')}")
    if load.held:
        parts.append(f"{load.held} held by quiet hours or days")
    if load.calmed:
        parts.append(f"{load.calmed} in digests since it would match too much")
    if load.busiest is not None and load.busiest_mails > 1:
        parts.append(f"most on {load.busiest}: {count(load.busiest_mails, 'mail')}")
    if before is not None:
        parts.append(f"before: {count(before.alerts, 'alert')} in {count(before.mails, 'mail')}")
    return f"{told}{''.join(f'; {part}' for part in parts)}"


def count(number: int, word: str) -> str:
    """Return ``1 story``, ``2 stories``."""
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"


# --- as JSON --------------------------------------------------------------------------------------


def trial_facts(trial: Trial) -> dict[str, Any]:
    """Return the summary for scripts."""
    rule = trial.rule
    return {
        "rule": rule.id,
        "query": rule.query,
        "outlets": list(rule.outlets),
        "cadence": rule.cadence,
        "since": _moment(trial.since),
        "until": _moment(trial.until),
        **_found(trial.hits, trial),
        "samples": [_sample(sample) for sample in trial.samples],
        "readers": [_load(load) for load in trial.loads],
        "holding": list(trial.holding),
        "examples": [
            {
                "key": each.key,
                "text": each.text,
                "is_right": each.is_right,
                "clauses": [asdict(clause) for clause in each.clauses],
            }
            for each in trial.examples
        ],
        "against": None if trial.against is None else _comparison(trial.against, trial),
    }


def _comparison(against: Comparison, trial: Trial) -> dict[str, Any]:
    return {
        "name": against.name,
        "query": against.query,
        "outlets": list(against.outlets),
        **_found(against.hits, trial),
        "gained": _found(against.gained, trial)
        | {"samples": [_sample(sample) for sample in against.gained_samples]},
        "lost": _found(against.lost, trial)
        | {"samples": [_sample(sample) for sample in against.lost_samples]},
        "readers": [_load(load) for load in against.loads],
    }


def _found(hits: Sequence[Hit], trial: Trial) -> dict[str, Any]:
    days = hits_by_day(hits, trial.since, trial.until)
    return {
        "articles": len(hits),
        "stories": len({hit.story_id for hit in hits}),
        "by_day": {str(day): articles for day, articles in days if articles},
        "by_outlet": dict(hits_by_outlet(hits)),
        "ids": [hit.article_id for hit in hits],
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "id": sample.article_id,
        "outlet": sample.outlet,
        "at": sample.at,
        "url": sample.url,
        "title": as_text(sample.title),
        "excerpts": [as_text(pieces) for pieces in sample.shown],
        "lost_by": list(sample.why),
    }


def _load(load: Load) -> dict[str, Any]:
    return {
        "recipient": load.recipient_id,
        "alerts": load.alerts,
        "mails": load.mails,
        "at_once": load.at_once,
        "digests": load.digests,
        "held_by_quiet_hours": load.held,
        "calmed": load.calmed,
        "busiest_day": None if load.busiest is None else str(load.busiest),
        "busiest_day_mails": load.busiest_mails,
    }


def _moment(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
