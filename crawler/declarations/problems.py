"""Mistakes in words: what pydantic found, as lines a person can act on.

Each line is ``file:line: what is wrong. What to do.``
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crawler.declarations.document import Document
from crawler.declarations.tables import ChromeTable, ExampleTable, IdPatternTable, PageTable
from crawler.declarations.values import did_you_mean

Loc = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

_INNER: dict[str, type[BaseModel]] = {
    "article_id": IdPatternTable,
    "chrome": ChromeTable,
    "pages": PageTable,
    "match": ExampleTable,
    "no_match": ExampleTable,
}
_USERS = ("user", "username", "login")
_SECRETS = (*_USERS, "password", "pass", "passwd", "secret", "token", "credentials")
_OTHER_WORDS = {
    "url": "feeds",
    "rss": "feeds",
    "domain": "hosts",
    "domains": "hosts",
    "mirrors": "hosts",
    "interval": "every",
    "schedule": "cron",
    "tz": "timezone",
    "lang": "languages",
    "title": "name",
    "recipients": "to",
    "address": "email",
    "keywords": "query",
    "frequency": "cadence",
    "tls": "security",
    "sender": "from",
    "useragent": "user_agent",
    "id_pattern": "article_id",
}
"""Words people write for a key that difflib cannot know."""


@dataclass(slots=True)
class Findings:
    """The mistakes and warnings gathered while one or more files are read."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rules: dict[int, Findings] = field(default_factory=dict)
    """By number of the table, what is wrong with one rule alone: the others can be used without it."""
    queries: dict[str, Findings] = field(default_factory=dict)
    """By name, what is wrong with a named query: rules that do not use it can be used without it."""

    def refuse(self, place: str, told: str) -> None:
        """Add a mistake at ``file:line``."""
        self.problems.append(f"{place}: {told}")

    def warn(self, place: str, told: str) -> None:
        """Add a warning at ``file:line``."""
        self.warnings.append(f"{place}: {told}")

    def of_rule(self, number: int) -> Findings:
        """Return where to add what is wrong with the rule of that number."""
        return self.rules.setdefault(number, Findings())

    def of_query(self, name: str) -> Findings:
        """Return where to add what is wrong with the query of that name."""
        return self.queries.setdefault(name, Findings())

    def read(self, model: type[Model], data: Any, document: Document, loc: Loc, subject: str) -> Model | None:
        """Return *data* as *model*, or None after adding each of its mistakes.

        *loc* is where *data* stands in *document*; *subject* names it in messages (``outlet "rt"``).
        """
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                place = document.place((*loc, *detail["loc"]))
                self.refuse(place, _sentence(detail, _written(detail, document, loc), model, subject))
            return None

    def told(self) -> list[str]:
        """Return the mistakes in the order of their lines, each once."""
        parts = (*self.rules.values(), *self.queries.values())
        found = [*self.problems, *(told for part in parts for told in part.problems)]
        return sorted(dict.fromkeys(found), key=_order)


def _order(problem: str) -> tuple[str, int]:
    found = re.match(r"(.*?):(\d+): ", problem)
    return (found.group(1), int(found.group(2))) if found else (problem, 0)


def _written(detail: ErrorDetails, document: Document, loc: Loc) -> Loc:
    """Return the path of the mistake as far as the file spells it out: a single value that newshawk takes
    as a list of one has no number in the file."""
    inner = detail["loc"]
    if detail["type"] == "missing":
        return inner
    while len(inner) > 1 and (*loc, *inner) not in document.lines:
        inner = inner[:-1]
    return inner


def key_path(loc: Sequence[str | int]) -> str:
    """Return ``hosts[2]`` or ``article_id[0].pattern`` for a path within a table."""
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _sentence(detail: ErrorDetails, loc: Loc, model: type[BaseModel], subject: str) -> str:
    """Return what is wrong and what to do, without the place."""
    kind, given = detail["type"], detail["input"]
    context = detail.get("ctx", {})
    key = key_path(loc)
    if kind == "extra_forbidden":
        return _unknown_key(loc, model, subject)
    if kind == "missing":
        return f"{subject} has no {key}. Add it."
    if kind == "newshawk":
        return f"{key} {context['told']}"
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", '"')
        near = did_you_mean(str(given), choices.replace(" or ", ", ").replace('"', "").split(", "))
        return f"{key} is {_shown(given)}. It may be {choices}.{near}"
    return (
        f"{key} {_type_mistake(kind, given, context)}"
        if key
        else f"{subject} {_type_mistake(kind, given, context)}"
    )


def _unknown_key(loc: Loc, model: type[BaseModel], subject: str) -> str:
    key = str(loc[-1])
    table = next(
        (_INNER[part] for part in reversed(loc[:-1]) if isinstance(part, str) and part in _INNER), model
    )
    if subject == "[mail]" and key.lower() in _SECRETS:
        variable = (
            "NEWSHAWK_MAIL_PASSWORD"
            if key.lower() not in ("user", "username", "login")
            else "NEWSHAWK_MAIL_USER"
        )
        return (
            f'"{key}" does not belong into the config, which is shown, copied and committed. Remove it and set '
            f"{variable} in the environment, or {variable}_FILE to a file that holds it."
        )
    known = [field.alias or name for name, field in table.model_fields.items()]
    other = _OTHER_WORDS.get(key.lower(), "")
    near = f' Did you mean "{other}"?' if other in known else did_you_mean(key, known)
    return f'{subject} has no key "{key_path(loc)}".{near or " It may have " + _enumerated(known) + "."}'


def _type_mistake(kind: str, given: Any, context: dict[str, Any]) -> str:
    """Return the rest of the sentence for a value of the wrong type, length or size."""
    if kind in ("string_type", "path_type"):
        return f"must be text in quotes, not {_shown(given)}."
    if kind == "bool_type":
        return f"must be true or false (without quotes), not {_shown(given)}."
    if kind in ("int_type", "int_from_float", "int_parsing"):
        return f"must be a whole number (without quotes), not {_shown(given)}."
    if kind in ("float_type", "float_parsing", "finite_number"):
        return f"must be a number (without quotes), not {_shown(given)}."
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return f"must be {bound}, not {_shown(given)}."
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters."
    if kind == "string_too_short":
        return "is empty."
    if kind == "too_long":
        return f"has more than {context['max_length']} elements."
    if kind == "too_short":
        return "is empty. Name at least one."
    if kind.startswith("date_"):
        return f"must be a date like 2020-12-31 (without quotes), not {_shown(given)}."
    if kind in ("model_type", "model_attributes_type"):
        return f"must be a table, not {_shown(given)}."
    if kind in ("tuple_type", "list_type"):
        return f"must be a list, not {_shown(given)}."
    return f"is wrong: {kind.replace('_', ' ')} ({_shown(given)})."


def _shown(value: Any) -> str:
    """Return a value as TOML writes it, short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value[:60]}"'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return str(value)[:60]


def _enumerated(words: Iterable[str]) -> str:
    return ", ".join(words)
