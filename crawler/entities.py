"""Character references of HTML, as characters."""

from __future__ import annotations

import html
import re

_ENDLESS = re.compile(r"&#(?:[xX][0-9a-fA-F]{9,}|[0-9]{9,});?")
"""No character has a number this long; Python refuses to read one of thousands of digits."""


def bounded(text: str) -> str:
    """Return the text with numeric references to no character as U+FFFD: parsers stumble over long ones."""
    return _ENDLESS.sub("\ufffd", text)


def unescaped(text: str) -> str:
    """Return the text with character references replaced. Never raises; references to no character become
    U+FFFD."""
    return html.unescape(bounded(text))
