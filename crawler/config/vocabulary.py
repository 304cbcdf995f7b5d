"""[queries] and [synonyms]: what queries may refer to. Files of synonyms are read here, each mistake with its line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from crawler.config.environment import at_home
from crawler.declarations.document import Document, read_text, shown_name
from crawler.declarations.problems import Findings
from crawler.declarations.tables import QueryName, Synonyms
from crawler.errors import ConfigError, QueryError
from crawler.items import NO_VOCABULARY, Vocabulary

SHIPPED = Path(__file__).parent / "names.txt"
"""Spellings of names in the news; ``names = true`` adds it."""
MAX_WORDS = 200
"""Words of a set."""
MAX_SETS = 20_000

_NAME: TypeAdapter[str] = TypeAdapter(QueryName)


def read_vocabulary(document: Document, findings: Findings) -> Vocabulary:
    """Return what could be read of [queries] and [synonyms]; the mistakes are added."""
    if "queries" not in document.data and "synonyms" not in document.data:
        return NO_VOCABULARY
    synonyms = findings.read(
        Synonyms, document.data.get("synonyms", {}), document, ("synonyms",), "[synonyms]"
    )
    files = () if synonyms is None else tuple(_files(synonyms, document))
    sets = tuple(_sets(files, findings))
    queries = _queries(document.data.get("queries", {}), document, findings)
    vocabulary = Vocabulary(queries=queries, synonyms=sets, files=tuple(path for path, _ in files))
    _check(vocabulary, document, findings)
    return vocabulary


# --- named queries --------------------------------------------------------------------------------


def _queries(raw: Any, document: Document, findings: Findings) -> dict[str, str]:
    """Return the named queries by name in small letters."""
    if not isinstance(raw, Mapping):
        findings.refuse(document.place(("queries",)), "queries is a table: write [queries] before the names.")
        return {}
    found: dict[str, str] = {}
    for key, text in raw.items():
        place = document.place(("queries", key))
        try:
            name = _NAME.validate_python(key)
        except ValidationError as error:
            findings.refuse(place, f"queries.{key} {error.errors()[0]['ctx']['told']}")
            continue
        if not isinstance(text, str):
            findings.refuse(place, f"queries.{key} must be a query in quotes.")
        elif name in found:
            findings.refuse(
                place, f'queries has "{name}" twice: small and capital letters are the same. Keep one.'
            )
        else:
            found[name] = text
    return found


def _check(vocabulary: Vocabulary, document: Document, findings: Findings) -> None:
    """Add what is wrong with each named query: those that cannot be read stop only the rules that use them."""
    from crawler.query import check_named  # the grammar takes a moment to build

    written = {key.lower(): key for key in document.data.get("queries", {}) if vocabulary.queries}
    for name in vocabulary.queries:
        try:
            check_named(name, vocabulary)
        except QueryError as error:
            shown, caret, told = str(error).split("\n", 2)
            place = document.place(("queries", written[name]))
            findings.of_query(name).refuse(place, f"query @{name}: {told}\n    {shown}\n    {caret}")


# --- synonyms -------------------------------------------------------------------------------------


def _files(synonyms: Synonyms, document: Document) -> Iterator[tuple[Path, str]]:
    """Yield the path of each file and the place that names it."""
    folder = document.path.absolute().parent
    for at, path in enumerate(synonyms.files):
        yield Path(os.path.normpath(folder / at_home(path))), document.place(("synonyms", "files", at))
    if synonyms.names:
        yield SHIPPED, document.place(("synonyms", "names"))


def _sets(files: Iterable[tuple[Path, str]], findings: Findings) -> Iterator[tuple[str, ...]]:
    count = 0
    for path, place in files:
        name = shown_name(path)
        try:
            text = read_text(path, name, "Write it, or take it out of files.")
        except ConfigError as error:
            findings.refuse(place, f"files names {error}")
            continue
        for words in _lines(text, name, findings):
            count += 1
            if count > MAX_SETS:
                findings.refuse(place, f"these are more than {MAX_SETS} sets of synonyms. Keep fewer.")
                return
            yield words


def _lines(text: str, name: str, findings: Findings) -> Iterator[tuple[str, ...]]:
    """Yield the set of each line that has a sound one."""
    from crawler.query.synonyms import SEPARATORS, synonym

    for number, line in enumerate(text.split("\n"), start=1):
        written = line.partition("#")[0].strip()
        if not written:
            continue
        words = [word.strip() for word in SEPARATORS.split(written) if word.strip()]
        try:
            distinct = {(term.tokens, term.cased) for term in map(synonym, words)}
        except ValueError as error:
            findings.refuse(f"{name}:{number}", str(error))
            continue
        if len(words) > MAX_WORDS:
            findings.refuse(f"{name}:{number}", f"a set has at most {MAX_WORDS} words. Split it.")
        elif len(words) < 2:
            told = f'a set has two words or more, with commas between: "{written[:60]}".'
            findings.refuse(f"{name}:{number}", f"{told} Add another spelling, or remove the line.")
        elif len(distinct) < 2:
            told = "these are one word already: case, accents and forms of a letter do not count in a query."
            findings.refuse(f"{name}:{number}", f"{told} Remove the line, or add another spelling.")
        else:
            yield tuple(words)
