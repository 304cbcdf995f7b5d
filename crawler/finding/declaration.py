"""An ``[[outlets]]`` table for what was found, in TOML, with its evidence as comments. Pure.

Names, titles and addresses come from pages that anybody can write: nothing in them may end a string or a comment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from crawler.alerts.plain import inert, one_line
from crawler.finding.found import Found, FoundSource

LONGEST = 100
MOST_LEFT_OUT = 12
"""Addresses that were left out and are named in the file."""


def text(value: str) -> str:
    """Return *value* as a TOML string. JSON's escapes are TOML's, but for DEL, and for halves of characters."""
    clean = value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")


def pattern(value: str) -> str:
    """Return an expression as a TOML string: in single quotes, where a backslash is one, if it can be."""
    return text(value) if "'" in value or "\x7f" in value or not value.isprintable() else f"'{value}'"


def comment(value: str, length: int = 200) -> str:
    """Return *value* as a comment of one line."""
    return f"# {one_line(value, length)}"


def declaration(found: Found, outlet_id: str, name: str, at: datetime) -> str:
    """Return the table, without a line before it, with one at its end."""
    return "\n".join(_lines(found, outlet_id, name, at)) + "\n"


def _lines(found: Found, outlet_id: str, name: str, at: datetime) -> Iterator[str]:
    yield comment(f'Found on {at:%Y-%m-%d} by "newshawk outlets add {found.given}".', 400)
    yield "[[outlets]]"
    yield f"id = {text(outlet_id)}"
    yield f"name = {text(name)}"
    yield f"hosts = {_list(found.hosts)}"
    if found.aliases:
        yield f"aliases = {_list(found.aliases)}"
    if found.country:
        yield f"country = {text(found.country)}"
    if found.languages:
        yield f"languages = {_list(found.languages)}"
    for note in found.notes:
        yield comment(note)
    yield from _sources("feeds", found.feeds)
    yield from _sources("sitemaps", found.sitemaps)
    yield from _sources("sections", found.sections, is_polled=found.are_sections_polled)
    if found.numbering:
        yield comment(f"explains {found.numbering.matched} of {found.numbering.of} addresses")
        yield f"article_id = {pattern(found.numbering.pattern)}"
    yield from _left_out(found)


def _sources(key: str, sources: Sequence[FoundSource], *, is_polled: bool = True) -> Iterator[str]:
    if not sources:
        return
    mark = "" if is_polled else "# "
    if not is_polled:
        yield "# Pages that list articles, too, should another way to them be wanted:"
    yield f"{mark}{key} = ["
    for source in sources:
        yield f"{mark}  {text(source.url)}, {comment(source.told)}"
    yield f"{mark}]"


def _left_out(found: Found) -> Iterator[str]:
    if found.left_out:
        yield "# Left out:"
    for each in found.left_out[:MOST_LEFT_OUT]:
        yield comment(f"{inert(each.url)[:160]}: {each.why}", 320)
    if len(found.left_out) > MOST_LEFT_OUT:
        yield f"# and {len(found.left_out) - MOST_LEFT_OUT} more"
    for language, url in found.editions[:MOST_LEFT_OUT]:
        yield comment(f"Another edition ({language}), an outlet of its own: {url}", 320)


def bare_declaration(
    outlet_id: str,
    name: str,
    hosts: Sequence[str],
    feeds: Sequence[tuple[str, str]],
    notes: Iterable[str] = (),
) -> str:
    """Return a table for what a list of subscriptions says: (address, title) of feeds nobody has asked."""
    lines = [comment(note) for note in notes]
    lines += [
        "[[outlets]]",
        f"id = {text(outlet_id)}",
        f"name = {text(name)}",
        f"hosts = {_list(hosts)}",
        "feeds = [",
    ]
    lines += [f"  {text(url)},{' ' + comment(title, LONGEST) if title else ''}" for url, title in feeds]
    return "\n".join([*lines, "]"]) + "\n"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(text, values))}]"
