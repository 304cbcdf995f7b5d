"""The statements of a page's head: meta elements, links, the title element."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.extract.blocks import Element
from crawler.extract.characters import plain
from crawler.extract.document import absolute


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands in meta, link and title elements, wherever the page puts them."""

    meta: dict[str, tuple[str, ...]] = field(repr=False)
    """Contents by lower-case name, property, itemprop or http-equiv, in document order."""
    title: str
    language: str
    """The lang attribute of the page."""
    canonical: str
    amphtml: str
    """The address of the AMP form, when this page is not it."""
    is_amp: bool

    def first(self, *names: str) -> str:
        """Return the first content there is under these names, in the order given, or ''."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")

    def every(self, *names: str) -> list[str]:
        """Return all contents under these names."""
        return [value for name in names for value in self.meta.get(name, ())]


def read_head(tree: Element, base: str) -> Head:
    """Return the statements of the head of *tree*."""
    return Head(
        meta=_metas(tree),
        title=next((text for text in map(_title_text, tree.iterfind(".//title")) if text), ""),
        language=_language(tree),
        canonical=_link(tree, "canonical", base),
        amphtml=_link(tree, "amphtml", base),
        is_amp=tree.get("amp") is not None or tree.get("⚡") is not None or "amp4ads" in tree.attrib,
    )


def _title_text(element: Element) -> str:
    # a title inside svg is no title of the page
    parent = element.getparent()
    return "" if parent is not None and parent.tag == "svg" else plain(element.text_content() or "")


def _metas(tree: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = plain(meta.get("content") or "")
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in (meta.get(attribute) or "").lower().split():
                found.setdefault(name, []).append(content)
    return {name: tuple(contents) for name, contents in found.items()}


def _language(tree: Element) -> str:
    for element in (tree, tree.find(".//body"), tree.find(".//article")):
        if element is not None:
            value = element.get("lang") or element.get("{http://www.w3.org/XML/1998/namespace}lang")
            value = value or element.get("xml:lang")
            if value:
                return plain(str(value))
    return ""


def _link(tree: Element, relation: str, base: str) -> str:
    for link in tree.iter("link"):
        if relation in (link.get("rel") or "").lower().split():
            return absolute(base, link.get("href") or "")
    return ""
