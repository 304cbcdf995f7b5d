"""docs/schema.md, made from the comments of the schema: ``python -m storage.schema_doc > docs/schema.md``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from storage.migrations import SCHEMA

_HEAD = Path(__file__).with_name("schema") / "head.md"
_OBJECT = re.compile(
    r"((?:^-- [^\n]*\n)+)CREATE (?P<kind>TABLE|VIEW|VIRTUAL TABLE) (?P<name>\w+)(?P<body>.*?);\n(?:\n|\Z)",
    re.M | re.S,
)
_ADDED = re.compile(r"^ALTER TABLE (?P<table>\w+) ADD COLUMN\n(?P<body>[^;]*?)\n;$", re.M)
_COLUMN = re.compile(
    r"^    (?P<name>\w+) (?P<type>INTEGER|REAL|TEXT|BLOB)\b(?P<rest>[^\n]*?)--\s+(?P<told>.*)$", re.M
)
_VIEW_COLUMN = re.compile(r"\bAS (?P<name>\w+),?\s+-- (?P<told>.*)$", re.M)
_RETOLD = {
    (
        "rules",
        "query",
    ): "query as configured last, with what its named queries and synonyms stand for in their places: it"
    " can be read without the config, and is the query itself where it has neither",
    (
        "matches",
        "query",
    ): "the rule's query at that time, in the same form: what its names and synonyms stood for then",
}
"""Columns that are told better than in the migration that made them."""
_POINTS = re.compile(r"REFERENCES (\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A table or view with its columns."""

    name: str
    kind: str
    told: str
    columns: tuple[tuple[str, str, str], ...]
    """(name, type, comment)."""


def described() -> list[Described]:
    """Return the tables and views as all migrations left them, in the order in which they first appeared: a view
    made anew replaces the one before, an added column stands behind the others of its table."""
    found: dict[str, Described] = {}
    for file in sorted(SCHEMA.glob("m*.sql")):
        sql = file.read_text(encoding="utf-8")
        found |= {each.name: each for each in _created(sql)}
        for added in _ADDED.finditer(sql):
            table = found[added["table"]]
            columns = (*table.columns, *_columns("TABLE", added["body"]))
            found[table.name] = replace(table, columns=columns)
    return list(map(_retold, found.values()))


def _retold(table: Described) -> Described:
    columns = ((name, kind, _RETOLD.get((table.name, name), told)) for name, kind, told in table.columns)
    return replace(table, columns=tuple(columns))


def _created(sql: str) -> Iterator[Described]:
    for each in _OBJECT.finditer(sql):
        told = " ".join(line.removeprefix("-- ") for line in each[1].splitlines())
        columns = tuple(_columns(each["kind"], each["body"]))
        yield Described(name=each["name"], kind=each["kind"], told=told, columns=columns)


def _columns(kind: str, body: str) -> Iterator[tuple[str, str, str]]:
    if kind == "VIEW":
        yield from ((column["name"], "", column["told"]) for column in _VIEW_COLUMN.finditer(body))
    elif kind == "TABLE":
        for column in _COLUMN.finditer(body):
            points = _POINTS.search(column["rest"])
            arrow = f" → {points[1]}" if points else ""
            yield column["name"], column["type"].lower() + arrow, column["told"]
    else:
        fields = body.partition("(")[2].splitlines()[1].strip().rstrip(",").split(", ")
        yield from ((name, "", "folded, for MATCH only") for name in fields)


def markdown() -> str:
    """Return the whole page."""
    parts = [_HEAD.read_text(encoding="utf-8").rstrip()]
    for kinds, title in (
        (("TABLE",), "Tables"),
        (("VIEW",), "Views"),
        (("VIRTUAL TABLE",), "Full-text indexes"),
    ):
        parts.append(f"## {title}")
        parts += [_section(each) for each in described() if each.kind in kinds]
    return "\n\n".join(parts) + "\n"


def _section(each: Described) -> str:
    rows = [
        f"| `{name}` | {kind} | {told.replace('|', chr(92) + '|')} |" for name, kind, told in each.columns
    ]
    return "\n".join(
        [f"### {each.name}", "", each.told, "", "| column | type | meaning |", "|---|---|---|", *rows]
    )


if __name__ == "__main__":
    print(markdown(), end="")
