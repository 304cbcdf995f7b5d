"""What newshawk adds to Datasette: pages to start from, the words of the schema, and search as in the commands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl
from markupsafe import Markup

from crawler.alerts.links import PATH
from crawler.alerts.plain import one_line, safe_href, shown_address
from crawler.clock import utc_now
from crawler.errors import ConfigError, QueryError
from crawler.query import fold_text
from storage.asking import found, query_of, refusal, what_is_wrong
from storage.mutelinks import answer
from storage.schema_doc import described
from storage.sqlite import sqlite3

_QUERIES = Path(__file__).parents[1] / "queries"
_TOLD = {
    "search": (
        "Search the texts",
        "As newshawk search does, with all of its language, the names of [queries] and synonyms."
        " Newest first, 200 at most. As a feed: /-/feed?q= In SQL: SELECT * FROM latest WHERE id IN (SELECT value FROM"
        " json_each(found('…')))",
    ),
    "article": (
        "One article",
        "Its headline, text, copies, removals, earlier texts, texts of mirrors and cut lines; id is its number.",
    ),
    "stories": (
        "The largest stories",
        "Articles with largely the same text, two or more, and who published first; outlet is one that has it, or empty.",
    ),
    "story": (
        "One story",
        "Its articles in the order in which they were seen, and what each carries; id is its number.",
    ),
    "edits": (
        "What was edited",
        "The class of each edit, headlines before and after, words; latest edit first.",
    ),
    "quiet": ("When each outlet was heard last", "The longest silence first."),
}
_INTERNAL = (
    "_sqlite_migrations",
    "sqlite_sequence",
    "story_bands",
    "story_parts",
    "feed_hosts",
    "page_validators",
)
_LABELS = {"outlets": "name", "feeds": "url"} | dict.fromkeys(
    ("articles", "links", "stories", "revisions"), "id"
)
_NEWEST_FIRST = {
    "latest": "published_at",
    "export": "first_seen_at",
    "alerts": "created_at",
    "first_to_publish": "latest_seen_at",
    "outlet_order": "earlier",
    "removals": "gone_at",
    "mirror_divergence": "last_seen_at",
    "articles": "id",
    "revisions": "id",
    "runs": "id",
    "quarantine": "id",
    "breaks": "id",
    "silences": "id",
    "heartbeats": "day",
    "captures": "id",
    "extractions": "id",
    "visits": "id",
    "notes": "id",
    "reconciliations": "id",
    "learned_rules": "id",
    "learned_decisions": "id",
    "changes": "at",
    "headline_changes": "at",
    "live_blogs": "live_since",
    "ignored_lines": "id",
    "jitter": "id",
}
_LONGEST_ADDRESS = 90
"""Characters of an address that a table shows; the link is whole."""
_LONGEST_TITLE = 200
"""The same of a headline; its article's page shows it whole."""


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: Any, database: str, datasette: Any) -> None:
    """Give SQL the folding that the full-text indexes were made with, and the language of queries."""
    conn.create_function("fold", 1, lambda text: fold_text(str(text or "")), deterministic=True)
    conn.create_function("fts", 1, lambda text: _fts(str(text or "")))
    if database in datasette.databases and datasette.databases[database].path:
        path = Path(datasette.databases[database].path)
        conn.create_function("found", 1, lambda text: _found(conn, path, str(text or "")))


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Return the start page, and for each open database what its tables, columns and queries are."""
    names = [name for name in datasette.databases if name != "_internal"]
    links = Markup("").join(_start(datasette, name) for name in names)
    shown = {name: {"description_html": _start(datasette, name), "tables": _tables()} for name in names}
    return {"title": "newshawk", "description_html": links, "databases": shown}


@hookimpl  # type: ignore[untyped-decorator]
def canned_queries() -> dict[str, Any]:
    """Return the queries that a page of the database offers."""
    return {
        name: {
            "title": title,
            "description": told,
            "sql": (_QUERIES / f"{name}.sql").read_text(encoding="utf-8"),
            **({"params": ["q"]} if name == "search" else {}),
            "hide_sql": True,
        }
        for name, (title, told) in _TOLD.items()
    }


@hookimpl  # type: ignore[untyped-decorator]
def register_magic_parameters() -> list[tuple[str, Callable[[str, Any], str]]]:
    """Return what reads the query of the search page."""
    return [("asked", _asked)]


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """Return the page of the links by which readers mute a rule and unsubscribe."""
    return [(rf"^{PATH}(?P<token>[^/]*)$", _mute)]


@hookimpl  # type: ignore[untyped-decorator]
def skip_csrf(scope: Any) -> bool:
    """Let mail programs unsubscribe: they have no cookie. The signed address itself says who may."""
    return str(scope.get("path", "")).startswith(PATH)


async def _mute(request: Any, datasette: Any) -> Response:
    path = next(Path(each.path) for name, each in datasette.databases.items() if name != "_internal")
    token = request.url_vars["token"]
    told = await asyncio.to_thread(answer, path, token, request.method, utc_now())
    headers = dict(told.headers)
    content_type = headers.pop("Content-Type")
    return Response(told.body, status=told.status, headers=headers, content_type=content_type)


@hookimpl  # type: ignore[untyped-decorator]
def extra_css_urls(datasette: Any) -> list[str]:
    """Return the style sheet's address."""
    return [datasette.urls.path("/static/newshawk.css")]


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: Any, value: Any, column: str, database: str, datasette: Any) -> Markup | str | None:
    """Return a cell with its link, or None for Datasette's own way."""
    if isinstance(value, dict):
        value = value["value"]  # a foreign key with its label
    columns = row.keys()
    if column == "article_id" and value:
        return _article_link(datasette, database, value, str(value))
    if column == "story_id" and value:
        return Markup('<a href="{}?id={}">{}</a>').format(
            datasette.urls.query(database, "story"), value, value
        )
    if column == "title" and value and "outlet" in columns:
        number = row["article_id"] if "article_id" in columns else row["id"] if "id" in columns else None
        return (
            None
            if number is None
            else _article_link(datasette, database, number, one_line(str(value), _LONGEST_TITLE))
        )
    if column == "text" and "field" in columns and not safe_href(str(value)):
        return str(value)  # whole: the article page
    if isinstance(value, str) and safe_href(value):
        return Markup('<a href="{}">{}</a>').format(value, _shown(value))
    return None


def _article_link(datasette: Any, database: str, number: int, text: str) -> Markup:
    return Markup('<a href="{}?id={}">{}</a>').format(datasette.urls.query(database, "article"), number, text)


def _shown(address: str) -> str:
    text = shown_address(address)
    return text if len(text) <= _LONGEST_ADDRESS else text[: _LONGEST_ADDRESS - 1] + "…"


def _start(datasette: Any, database: str) -> Markup:
    """Return the first lines of a page: where to begin."""
    url = datasette.urls
    lines = (
        (url.table(database, "latest"), "The latest articles", "newest first; a headline opens its article"),
        (url.query(database, "search"), "Search the texts", "as newshawk search does"),
        (
            url.query(database, "stories"),
            "Stories",
            "the largest, and who published first; a number opens one",
        ),
        (
            url.table(database, "outlet_order"),
            "Who is first",
            "which outlet publishes before which, and by how much",
        ),
        (url.query(database, "edits"), "What was edited", "by class, with headlines before and after"),
        (
            url.table(database, "headline_changes"),
            "Headlines that were changed",
            "how long after publication",
        ),
        (url.table(database, "removals"), "Removals", "what every host took away, and what came back"),
        (
            url.table(database, "mirror_divergence"),
            "Mirrors",
            "what they show otherwise than the outlet's own hosts",
        ),
        (url.table(database, "alerts"), "Alerts", "what was sent to whom, and what waits"),
        (url.table(database, "funnel"), "Funnel", "what became of the addresses, by outlet and reason"),
        (url.table(database, "completeness"), "Completeness", "what second channels name that no source did"),
        (url.table(database, "quarantine"), "In doubt", "articles of outlets whose pages changed, by break"),
        (url.query(database, "quiet"), "Outlets", "when each was heard last"),
        (url.table(database, "export"), "Export", "all columns, with the text"),
    )
    items = (Markup('<li><a href="{}"><b>{}</b></a> - {}</li>').format(*line) for line in lines)
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = {
        each.name: {"description": each.told, "columns": {name: told for name, _, told in each.columns}}
        for each in described()
        if each.kind != "VIRTUAL TABLE"
    }
    for name in _INTERNAL:
        tables.setdefault(name, {})["hidden"] = True
    for name, column in _LABELS.items():
        tables[name]["label_column"] = column
    for name, column in _NEWEST_FIRST.items():
        tables[name] |= {"sort_desc": column, "size": 50}
    return tables


def _fts(text: str) -> str:
    """Return what ``MATCH`` finds at least what a query holds for by, or what makes it say why there is nothing."""
    try:
        match = query_of(text).plan().match
    except (QueryError, ConfigError):
        return _saying(what_is_wrong(text))
    return match or _saying(
        "No index helps this query. Write: id IN (SELECT value FROM json_each(found(...)))"
    )


def _asked(name: str, request: Any) -> str:
    """Return the query of the parameter *name*, for ``:_asked_NAME`` in a query of ours.

    Raises:
        DatabaseError: it cannot be read. Datasette shows this error's words as they are; one of a function has none.
    """
    text = str(request.args.get(name) or "")
    if told := refusal(text):
        raise sqlite3.DatabaseError(told)
    return text


def _saying(told: str) -> str:
    """Return what FTS5 answers with *told*, as the column that is missing: an error of a function has no words."""
    shown = "".join(each if each.isprintable() else "\ufffd" for each in told).replace('"', '""')
    return f'"{shown}" : x'


def _found(conn: Any, path: Path, text: str) -> str:
    """Return the newest articles of a query as a JSON list; ends the statement as one that takes too long does."""
    try:
        return json.dumps(found(path, text))
    except TimeoutError:
        conn.interrupt()
        return "[]"
