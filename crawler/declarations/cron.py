"""Cron expressions of an outlet: five fields in UTC, days of the week by name. Pure.

Numbers of week days are refused because APScheduler, which runs them, counts Monday as 0 and every other
cron counts Sunday as 0: ``1`` would mean Tuesday here and Monday in the reader's head.
"""

from __future__ import annotations

import re

from crawler.declarations.values import DAYS, wrong

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("day of the week", 0, 6, DAYS),
)
_PART = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/(\d{1,4}))?")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def cron_expression(value: str) -> str:
    """Return the expression in small letters with single spaces; empty stays empty."""
    if value == "":
        return value
    fields = value.lower().split()
    if len(fields) != 5:
        cure = 'Write minute, hour, day, month, week day, in UTC: "0 6 * * mon-fri".'
        raise wrong(f'is not a cron expression: "{value[:60]}" has {len(fields)} fields, not 5. {cure}')
    numbers: dict[str, set[int]] = {}
    for text, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        parts = (_part(part, name, low, high, names) for part in text.split(","))
        numbers[name] = {number for part in parts for number in part}
    if min(numbers["day of the month"]) > max(_LONGEST[month - 1] for month in numbers["month"]):
        raise wrong(f'never comes: "{value[:60]}" names a day that none of its months has.')
    return " ".join(fields)


def _part(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    """Return the numbers that one element of a field stands for."""
    found = _PART.fullmatch(text)
    if found is None or (found.group(1) == "*" and found.group(2)):
        raise wrong(
            f'cannot be read at the {name}: "{text[:30]}". Write a number, *, a list, a range or */5.'
        )
    if found.group(1) == "*":
        first, last = low, high
    else:
        first = _number(found.group(1), name, low, high, names)
        if names is MONTHS and found.group(2) and found.group(1).isdigit() != found.group(2).isdigit():
            raise wrong(
                f'mixes a name and a number at the {name}: "{text}". Write both as names or both as numbers.'
            )
        last = first if found.group(2) is None else _number(found.group(2), name, low, high, names)
        if found.group(3) and found.group(2) is None:
            last = high
    if last < first:
        raise wrong(
            f'has a range that runs backwards at the {name}: "{text}". Write it as a list or two ranges.'
        )
    step = int(found.group(3) or 1)
    if found.group(3) and not 1 <= step <= last - first:
        raise wrong(f'has a step out of bounds at the {name}: "{text}". It may be 1 to {last - first}.')
    if found.group(3) and not found.group(1).isdigit() and found.group(1) != "*":
        raise wrong(f'has a step between names at the {name}: "{text}". Write a list of names.')
    return set(range(first, last + 1, step))


def _number(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + low
    if text.isdigit() and names is DAYS:
        day = (*DAYS[-1:], *DAYS)[int(text)] if int(text) < 8 else "mon"
        raise wrong(
            f'has a number for the day of the week: "{text}". Write its name ("{day}"): cron counts Sunday as 0, '
            "the scheduler counts Monday as 0."
        )
    if text.isdigit() and low <= int(text) <= high:
        return int(text)
    known = f"{low} to {high}" if names is not DAYS else "mon to sun"
    also = " or jan to dec" if names is MONTHS else ""
    raise wrong(f'is out of bounds at the {name}: "{text}". It may be {known}{also}.')
