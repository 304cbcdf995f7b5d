"""What newshawk adds to Datasette: the function ``fold()`` for full-text search, and what each column means."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl

from crawler.query import fold_text
from storage.schema_doc import described

_TABLES = {
    each.name: {"description": each.told, "columns": {name: told for name, _, told in each.columns}}
    for each in described()
    if each.kind != "VIRTUAL TABLE"
}
_LABELS = {"outlets": "name", "articles": "url", "feeds": "url", "links": "url"}


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: Any) -> None:
    """Give SQL the folding that the full-text indexes were made with."""
    conn.create_function("fold", 1, lambda text: fold_text(str(text or "")), deterministic=True)


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Return titles and column descriptions for each open database."""
    tables = {
        name: told | ({"label_column": _LABELS[name]} if name in _LABELS else {})
        for name, told in _TABLES.items()
    }
    shown = {name: {"tables": tables} for name in datasette.databases if name != "_internal"}
    return {"title": "newshawk", "databases": shown}
