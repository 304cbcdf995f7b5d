"""The article's main picture and its caption, credit included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from crawler.extract.blocks import BLOCKS, Element, lines_of, text_of
from crawler.extract.characters import plain
from crawler.extract.document import absolute
from crawler.extract.head import Head
from crawler.extract.jsonld import LinkedData

MAX_CAPTION = 1000
_CAPTIONED = ("figcaption", "div", "p", "span", "td", "small")
_CAPTION_NAMES = ("image-desc", "img-desc", "photo-desc", "cutline", "legend")
_CREDIT = re.compile(
    r"(?:\((?:©|(?:file |stock )?(?:photo|image|picture|illustration)s?\b|via\b|(?:by )?(?:afp|reuters|ap|getty|epa|irna|"
    r"tass|xinhua|anadolu|mehr|fars|tasnim|isna)\b)[^()]{0,120}\)|©\s?[\w/ .]{2,60})\.?$",
    re.IGNORECASE,
)
_PICTURED = re.compile(r"image|img|photo|picture|figure|media|thumb|visual|lead|poster", re.IGNORECASE)
_SKIPPED = frozenset({"nav", "aside", "footer", "header"})


def main_picture(head: Head, data: LinkedData, base: str) -> str:
    """Return the absolute address of the picture the page offers for sharing, or ''."""
    for address in (head.first("og:image", "og:image:url", "og:image:secure_url"), data.image,
                    head.first("twitter:image", "twitter:image:src", "image", "thumbnailurl")):  # fmt: skip
        found = absolute(base, address) if address else ""
        if found:
            return found
    return ""


def picture_element(tree: Element, image_url: str) -> Element | None:
    """Return the img element that shows *image_url*, compared by file name, or None."""
    wanted = _file_name(image_url)
    if not wanted:
        return None
    return next((img for img in tree.iter("img") if _file_name(_source(img)) == wanted), None)


def _source(img: Element) -> str:
    return img.get("src") or img.get("data-src") or ""


def _file_name(address: str) -> str:
    name = address.split("?")[0].rstrip("/").rsplit("/", 1)[-1].lower()
    return re.sub(r"(\.[a-z])?\.(?:jpe?g|png|webp|gif|avif)$", "", name)


def article_caption(tree: Element, image_url: str, data: LinkedData) -> str:
    """Return the caption of the main picture, credit included, or '' when the page prints none."""
    shown = picture_element(tree, image_url)
    for caption in (*_beside(shown), *_marked(tree), *_credited(tree), plain(data.caption)):
        if caption and len(caption) <= MAX_CAPTION:
            return caption
    return ""


def _beside(img: Element | None) -> Iterator[str]:
    """Yield what stands with the picture in its figure, or in a box that holds hardly more."""
    box = img
    for _ in range(4):
        if box is None:
            return
        if box.tag == "figure" or box.xpath(".//figcaption"):
            yield _caption_of(box)
            return
        if box.tag in ("div", "p", "td", "section", "span") and _is_picture_box(box):
            text = text_of(box)
            if text:
                yield text
                return
        box = box.getparent()


def _is_picture_box(box: Element) -> bool:
    label = f"{box.get('class') or ''} {box.get('id') or ''}"
    lines = list(lines_of(box))
    return (
        0 < len(lines) <= 2
        and bool(_PICTURED.search(label))
        and not box.xpath(".//h1 | .//h2 | .//p/following::p[2]")
    )


def _caption_of(figure: Element) -> str:
    captions = figure.xpath(".//figcaption")
    return text_of(captions[0]) if captions else text_of(figure)


def _marked(tree: Element) -> Iterator[str]:
    for element in islice(filter(_is_captioned, tree.iter(*_CAPTIONED)), 4):
        if not any(parent.tag in _SKIPPED for parent in element.iterancestors()):
            text = text_of(element)
            if text and len(list(lines_of(element))) <= 3:
                yield text


def _is_captioned(element: Element) -> bool:
    if element.tag == "figcaption":
        return True
    label = element.get("class") or ""
    return "caption" in f"{label} {element.get('id') or ''}".lower() or any(
        name in label for name in _CAPTION_NAMES
    )


def _credited(tree: Element) -> Iterator[str]:
    """Yield a line that follows an img at once and ends in a credit: ``... (Photo by AFP)``."""
    for img in list(tree.iter("img"))[:30]:
        text = _text_after(img)
        if text and _CREDIT.search(text):
            yield text


def _text_after(img: Element) -> str:
    """Return the first text after *img*: its own tail, or the next block."""
    if (img.tail or "").strip():
        return plain(img.tail)
    element = img
    for _ in range(3):
        following = element.getnext()
        if following is not None:
            line = (
                next(lines_of(following), None)
                if following.tag in BLOCKS or following.tag == "span"
                else None
            )
            return line.text if line else ""
        element = element.getparent()
        if element is None or element.tag in ("body", "html"):
            return ""
        if (element.tail or "").strip():
            return plain(element.tail)
    return ""
