"""When a recurring line is surely an outlet's template: the thresholds, and the word for what is missing.

A line that is cut wrongly is a lost sentence and perhaps a missed alert; one that stays waits in a list for somebody's
word. So each doubt is enough to leave it there. What journalists copy under each report on one matter recurs as
faithfully as a share bar: it is told apart by the pages without it, and by speaking in the third person.
"""

from __future__ import annotations

from crawler.items import Evidence, Place
from crawler.learning.signatures import is_sentence, speaks_of_itself

APPLY_PAGES, APPLY_DAYS = 10, 5
"""Pages and days of a label: a rail or campaign of some days, or one busy day, is not yet the template."""
SENTENCE_PAGES, SENTENCE_DAYS = 30, 10
"""Of a line that reads as prose: a background paragraph lives as long as its matter is news."""
APPLY_EDGE = 0.97
"""Share of its pages on which it stands at the edge: one slip of the extractor in 33 pages is borne."""
APPLY_INSIDE = 0.05
"""Pages with a longer line that contains it, by its own pages: what prose quotes that often may be prose."""
APPLY_COVERAGE = 0.5
"""A template is on most pages of its time; credits, datelines and signatures are on those of one desk or author."""
SENTENCE_COVERAGE = 0.9
PAGES_A_FORM = 10
"""Pages for each form of a line whose numbers vary: "© 2026" and "0 comments" hardly do, the prices under a market report
do each day, and those are news."""
BACK_EDGE, BACK_INSIDE = 0.9, 0.15
"""An applied rule is set back when less than this share of its pages has it at the edge, or prose contains it on more:
wider than what it took to be applied, so that it does not go to and fro."""


def doubts(line: str, place: Place, evidence: Evidence, names: tuple[str, ...]) -> str:
    """Return why a line may not be cut without somebody's word; empty when it may. *names*: the outlet's."""
    sentence = is_sentence(line)
    pages, days = (SENTENCE_PAGES, SENTENCE_DAYS) if sentence else (APPLY_PAGES, APPLY_DAYS)
    coverage = SENTENCE_COVERAGE if sentence else APPLY_COVERAGE
    as_prose = ", and it reads as a sentence" if sentence else ""
    if told := _against(evidence, edge=APPLY_EDGE, inside=APPLY_INSIDE):
        return told
    if place == "line":
        return "it has no place at the edge of texts"
    if evidence.pages < pages or evidence.days < days:
        return f"seen on {evidence.pages} pages of {evidence.days} days; {pages} of {days} are asked for{as_prose}"
    if evidence.coverage < coverage:
        return f"only {evidence.coverage:.0%} of the pages of its time have it{as_prose}"
    if evidence.forms > 1 and evidence.forms * PAGES_A_FORM > evidence.pages:
        return f"it bore {evidence.forms} different numbers on {evidence.pages} pages: they may be news"
    if sentence and not speaks_of_itself(line, names):
        return "it reads as a sentence, and neither speaks of the outlet nor to its reader"
    if evidence.topic:
        return f'its pages share the word "{evidence.topic}": it may belong to a matter'
    return ""


def turned(evidence: Evidence) -> str:
    """Return what speaks against a rule that is applied; empty when nothing does. Fewer pages than before do not."""
    return _against(evidence, edge=BACK_EDGE, inside=BACK_INSIDE)


def _against(evidence: Evidence, *, edge: float, inside: float) -> str:
    if evidence.carries:
        return f"the query {evidence.carries[0]} matches in it"
    if evidence.edge < edge * evidence.pages:
        return f"it stands within the text on {evidence.pages - evidence.edge} of its pages"
    if evidence.inside > inside * evidence.pages:
        return f"longer lines contain it on {evidence.inside} pages"
    return ""
