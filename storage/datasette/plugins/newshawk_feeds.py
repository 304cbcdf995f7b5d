"""Atom feeds of saved searches, beside Datasette's pages and behind the same door: who may see the database may read them.

/-/feed?q=QUERY     what a query finds, as the command does
/-/feed?rule=ID     what a rule matched
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.utils.asgi import Response

from crawler.alerts.atom import Saved, feed
from crawler.errors import ConfigError, QueryError, StoreError
from crawler.items import FoundStory
from storage.asking import UNREADABLE, query_of
from storage.store import Store

STORIES, MOST_STORIES = 50, 200
SECONDS = 5.0
"""A search takes at most so long; the rest of a feed must not be missing in silence."""
LONGEST_QUERY = 20_000
_USE = "Ask /-/feed?q=QUERY, or /-/feed?rule=ID for what a rule matched; &limit=N for up to 200 stories."


class _WrongError(Exception):
    """What was asked is wrong: a status and a line."""

    def __init__(self, status: int, told: str) -> None:
        self.status, self.told = status, told
        super().__init__(status, told)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    """Return the feeds' address."""
    return [(r"^/-/feed$", _answer)]


async def _answer(datasette: Any, request: Any) -> Any:
    database = next((name for name in datasette.databases if not name.startswith("_")), None)
    if database is None:
        return Response.text("No store is open.\n", status=404)
    await datasette.ensure_permissions(request.actor, [("view-database", database), "view-instance"])
    try:
        saved, limit = _asked(datasette, request, database)
        stories = await asyncio.to_thread(_find, Path(datasette.databases[database].path), saved, limit)
    except _WrongError as error:
        return Response.text(f"{error.told}\n", status=error.status)
    except TimeoutError:
        return Response.text("The search takes too long. Narrow it.\n", status=503)
    return _document(request, feed(saved, stories))


def _asked(datasette: Any, request: Any, database: str) -> tuple[Saved, int]:
    query, rule_id = request.args.get("q") or "", request.args.get("rule") or ""
    given = request.args.get("limit") or str(STORIES)
    if bool(query.strip()) == bool(rule_id):
        raise _WrongError(400, _USE)
    if len(query) > LONGEST_QUERY:
        raise _WrongError(
            400, f"The query is longer than {LONGEST_QUERY:,} characters. Give it a name in [queries]."
        )
    if not (given.isascii() and given.isdigit() and len(given) < 6 and 0 < int(given) <= MOST_STORIES):
        raise _WrongError(400, f"limit is no number from 1 to {MOST_STORIES}.")
    public = os.environ.get("NEWSHAWK_SERVE_URL", "")
    asked = {"rule": rule_id} if rule_id else {"q": query}
    if given != str(STORIES):
        asked["limit"] = given
    path = f"/-/feed?{urlencode(asked)}"
    link = f"{public}{path}" if public else datasette.absolute_url(request, datasette.urls.path(path))
    page = f"/{database}/article?id="
    return Saved(
        query=query,
        rule_id=rule_id,
        link=link,
        domain=os.environ.get("NEWSHAWK_SERVE_DOMAIN", "newshawk.invalid"),
        archive=f"{public}{page}" if public else "",
    ), int(given)


def _find(path: Path, saved: Saved, limit: int) -> list[FoundStory]:
    try:
        query = None if saved.rule_id else query_of(saved.query)
    except QueryError as error:
        told = "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in str(error))
        raise _WrongError(400, told) from error
    except ConfigError as error:
        raise _WrongError(503, UNREADABLE) from error
    try:
        with Store.open(path, read_only=True) as store:
            if query is not None:
                return store.found_by_query(query, limit, time.monotonic() + SECONDS)
            found = store.found_by_rule(saved.rule_id, limit)
    except StoreError as error:
        raise _WrongError(503, "The store cannot be read now.") from error
    if found is None:
        raise _WrongError(404, "No rule of that id is configured.")
    return found


def _document(request: Any, body: bytes) -> Any:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if etag in known or known == ["*"]:
        return Response(body="", status=304, headers=headers, content_type="application/atom+xml")
    return Response(
        body=body.decode("utf-8"), headers=headers, content_type="application/atom+xml; charset=utf-8"
    )
