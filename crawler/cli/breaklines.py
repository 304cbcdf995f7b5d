"""Breaks of an outlet's pages, a sentence each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS = {
    "text": "texts of new pages are in doubt",
    "fields": "fields of new pages are missing",
    "redesign": "new template, texts sound",
}


def break_line(row: Mapping[str, Any]) -> str:
    """Return what a break is, whether it is over and what it holds."""
    told = f"break {row['id']}: {_KINDS[row['kind']]} since {row['opened_at']}"
    if row["closed_at"] and row["kind"] != "redesign":
        told += f", {row['how']} at {row['closed_at']}"
    held = [f"{row['quarantined']} articles in quarantine"] if row["quarantined"] else []
    held += [f"{row['held']} alerts held"] if row["held"] else []
    return "; ".join([told, *held])


def quarantine_line(row: Mapping[str, Any]) -> str:
    """Return why the text of an article is in doubt."""
    return f"The text is in doubt: {'; '.join(row['told'])} (break {row['id']} of {row['outlet']})."


def doubtful_words(break_id: int, outlet_id: str) -> str:
    """Return what it means for an article that its text is in doubt."""
    return (
        f"in doubt (break {break_id}), it may say less than the page. Once it is read anew the rules are tried on it again:"
        f" newshawk outlets breaks {outlet_id}"
    )


def held_words(until: str) -> str:
    """Return why an alert waits whose text is in doubt."""
    return f"held until {until} at most: its text is in doubt"


def doubtful_line(text: Mapping[str, Any]) -> str:
    """Return what a re-check gave that was not believed."""
    words = len(text["body"].split())
    return (
        f"At {text['at']} a re-check gave a text in doubt ({text['signs']}): {text['title']!r}, {words} words"
    )
