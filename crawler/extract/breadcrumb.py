"""The section of an article: last part of the breadcrumb, else what the head says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.extract.blocks import Element, Line, text_of
from crawler.extract.characters import folded, plain
from crawler.extract.head import Head
from crawler.extract.jsonld import LinkedData

_PARTED = re.compile(r"\s*(?:[/›»>→|]|::|\s-\s)\s*")
_TRAIL = re.compile(
    r"^(?:home|news|start(?:seite)?|accueil|inicio|главная|новости|خانه|#?\w[\w ]{0,20})\s+[/›»>]\s+\S.{0,60}$",
    re.IGNORECASE,
)
_FROM_HOME = re.compile(
    r"^(?:home|news|accueil|inicio|start(?:seite)?|главная|новости)\s+[/›»>]", re.IGNORECASE
)
"""Below the title only a trail that starts at the front page is one."""
_ELEMENTS = " | ".join(
    f"//@{name}[contains(translate(., 'BREADCUMS-', 'breadcums'), 'breadcrumb')]/parent::*"
    "[self::nav or self::ol or self::ul or self::div or self::p or self::span or self::section]"
    for name in ("class", "id", "aria-label")
)
_HOME = frozenset(
    [
        "home",
        "news",
        "homepage",
        "start",
        "startseite",
        "accueil",
        "inicio",
        "главная",
        "новости",
        "خانه",
        "الرئيسية",
        "index",
        "article",
    ]
)
MAX_SECTION = 60


def article_section(
    tree: Element, lines: list[Line], head: Head, data: LinkedData, *, title: str, sites: Iterable[str]
) -> str:
    """Return the section: from the breadcrumb, then article:section, then JSON-LD, or ''."""
    besides = {folded(name) for name in (title, *sites) if name}
    trails = [[text_of(element)] for element in tree.xpath(_ELEMENTS)[:3]]
    for trail in (
        *(_parts(tree_trail) for tree_trail in trails),
        _printed_trail(lines, title),
        list(data.breadcrumb),
    ):
        section = _last(trail, besides)
        if section:
            return section
    return _last([head.first("article:section", "og:article:section", "section")], besides) or _last(
        [data.section], besides
    )


def section_in(text: str, *, title: str = "") -> str:
    """Return the last part of a breadcrumb: ``News   /   Russia`` gives ``Russia``."""
    return _last(_parts([text]), {folded(title)}) or plain(text)


def _parts(texts: list[str]) -> list[str]:
    return [part for text in texts for part in _PARTED.split(plain(text)) if part]


def _printed_trail(lines: list[Line], title: str) -> list[str]:
    """Return the parts of a line like ``News / Russia`` that stands shortly before the title, or under it."""
    wanted = folded(title)
    at = next((i for i, line in enumerate(lines) if folded(line.text) == wanted), min(len(lines), 12))
    before, after = lines[max(0, at - 6) : at], lines[at + 1 : at + 4]
    for line in (*reversed(before), *(line for line in after if _FROM_HOME.match(line.text))):
        if _TRAIL.match(line.text) and len(_parts([line.text])) > 1:
            return _parts([line.text])
    return []


def _last(trail: list[str], besides: set[str]) -> str:
    for part in reversed(trail):
        name = plain(part).strip("#/›»> ")
        if name and len(name) <= MAX_SECTION and folded(name) not in besides and folded(name) not in _HOME:
            return name
    return ""
