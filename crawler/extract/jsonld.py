"""What a page's JSON-LD says about the article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.entities import unescaped
from crawler.extract.blocks import Element
from crawler.extract.characters import plain

_ARTICLE = re.compile(r"(Article|BlogPosting|Posting|Report|Review|Column)$")
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MARKUP = re.compile(r"<[^>]+>")
_MAX_SCRIPT = 1_000_000
_MAX_NODES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedData:
    """The statements that matter, empty where the page makes none."""

    is_article: bool = False
    headline: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    image: str = ""
    caption: str = ""
    publisher: str = ""
    breadcrumb: tuple[str, ...] = ()
    body: str = field(default="", repr=False)
    is_free: bool | None = None
    """isAccessibleForFree. None if it is not said."""
    word_count: int = 0
    """wordCount. 0 if it is not said."""


def read_jsonld(tree: Element) -> LinkedData:
    """Return what the JSON-LD of the page says. Damaged scripts are passed over."""
    nodes = [node for script in _scripts(tree) for node in _nodes(script)]
    articles = [node for node in nodes if _is_article(node)]
    site = next((_name(node) for node in nodes if "WebSite" in _types(node)), "")
    crumbs = _breadcrumb(nodes)
    if not articles:
        return LinkedData(publisher=site, breadcrumb=crumbs)
    article = max(articles, key=lambda node: sum(bool(node.get(key)) for key in _KEYS))
    return LinkedData(
        is_article=True,
        headline=_text(article.get("headline")) or _text(article.get("name")),
        published=_text(article.get("datePublished")) or _text(article.get("dateCreated")),
        modified=_text(article.get("dateModified")),
        authors=tuple(_people(article.get("author") or article.get("creator"))),
        section=_text(_first(article.get("articleSection"))),
        language=_language(article.get("inLanguage")),
        image=_address(article.get("image")),
        caption=_caption(article.get("image")),
        publisher=_name(article.get("publisher")) or site,
        breadcrumb=crumbs,
        body=_body(article.get("articleBody")),
        is_free=_flag(article.get("isAccessibleForFree")),
        word_count=_count(article.get("wordCount")),
    )


_KEYS = ("headline", "datePublished", "author", "articleBody", "image", "articleSection", "mainEntityOfPage")


def _scripts(tree: Element) -> Iterator[Any]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        source = (script.text or "")[:_MAX_SCRIPT]
        read = _loads(_WRAPPING.sub("", source))
        if read is not None:
            yield read


def _loads(source: str) -> Any:
    for attempt in (source, _TRAILING_COMMA.sub(r"\1", source)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a document: the top level, @graph, mainEntity and their like."""
    stack, count = [value], 0
    while stack and count < _MAX_NODES:
        item = stack.pop(0)
        count += 1
        if isinstance(item, list):
            stack.extend(item[:200])
        elif isinstance(item, dict):
            yield item
            stack.extend(
                item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "breadcrumb") if key in item
            )


def _types(node: dict[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [str(item) for item in kind] if isinstance(kind, list) else [str(kind or "")]


def _is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE.search(kind) for kind in _types(node)) and bool(
        node.get("headline") or node.get("datePublished") or node.get("articleBody")
    )


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _text(value: Any) -> str:
    value = _first(value)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return plain(unescaped(value)) if isinstance(value, str) else ""


def _name(value: Any) -> str:
    value = _first(value)
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _people(value: Any) -> Iterator[str]:
    """Yield the names of authors; organisations too, the caller knows which is the site."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            name = item.get("name")
            yield from (_text(part) for part in (name if isinstance(name, list) else [name]) if _text(part))
        elif isinstance(item, str) and not item.startswith("http"):
            yield _text(item)


def _language(value: Any) -> str:
    value = _first(value)
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    return plain(value) if isinstance(value, str) else ""


def _address(value: Any) -> str:
    value = _first(value)
    if isinstance(value, dict):
        value = _first(value.get("url") or value.get("contentUrl"))
    return value.strip() if isinstance(value, str) else ""


def _caption(value: Any) -> str:
    value = _first(value)
    return _text(value.get("caption")) if isinstance(value, dict) else ""


def _breadcrumb(nodes: list[dict[str, Any]]) -> tuple[str, ...]:
    for node in nodes:
        items = node.get("itemListElement")
        if "BreadcrumbList" in _types(node) and isinstance(items, list):
            names = (_crumb(item) for item in items if isinstance(item, dict))
            return tuple(name for name in names if name)
    return ()


def _crumb(item: dict[str, Any]) -> str:
    return _text(item.get("name")) or _name(item.get("item") if isinstance(item.get("item"), dict) else None)


def _body(value: Any) -> str:
    """Return articleBody with its line breaks, markup taken out."""
    if not isinstance(value, str):
        return ""
    text = unescaped(value)
    text = _MARKUP.sub("\n", text) if "</" in text or "<br" in text else text
    lines = (plain(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _flag(value: Any) -> bool | None:
    """Return a truth value, also one written as text (``"False"``); None for anything else."""
    word = str(value).strip().lower().removeprefix("http://schema.org/").removeprefix("https://schema.org/")
    return {"true": True, "false": False}.get(word)


def _count(value: Any) -> int:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
