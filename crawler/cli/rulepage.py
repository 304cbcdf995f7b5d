"""A rule that was tried on the past, as a page: one file with its plot, no scripts, nothing from elsewhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from html import escape

from crawler.alerts.backtest import Comparison, Hit, Sample, Trial, bars, hits_by_day, hits_by_outlet
from crawler.alerts.excerpts import Pieces
from crawler.alerts.plain import inert, safe_href
from crawler.cli.rulewords import count, load_words

PLOT_BARS = 180
"""Bars of the plot, at most."""
WIDTH, HEIGHT = 720.0, 144.0
"""Units of the drawing, which is stretched to the width of the page."""

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ --text: #1a1a1a; --soft: #595959; --page: #fff; --line: #d0d0d0; --bar: #4a6fa5; --plus: #1f7a3a; --minus: #b3261e;
  --mark: #ffe58a; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --text: #e6e6e6; --soft: #a8a8a8; --page: #161616; --line: #3a3a3a; --bar: #7fa6dd; --plus: #62c07f;
    --minus: #f2857d; --mark: #6b5400; }}
}}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text);
  background: var(--page); }}
h1 {{ font-size: 1.5rem; line-height: 1.25; margin-bottom: .25rem; }} h2 {{ font-size: 1.125rem; margin-top: 2rem; }}
h3 {{ font-size: 1rem; margin: 1.25rem 0 0; }} p {{ margin: .25rem 0; overflow-wrap: anywhere; }}
code {{ overflow-wrap: anywhere; }} .soft {{ color: var(--soft); font-size: .875rem; }} a {{ color: inherit; }}
.wrong {{ color: var(--minus); }} mark {{ background: var(--mark); color: inherit; }}
svg {{ display: block; width: 100%; height: 9rem; }} .ends {{ display: flex; justify-content: space-between; }}
.bar {{ fill: var(--bar); }} .plus {{ fill: var(--plus); }} .minus {{ fill: var(--minus); }}
.axis {{ stroke: var(--line); stroke-width: 1; }}
table {{ border-collapse: collapse; }} td, th {{ padding: .125rem 1rem .125rem 0; text-align: start; font-weight: normal; }}
td.number {{ text-align: end; font-variant-numeric: tabular-nums; }}
.key span {{ display: inline-block; width: .75rem; height: .75rem; margin: 0 .375rem 0 .75rem; }}
.key .bar {{ background: var(--bar); }} .key .plus {{ background: var(--plus); }} .key .minus {{ background: var(--minus); }}
</style>
</head>
<body>
"""


def trial_page(trial: Trial) -> str:
    """Return the page."""
    return "\n".join(_parts(trial)) + "\n"


def _parts(trial: Trial) -> Iterator[str]:
    rule, against = trial.rule, trial.against
    yield _HEAD.format(title=_shown(f"Rule {rule.id} on the past")).rstrip()
    yield f'<h1 dir="auto">Rule {_shown(rule.id)}</h1>'
    yield f'<p dir="auto"><code>{_shown(rule.query)}</code></p>'
    limited = f", limited to {', '.join(rule.outlets)}" if rule.outlets else ""
    found = f"{count(len(trial.hits), 'article')} in {count(trial.stories, 'story')}"
    yield f'<p class="soft">{_shown(found)}, {trial.since:%Y-%m-%d} to {trial.until:%Y-%m-%d} UTC{_shown(limited)}</p>'
    for each in trial.examples:
        if not each.is_right:
            yield f'<p class="wrong" dir="auto">It {_shown(each.told())}</p>'
    if against is not None:
        yield from _against(against)
    yield "<h2>By day</h2>"
    yield from _plot(trial)
    yield "<h2>By outlet</h2>"
    yield from _outlets(trial)
    yield "<h2>Mail</h2>"
    yield from _mail(trial)
    if against is not None:
        yield from _samples(f"Gained: {len(against.gained)}", against.gained_samples)
        yield from _samples(f"Lost: {len(against.lost)}", against.lost_samples)
    yield from _samples("The newest", trial.samples)
    yield "</body>\n</html>"


def _against(against: Comparison) -> Iterator[str]:
    yield f'<p>Against {_shown(against.name)}: <code dir="auto">{_shown(against.query)}</code></p>'
    both = len(against.hits) - len(against.lost)
    yield f'<p class="soft">{len(against.gained)} gained, {len(against.lost)} lost, {both} found by both</p>'


# --- the plot -------------------------------------------------------------------------------------


def _plot(trial: Trial) -> Iterator[str]:
    """Yield the bars: what is found, above the line; of a changed rule what it gains on top, what it loses below."""
    gained = trial.against.gained if trial.against else ()
    lost = trial.against.lost if trial.against else ()
    every = [*trial.hits, *lost]
    each, drawn = bars(hits_by_day(every, trial.since, trial.until), PLOT_BARS)
    days = [day for day, _ in drawn]
    series = [_series(hits, days) for hits in (trial.hits, gained, lost)]
    top, low = max(series[0], default=0), max(series[2], default=0)
    if not top + low:
        yield '<p class="soft">Nothing was found.</p>'
        return
    unit = HEIGHT / (top + low)
    axis = top * unit
    step = WIDTH / len(days)
    most = f"at most {top} found" + (f" and {low} lost" if low else "")
    name = f"Articles {'a day' if each == 1 else f'in {each} days'} (UTC): {most}"
    ends = f"{days[0]}", f"{trial.until:%Y-%m-%d}"
    yield f'<p class="soft">{name}</p>'
    yield f'<svg role="img" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" preserveAspectRatio="none" aria-label="{name}, {" to ".join(ends)}">'
    for at, (day, total, plus, minus) in enumerate(zip(days, *series, strict=True)):
        yield _bar(at * step, step, unit, axis, (day, total, plus, minus))
    yield f'<line class="axis" x1="0" y1="{axis:.1f}" x2="{WIDTH:.0f}" y2="{axis:.1f}"/>'
    yield "</svg>"
    yield f'<p class="ends soft"><span>{ends[0]}</span><span>{ends[1]}</span></p>'
    if trial.against is not None:
        yield (
            '<p class="key soft"><span class="bar"></span>found by both<span class="plus"></span>gained'
            '<span class="minus"></span>lost</p>'
        )
    yield "<details><summary>The numbers</summary><table>"
    head = f"<tr><th>{'day' if each == 1 else 'from'}</th><th>articles</th>"
    yield f"{head}<th>gained</th><th>lost</th></tr>" if trial.against else f"{head}</tr>"
    for row in zip(days, *series, strict=True):
        if any(row[1:]):
            cells = row[1:] if trial.against else row[1:2]
            yield f"<tr><td>{row[0]}</td>{''.join(_number(cell) for cell in cells)}</tr>"
    yield "</table></details>"


def _series(hits: Sequence[Hit], days: Sequence[date]) -> list[int]:
    """Return how many hits fall into each bar; *days* are their first days."""
    counts = [0] * len(days)
    for hit in hits:
        counts[bisect_right(days, hit.first_seen_at.astimezone(UTC).date()) - 1] += 1
    return counts


def _bar(x: float, step: float, unit: float, axis: float, of: tuple[date, int, int, int]) -> str:
    day, total, plus, minus = of
    if not total + minus:
        return ""
    gap = min(1.0, step / 5)
    told = f"{day}: {total}" + (f", {plus} gained" if plus else "") + (f", {minus} lost" if minus else "")
    shapes = (
        ("bar", axis - (total - plus) * unit, (total - plus) * unit),
        ("plus", axis - total * unit, plus * unit),
        ("minus", axis, minus * unit),
    )
    rects = "".join(
        f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{step - gap:.1f}" height="{height:.1f}"/>'
        for name, y, height in shapes
        if height
    )
    return f"<g><title>{told}</title>{rects}</g>"


# --- the rest -------------------------------------------------------------------------------------


def _outlets(trial: Trial) -> Iterator[str]:
    yield "<table>"
    against = trial.against
    gained = dict(hits_by_outlet(against.gained)) if against else {}
    lost = dict(hits_by_outlet(against.lost)) if against else {}
    found = dict(hits_by_outlet(trial.hits))
    yield f"<tr><th>outlet</th><th>articles</th>{'<th>gained</th><th>lost</th>' if against else ''}</tr>"
    for outlet in dict.fromkeys((*found, *lost)):
        cells = [found.get(outlet, 0)]
        cells += [gained.get(outlet, 0), lost.get(outlet, 0)] if against else []
        yield f"<tr><td>{_shown(outlet)}</td>{''.join(_number(cell) for cell in cells)}</tr>"
    yield "</table>"


def _number(number: int) -> str:
    return f'<td class="number">{number}</td>'


def _mail(trial: Trial) -> Iterator[str]:
    before = {} if trial.against is None else {load.recipient_id: load for load in trial.against.loads}
    for load in trial.loads:
        words = load_words(load, trial.rule.cadence, before.get(load.recipient_id))
        yield f"<p>{_shown(words)}</p>"
    if not trial.loads:
        yield "<p>No recipient: the config names none for this rule.</p>"
    for words in trial.holding:
        yield f"<p>{_shown(f'At present {words}.')}</p>"
    yield '<p class="soft">Articles of a first poll or a backfill are counted, though they alert nobody.</p>'


def _samples(title: str, samples: Sequence[Sample]) -> Iterator[str]:
    if not samples:
        return
    yield f"<h2>{_shown(title)}</h2>"
    for sample in samples:
        href = safe_href(sample.url)
        heading = (
            f'<a rel="noreferrer" href="{escape(href)}">{_marked(sample.title)}</a>'
            if href
            else _marked(sample.title)
        )
        yield f'<h3 dir="auto">{heading}</h3>'
        yield f'<p class="soft">article {sample.article_id} · {_shown(sample.outlet)} · {_shown(sample.at)}</p>'
        for pieces in sample.shown:
            yield f'<p dir="auto">{_marked(pieces)}</p>'
        for why in sample.why:
            yield f'<p class="wrong" dir="auto">lost by: {_shown(why)}</p>'


def _marked(pieces: Pieces) -> str:
    return "".join(
        f"<mark>{_shown(piece.text)}</mark>" if piece.marked else _shown(piece.text) for piece in pieces
    )


def _shown(text: str) -> str:
    return escape(inert(text))
