"""A diff as a page: one file, no scripts, nothing from elsewhere; each paragraph in the direction of its own letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from crawler.alerts.plain import inert
from crawler.cli.difflines import change_line, with_gaps
from crawler.items import Piece, TextDiff

_TAGS = {" ": ("", ""), "-": ("<del>", "</del>"), "+": ("<ins>", "</ins>")}
_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif; color: #1a1a1a; background: #fff; }}
h1, .facts {{ font-family: system-ui, sans-serif; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; }}
.facts, .gap {{ color: #555; font-size: .875rem; }}
h1, p {{ overflow-wrap: anywhere; }}
ins {{ background: #d6f5d6; color: #0b4d0b; text-decoration: none; }}
del {{ background: #fbdcdc; color: #7a1010; }}
.moved {{ border-inline-start: 3px solid #aab; padding-inline-start: .75rem; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #e6e6e6; background: #161616; }} .facts, .gap {{ color: #aaa; }}
  ins {{ background: #12401a; color: #b6efb6; }} del {{ background: #4d1717; color: #f5bcbc; }}
}}
</style>
</head>
<body>
"""


def diff_page(diff: TextDiff, about: dict[str, Any]) -> str:
    """Return the page; *about* has the ``url``, ``outlet`` and ``language`` of the article and for ``old`` and ``new`` a
    line that tells which text it is."""
    return "\n".join(_parts(diff, about)) + "\n"


def _parts(diff: TextDiff, about: dict[str, Any]) -> Iterator[str]:
    title = "".join(piece for sign, piece in diff.title if sign != "-")
    yield _HEAD.format(title=_shown(title), language=_shown(about["language"]) or "und").rstrip()
    yield f'<h1 dir="auto">{_marked(diff.title)}</h1>'
    yield f'<p class="facts">{_shown(about["outlet"])}, {_shown(about["url"])}</p>'
    yield f'<p class="facts"><del>{_shown(about["old"])}</del><br><ins>{_shown(about["new"])}</ins></p>'
    yield f'<p class="facts">{_shown(change_line(diff.change))}</p>'
    for name, pieces in (("byline", diff.byline), ("published", diff.published)):
        if any(sign != " " for sign, _ in pieces):
            yield f'<p class="facts" dir="auto">{name}: {_marked(pieces)}</p>'
    for line in with_gaps(diff.lines):
        if isinstance(line, int):
            yield f'<p class="gap">… {line} paragraph{"s" * (line > 1)} the same</p>'
        elif line.sign == ">":
            yield f'<p class="moved" dir="auto" title="moved here">{_marked(line.pieces)}</p>'
        else:
            yield f'<p dir="auto">{_marked(line.pieces)}</p>'
    yield "</body>\n</html>"


def _marked(pieces: Iterable[Piece]) -> str:
    return "".join(f"{_TAGS[sign][0]}{_shown(piece)}{_TAGS[sign][1]}" for sign, piece in pieces)


def _shown(text: str) -> str:
    return escape(inert(text))
