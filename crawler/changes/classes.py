"""The classes of an edit: what of a text was changed, sentence by sentence. Pure, bounded in time.

Sentences are compared, not paragraphs, so that a paragraph that was parted or joined is none that was added. Names and
numbers are looked for only within sentences that stayed: a new paragraph has some of its own anyway.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.changes import quotations
from crawler.changes.aligning import Aligned, Budget, align, hunks
from crawler.changes.corrections import is_correction
from crawler.changes.furniture import settled
from crawler.changes.kinds import Setting, capitals_within, classes_of
from crawler.changes.words import Word, paragraphs_of, sentences_of, words_of
from crawler.items.changes import Change, ChangeClass, Reading

REWRITTEN = 0.5
"""Share of the old words below which a text was written anew, whatever else may be said of the edit."""
LEAST_PARAGRAPH = 4
"""Words of a paragraph; a shorter line is a label."""
MOST_OF_IT = 0.8
"""Share of a paragraph's words that are new (or gone) when the paragraph is."""
_ORDER = list(ChangeClass)
_BESIDE_A_REWRITING = frozenset({ChangeClass.SUBSTANTIVE, ChangeClass.MOVED, ChangeClass.BOILERPLATE})


@dataclass(slots=True)
class _Text:
    """One text, taken apart."""

    paragraphs: list[str]
    sentences: list[str] = field(default_factory=list)
    of: list[int] = field(default_factory=list)
    """Number of the paragraph of each sentence."""
    words: list[list[Word]] = field(default_factory=list)
    keys: list[list[str]] = field(default_factory=list)

    @classmethod
    def of_body(cls, body: str) -> _Text:
        """Return a body taken apart, without lines that change by themselves."""
        made = cls(paragraphs=[line for line in paragraphs_of(body) if settled(line) is not None])
        for number, paragraph in enumerate(made.paragraphs):
            for sentence in sentences_of(paragraph):
                words = words_of(sentence)
                if keys := [word.key for word in words if word.key]:
                    made.sentences.append(sentence)
                    made.of.append(number)
                    made.words.append(words)
                    made.keys.append(keys)
        return made

    def count(self) -> int:
        """Return how many words it has."""
        return sum(map(len, self.keys))


def classify(old: Reading, new: Reading) -> Change:
    """Return what an edit did; ``boilerplate`` when nothing a reader would notice."""
    before, after = _Text.of_body(old.body), _Text.of_body(new.body)
    old_keys, new_keys = ([" ".join(keys) for keys in each.keys] for each in (before, after))
    aligned = align(old_keys, new_keys, (before.keys, after.keys))
    found = _Found(before, after, aligned, new.language or old.language)
    found.look(old.body, new.body)
    if settled(old.title) != settled(new.title):
        found.classes.add(ChangeClass.HEADLINE)
    if not found.classes:
        found.classes.add(ChangeClass.MOVED if aligned.moved else ChangeClass.BOILERPLATE)
    total = before.count()
    kept = 1 - min(found.removed, total) / total if total else 1.0
    classes = sorted(found.classes, key=_ORDER.index)
    if kept < REWRITTEN and total:
        classes = [ChangeClass.SUBSTANTIVE, *(each for each in classes if each not in _BESIDE_A_REWRITING)]
    return Change(
        classes=tuple(classes), words_added=found.added, words_removed=found.removed, kept=round(kept, 4)
    )


class _Found:
    """Collects the classes of one edit and counts its words."""

    def __init__(self, before: _Text, after: _Text, aligned: Aligned, language: str) -> None:
        self.before, self.after, self.aligned = before, after, aligned
        self.classes: set[ChangeClass] = set()
        self.added = self.removed = 0
        self.budget = Budget()
        changed = [*aligned.changed.items()]
        names: set[str] = set()
        if changed:
            for text in (before, after):
                for words in text.words:
                    names |= capitals_within(words, language)
        self.setting = Setting(language=language, names=names)
        self.quoted: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        """Words of quotations that only the old text has, and of those that only the new one has."""

    def look(self, old: str, new: str) -> None:
        """Look through everything that differs."""
        self._look_at_quotations(old, new)
        for number, place in self.aligned.changed.items():
            self._look_within(self.before.words[place], self.after.words[number])
        removed, added = (
            self._alone(self.before, self.aligned.removed),
            self._alone(self.after, self.aligned.added),
        )
        self.removed += sum(len(self.before.keys[number]) for number in self.aligned.removed)
        self.added += sum(len(self.after.keys[number]) for number in self.aligned.added)
        self._look_at_paragraphs(self.before, removed, ChangeClass.PARAGRAPH_REMOVED, self.quoted[0])
        self._look_at_paragraphs(self.after, added, ChangeClass.PARAGRAPH_ADDED, self.quoted[1])
        both = {ChangeClass.PARAGRAPH_REMOVED, ChangeClass.PARAGRAPH_ADDED}
        if both <= self.classes and self._is_replaced(removed, added):
            self.classes.add(ChangeClass.SUBSTANTIVE)

    def _look_at_quotations(self, old: str, new: str) -> None:
        before, after = quotations.quotations(old), quotations.quotations(new)
        for gone, words, name in (
            (quotations.beyond(before, after), self.quoted[0], ChangeClass.QUOTATION_REMOVED),
            (quotations.beyond(after, before), self.quoted[1], ChangeClass.QUOTATION_ADDED),
        ):
            for each in gone:
                words.update(each)
                self.classes.add(name)

    def _look_within(self, old: Sequence[Word], new: Sequence[Word]) -> None:
        """Look at two forms of one sentence."""
        before, after = ([word for word in words if word.key] for words in (old, new))
        keys = ([word.key for word in before], [word.key for word in after])
        for hunk in hunks(*keys, self.budget):
            a, b, c, d = hunk
            self.removed += b - a
            self.added += d - c
            if _is_quoted(keys[0][a:b], self.quoted[0]) and _is_quoted(keys[1][c:d], self.quoted[1]):
                continue
            self.classes |= classes_of(before, after, hunk, self.setting)

    def _alone(self, text: _Text, numbers: Sequence[int]) -> list[int]:
        """Return the sentences without a counterpart but for those that say that the page was corrected."""
        noted = [number for number in numbers if is_correction(text.sentences[number])]
        if noted:
            self.classes.add(ChangeClass.CORRECTION)
            told = {text.of[number] for number in noted}
            return [number for number in numbers if text.of[number] not in told]
        return list(numbers)

    def _look_at_paragraphs(
        self, text: _Text, numbers: Sequence[int], name: ChangeClass, quoted: Counter[str]
    ) -> None:
        """Look at sentences without a counterpart: a paragraph's worth of them, or only some of one."""
        if not numbers:
            return
        alone = Counter[int]()
        for number in numbers:
            alone[text.of[number]] += len(text.keys[number])
        whole = Counter[int]()
        for number, keys in enumerate(text.keys):
            whole[text.of[number]] += len(keys)
        for number in numbers:
            paragraph = text.of[number]
            if alone[paragraph] >= MOST_OF_IT * whole[paragraph] and whole[paragraph] >= LEAST_PARAGRAPH:
                self.classes.add(name)
            elif not _is_quoted(text.keys[number], quoted):
                self.classes.add(ChangeClass.SUBSTANTIVE)

    def _is_replaced(self, removed: Sequence[int], added: Sequence[int]) -> bool:
        """Return whether something was removed where something was added: behind the same sentence that stayed."""
        stayed = sorted(
            (place, number) for number, place in (self.aligned.same | self.aligned.changed).items()
        )
        old, new = [place for place, _ in stayed], sorted(number for _, number in stayed)
        before = {stayed[at - 1][1] if at else -1 for at in (bisect_left(old, number) for number in removed)}
        return any(
            (new[at - 1] if at else -1) in before for at in (bisect_left(new, number) for number in added)
        )


def _is_quoted(keys: Sequence[str], quoted: Counter[str]) -> bool:
    """Return whether most of these words belong to quotations that only this text has; true of none."""
    return 2 * (Counter(keys) & quoted).total() >= len(keys)
